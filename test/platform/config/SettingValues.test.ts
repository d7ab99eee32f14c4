import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { load, loadProblems } from "./support.ts"

const withPort = (port: unknown) => ({ config: { server: { port } } })
const withStarter = (starter: unknown) => ({ config: { bank: { starter } } })
const withLimit = (body_limit: unknown) => ({ config: { server: { body_limit } } })
const withLevel = (level: unknown) => ({ config: { logging: { level } } })
const withAddress = (public_url: unknown) => ({ config: { server: { public_url } } })
const withOrigins = (cors_origins: unknown) => ({ config: { server: { cors_origins } } })
const withKey = (api_key: unknown) => ({ config: { ai: { providers: { deepseek: { api_key } } } } })

const refuses = (make: (value: unknown) => { readonly config: unknown }, values: ReadonlyArray<unknown>) =>
  Effect.forEach(values, (value) =>
    Effect.map(loadProblems(make(value)), (problems) => assert.strictEqual(problems.length, 1, String(value)))
  )

describe("values", () => {
  it.effect.prop(
    "a number means the same as a text",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))],
    ([port]) =>
      Effect.gen(function* () {
        for (const spelling of [port, String(port), ` ${port} `, `${port}.0`])
          assert.strictEqual((yield* load(withPort(spelling))).server.port, port)
      })
  )

  it.effect("of other types than a number are no number", () =>
    refuses(withPort, ["80a", "8000 9000", true, [8000], { port: 1 }, 1.5, -1, "1e9", "NaN", "-"])
  )

  it.effect("yes and no have many spellings", () =>
    Effect.gen(function* () {
      for (const yes of [true, "true", "True", "YES", "on", "1", 1])
        assert.isTrue((yield* load(withStarter(yes))).bank.starter, String(yes))
      for (const no of [false, "false", "False", "no", "OFF", "0", 0])
        assert.isFalse((yield* load(withStarter(no))).bank.starter, String(no))
      yield* refuses(withStarter, ["maybe", 2, [], "truee", "constructor"])
    })
  )

  it.effect("sizes are in bytes or in units of 1024", () =>
    Effect.gen(function* () {
      const sizes: ReadonlyArray<[unknown, number]> = [
        [2048, 2048],
        ["2048", 2048],
        ["2048b", 2048],
        ["512kb", 524_288],
        ["512 KB", 524_288],
        ["1.5mb", 1_572_864],
        ["1GB", 1_073_741_824]
      ]
      for (const [size, bytes] of sizes)
        assert.strictEqual((yield* load(withLimit(size))).server.bodyLimit, bytes, String(size))
      yield* refuses(withLimit, ["4", "2gb", "4xb", "mb", -1, "-4mb", "1e6", {}])
    })
  )

  it.effect("levels are written in any case, also as other programs call them", () =>
    Effect.gen(function* () {
      const levels: ReadonlyArray<[string, string]> = [
        ["debug", "Debug"],
        ["INFO", "Info"],
        ["Warn", "Warn"],
        ["WARNING", "Warn"],
        ["error", "Error"],
        ["CRITICAL", "Error"]
      ]
      for (const [word, level] of levels) assert.strictEqual((yield* load(withLevel(word))).logging.level, level)
      yield* refuses(withLevel, ["loud", 3, "toString"])
    })
  )

  it.effect("addresses are http or https, without anything that does not belong to one", () =>
    Effect.gen(function* () {
      for (const address of ["http://localhost:8000", "https://example.org/siku/", "http://[::1]:80/a"])
        assert.strictEqual((yield* load(withAddress(address))).server.publicUrl, address.replace(/\/$/, ""))
      yield* refuses(withAddress, [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://user:password@example.org",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "https://exa mple.org",
        5
      ])
    })
  )

  it.effect("origins are a list or a text with commas", () =>
    Effect.gen(function* () {
      const origins = ["https://a.example", "http://localhost:3000", "chrome-extension://abc"]
      assert.deepStrictEqual((yield* load(withOrigins(origins))).server.corsOrigins, origins)
      assert.deepStrictEqual((yield* load(withOrigins(`${origins.join(" , ")}/`))).server.corsOrigins, origins)
      assert.deepStrictEqual((yield* load(withOrigins([]))).server.corsOrigins, [])
      yield* refuses(withOrigins, ["a.example", ["https://a.example/path"], [5], { a: 1 }, "https://*/x"])
    })
  )

  it.effect("keys are what a header can carry", () => refuses(withKey, ["在此填写密钥", "two words", 12345, false]))
})
