import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { defaultProviderCell, readProviderCells } from "../../../src/platform/config/StoredCells.ts"
import { comparable, type Given, load, loadProblems, problemAt, valuesOf, written } from "./support.ts"

const SOURCE = "the management API"

const stored = (id: string, fields: Readonly<Record<string, unknown>>) => {
  const { cells, problems } = readProviderCells(id, fields, SOURCE)
  assert.deepStrictEqual(problems, [])
  return cells
}

describe("the fields of a stored provider", () => {
  it("are those of an entry in the file, under all their names", () => {
    const names = settingsTable
      .filter(({ path }) => path.startsWith("ai.providers.<id>."))
      .flatMap(({ aliases, path }) => [path.split(".").at(-1) ?? "", ...aliases])
    for (const name of names) {
      const [cell, ...others] = stored("my.own", { [name]: "x" })
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(cell?.path.slice(0, 3), ["ai", "providers", "my.own"])
      assert.strictEqual(cell?.path[3], name === "api_url" ? "base_url" : name)
      assert.strictEqual(cell?.layer, "stored")
      assert.strictEqual(cell?.source, SOURCE)
    }
    assert.deepStrictEqual(
      stored("x", { api_url: "a", base_url: "b" }).map(({ value }) => value),
      ["b"]
    )
    assert.deepStrictEqual(stored("x", { model: null, name: " ", api_key: undefined }), [])
  })

  it("that are not known are a problem, with the one that was probably meant", () => {
    const { cells, problems } = readProviderCells("x", { apikey: "secret", "odd key": 1, model: "m" }, SOURCE)
    assert.strictEqual(cells.length, 1)
    const misspelt = problemAt(problems, "ai.providers.x.apikey")
    assert.strictEqual(misspelt.source, SOURCE)
    assert.strictEqual(misspelt.remedy, "did you mean api_key?")
    assert.notInclude(JSON.stringify(problems), "secret")
    assert.strictEqual(problems[1]?.path, 'ai.providers.x."odd key"')
    for (const odd of ["__proto__", "constructor", "toString"])
      assert.strictEqual(readProviderCells("x", Object.fromEntries([[odd, {}]]), SOURCE).problems.length, 1)
  })

  it("belong to an id that can be part of a model's name", () => {
    for (const id of ["", "a/b", "__proto__", "a b", "x".repeat(65)]) {
      const { cells, problems } = readProviderCells(id, { model: "m" }, SOURCE)
      assert.deepStrictEqual(cells, [])
      assert.include(problemAt(problems, "ai.providers").allowed, "an id of 1 to 64")
    }
  })
})

