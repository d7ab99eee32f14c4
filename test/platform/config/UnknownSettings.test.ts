import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CONFIG_FILE, load, loadProblems, problemAt } from "./support.ts"

describe("unknown settings", () => {
  it.effect("in the file are warned about, with the name that was probably meant", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({
        config: {
          server: { prot: 1, publicUrl: "x" },
          chache: {},
          ai: { providers: { deepseek: { apikey: "x", enabled: false } } },
          somethingEntirelyDifferent: { deep: { deeper: 1 } }
        }
      })
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: unknown setting server.prot (did you mean port?) is ignored`,
        `${CONFIG_FILE}: unknown setting server.publicUrl (did you mean public_url?) is ignored`,
        `${CONFIG_FILE}: unknown setting chache (did you mean cache?) is ignored`,
        `${CONFIG_FILE}: unknown setting ai.providers.deepseek.apikey (did you mean api_key?) is ignored`,
        `${CONFIG_FILE}: unknown setting somethingEntirelyDifferent is ignored`
      ])
    })
  )

  it.effect("of any number make a few warnings", () =>
    Effect.gen(function* () {
      const config = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`unknown${index}`, index]))
      const { warnings } = yield* load({ config })
      assert.strictEqual(warnings.length, 21)
      assert.strictEqual(warnings[20], `${CONFIG_FILE}: 980 more unknown settings are ignored`)
    })
  )

  it.effect("among the variables of the service are warned about, and all other variables are left alone", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({ environment: { SIKU_SERVER_PROT: "1", SERVER_PROT: "1", SIKU_X: "" } })
      assert.deepStrictEqual(warnings, [
        "environment variable SIKU_SERVER_PROT: unknown setting is ignored (did you mean SIKU_SERVER_PORT?)"
      ])
    })
  )

  it.effect("on the command line are problems, as someone has just typed them", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({ flags: { set: ["server.prot=1", "server", "home=/x"] } })
      assert.strictEqual(problemAt(problems, "server.prot").remedy, "did you mean server.port?")
      assert.strictEqual(problemAt(problems, "(command line)").found, "a value of 6 characters")
      assert.strictEqual(problemAt(problems, "home").source, "flag --set")
    })
  )

  it.effect("cannot reach a prototype", () =>
    Effect.gen(function* () {
      const text = '{"__proto__": {"server": {"port": 1}}, "constructor": {"prototype": {"x": 1}}, "toString": 1,'
      const providers = '"ai": {"providers": {"__proto__": {"api_key": "x"}, "constructor": {"enabled": false}}}}'
      const problems = yield* loadProblems({ files: { [CONFIG_FILE]: `${text}${providers}` } })
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        ["ai.providers.__proto__"]
      )
      const settings = yield* load({
        files: { [CONFIG_FILE]: `${text}"ai": {"providers": {"constructor": {"enabled": false}}}}` }
      })
      assert.strictEqual(settings.server.port, 8000)
      assert.strictEqual(settings.warnings.length, 3)
      assert.isFalse("x" in {})
    })
  )

  it.effect("may be nested as deeply as the file allows", () =>
    Effect.gen(function* () {
      const depth = 10_000
      const settings = yield* load({
        files: { [CONFIG_FILE]: `{"x": ${"[".repeat(depth)}${"]".repeat(depth)}, "server": {"port": 1}}` }
      })
      assert.strictEqual(settings.server.port, 1)
    })
  )
})