describe("what is stored", () => {
  const given: Given = {
    config: {
      ai: { providers: { deepseek: { api_key: "file", model: "file", timeout: 9 }, zhipu: { api_key: "z" } } }
    },
    environment: { DEEPSEEK_MODEL: "environment" },
    flags: { set: ["ai.providers.deepseek.name=Flag"] }
  }

  it.effect("wins over all other sources, field by field", () =>
    Effect.gen(function* () {
      const { ai, resolve } = yield* load(given)
      const resolved = resolve(stored("deepseek", { model: "stored", name: "Stored", api_keys: ["more"] }))
      assert.deepStrictEqual(resolved.problems, [])
      const [deepseek] = resolved.settings.ai.providers
      assert.strictEqual(deepseek?.model, "stored")
      assert.strictEqual(deepseek?.name, "Stored")
      assert.deepStrictEqual(valuesOf(deepseek?.apiKeys ?? []), ["file", "more"])
      assert.deepStrictEqual(deepseek?.timeout, ai.providers[0]?.timeout)
      assert.strictEqual(ai.providers[0]?.model, "environment")
    })
  )

  it.effect("changes nothing where it is nothing", () =>
    Effect.gen(function* () {
      const atStart = yield* load(given)
      const { problems, settings } = atStart.resolve([])
      assert.deepStrictEqual(comparable(settings), comparable(atStart))
      assert.deepStrictEqual(problems, [])
    })
  )

  it.effect("does not stay when it is taken back", () =>
    Effect.gen(function* () {
      const { ai, resolve } = yield* load(given)
      resolve([...stored("openai", { api_key: "k" }), defaultProviderCell("openai", SOURCE)])
      assert.deepStrictEqual(resolve([]).settings.ai, ai)
    })
  )

  it.effect("adds providers behind the others, and chooses the default", () =>
    Effect.gen(function* () {
      const { resolve } = yield* load(given)
      const added = stored("mine", { preset: "custom", base_url: "http://127.0.0.1:1/v1", model: "m" })
      const behind = resolve(added).settings.ai
      assert.deepStrictEqual(written(behind.roles.answer.chain), ["deepseek", "zhipu", "mine"])
      const { problems, settings } = resolve([...added, defaultProviderCell("mine", SOURCE)])
      assert.deepStrictEqual(problems, [])
      assert.deepStrictEqual(written(settings.ai.roles.answer.chain), ["mine", "deepseek", "zhipu"])
      assert.deepStrictEqual(
        settings.ai.entries.map(({ id, state }) => [id, state]),
        [
          ["mine", "ready"],
          ["deepseek", "ready"],
          ["zhipu", "ready"]
        ]
      )
    })
  )

  it.effect("lists every entry with its state and its preset", () =>
    Effect.gen(function* () {
      const { resolve } = yield* load(given)
      const {
        problems,
        settings: { ai }
      } = resolve([
        ...stored("zhipu", { enabled: false }),
        ...stored("openai", { model: "m" }),
        ...stored("mine", { preset: "nothing-of-the-kind", api_key: "k" }),
        ...stored("moonshot", { api_key: "k", timeout: -1 })
      ])
      assert.deepStrictEqual(
        ai.entries.map(({ id, preset, state }) => [id, state, preset?.key]),
        [
          ["deepseek", "ready", "deepseek"],
          ["zhipu", "disabled", "zhipu"],
          ["openai", "without_key", "openai"],
          ["mine", "wrong", undefined],
          ["moonshot", "wrong", "moonshot"]
        ]
      )
      assert.strictEqual(ai.entries[2]?.entry.model, "m")
      assert.deepStrictEqual(
        ai.providers.map(({ id }) => id),
        ["deepseek"]
      )
      assert.deepStrictEqual(
        problems.map(({ path, source }) => [path, source]),
        [
          ["ai.providers.moonshot.timeout", SOURCE],
          ["ai.providers.mine.preset", SOURCE]
        ]
      )
    })
  )

  // What is stored is held to what the file is held to, whatever is wrong with it.
  const wrong: ReadonlyArray<[string, string, Readonly<Record<string, unknown>>]> = [
    ["an unknown preset", "mine", { preset: "depseek", api_key: "k" }],
    ["an address that is none", "openai", { api_key: "k", base_url: "ftp://example.org" }],
    ["no address", "custom", { model: "m" }],
    ["a key that cannot be sent", "openai", { api_key: "two words" }],
    ["a negative price", "openai", { api_key: "k", prices: { "a/b.c": { input: -1, output: 1 } } }],
    ["a fallback on itself", "openai", { api_key: "k", fallback: ["openai"] }],
    ["a fallback on nobody", "openai", { api_key: "k", fallback: ["nobody"] }],
    ["a proxy that is none", "openai", { api_key: "k", proxy: "ftp://proxy" }]
  ]

  for (const [what, id, fields] of wrong)
    it.effect(`is refused like the same in the file: ${what}`, () =>
      Effect.gen(function* () {
        const { resolve } = yield* load()
        const whileRunning = resolve(stored(id, fields)).problems
        const atStart = yield* loadProblems({ config: { ai: { providers: { [id]: fields } } } })
        const plain = (problems: typeof atStart) => problems.map((problem) => ({ ...problem, source: "" }))
        assert.strictEqual(atStart.length, 1)
        assert.deepStrictEqual(plain(whileRunning), plain(atStart))
        assert.deepStrictEqual(
          whileRunning.map(({ source }) => source),
          [SOURCE]
        )
      })
    )

  it.effect("is refused where it closes a circle with the file, and where it switches the default provider off", () =>
    Effect.gen(function* () {
      const { resolve } = yield* load({
        config: {
          ai: {
            default_provider: "deepseek",
            providers: { deepseek: { api_key: "k", fallback: ["zhipu"] }, zhipu: { api_key: "k" } }
          }
        }
      })
      const circle = problemAt(
        resolve(stored("zhipu", { fallback: ["deepseek"] })).problems,
        "ai.providers.zhipu.fallback"
      )
      assert.strictEqual(circle.found, "a way back: deepseek → zhipu → deepseek")
      const off = problemAt(resolve(stored("deepseek", { enabled: false })).problems, "ai.default_provider")
      assert.strictEqual(off.found, '"deepseek", which is not enabled')
      const unknown = problemAt(resolve([defaultProviderCell("nobody", SOURCE)]).problems, "ai.default_provider")
      assert.strictEqual(unknown.source, SOURCE)
    })
  )

  it.effect.prop(
    "comes to the same as in the file",
    {
      model: Schema.String.check(Schema.isPattern(/^[a-z0-9./-]{1,20}$/)),
      timeout: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 })),
      fallback: Schema.Literals(["zhipu", "zhipu/x/y", ""]),
      enabled: Schema.Boolean
    },
    (fields) =>
      Effect.gen(function* () {
        const entry = { api_key: "k", ...fields }
        const zhipu = { api_key: "z" }
        const inFile = comparable(yield* load({ config: { ai: { providers: { zhipu, deepseek: entry } } } })).ai
        const { resolve } = yield* load({ config: { ai: { providers: { zhipu } } } })
        assert.deepStrictEqual(comparable(resolve(stored("deepseek", entry)).settings).ai, inFile)
      })
  )
})
