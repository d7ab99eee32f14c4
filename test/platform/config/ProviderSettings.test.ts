import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema } from "effect"
import { CONFIG_FILE, type Given, load, loadProblems, problemAt, valuesOf } from "./support.ts"

const withEntry = (entry: unknown): Given => ({ config: { ai: { providers: { deepseek: entry } } } })

const providersOf = (given: Given) => Effect.map(load(given), ({ ai }) => ai.providers)

const keysOf = (given: Given) =>
  Effect.map(providersOf(given), (providers) =>
    providers.map(({ apiKeys, id }) => [id, ...valuesOf(apiKeys)].join(" "))
  )

describe("the keys of a provider", () => {
  it.effect("are the one and the further ones, in their order, each once", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keysOf(withEntry({ api_key: "c", api_keys: ["a", "b", "c", "a"] })), [
        "deepseek c a b"
      ])
      assert.deepStrictEqual(yield* keysOf(withEntry({ api_keys: " a , b,, c " })), ["deepseek a b c"])
      assert.deepStrictEqual(yield* keysOf(withEntry({ api_key: "a,b" })), ["deepseek a,b"])
    })
  )

  it.effect("come from all sources, each setting from the highest", () =>
    Effect.gen(function* () {
      const environment = { DEEPSEEK_API_KEYS: "x,y", ZHIPU_API_KEYS: "z", DEEPSEEK_API_KEY: "k" }
      assert.deepStrictEqual(yield* keysOf({ ...withEntry({ api_key: "a", api_keys: ["b"] }), environment }), [
        "deepseek k x y",
        "zhipu z"
      ])
      assert.deepStrictEqual(
        yield* keysOf({ environment: { ...environment, SIKU_AI_PROVIDERS_DEEPSEEK_API_KEYS: "own" } }),
        ["zhipu z", "deepseek k own"]
      )
      assert.deepStrictEqual(
        yield* keysOf({
          environment,
          flags: { set: ["ai.providers.deepseek.api_keys=f,g", "ai.providers.zhipu.enabled=no"] }
        }),
        ["deepseek k f g"]
      )
    })
  )

  it.effect("of a preset are not added to an entry with a key of its own", () =>
    Effect.gen(function* () {
      const keys = yield* keysOf({
        config: {
          ai: {
            providers: {
              one: { preset: "deepseek" },
              two: { preset: "deepseek", api_key: "own" },
              three: { preset: "deepseek", api_keys: ["mine"] }
            }
          }
        },
        environment: { DEEPSEEK_API_KEYS: "x,y", DEEPSEEK_API_KEY: "z" }
      })
      assert.deepStrictEqual(keys, ["one z x y", "two own", "three mine"])
    })
  )

  it.effect("of no number leave the provider out", () =>
    Effect.gen(function* () {
      const { ai, warnings } = yield* load(withEntry({ api_keys: [] }))
      assert.deepStrictEqual(ai.providers, [])
      assert.deepStrictEqual(warnings, ["ai.providers: left out, as there is no api_key for them: deepseek"])
    })
  )

  it.effect("are refused where one of them cannot be sent", () =>
    Effect.gen(function* () {
      for (const api_keys of [["a", "在此填写密钥"], ["two words"], "a,two words", [5], 5, { a: "b" }]) {
        const problem = problemAt(yield* loadProblems(withEntry({ api_keys })), "ai.providers.deepseek.api_keys")
        assert.strictEqual(problem.source, CONFIG_FILE)
        assert.notInclude(problem.found, "two words")
      }
    })
  )

  const Key = Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_-]{1,20}$/))

  it.effect.prop(
    "mean the same as a list and as a text",
    { api_key: Key, keys: Schema.NonEmptyArray(Key) },
    ({ api_key, keys }) =>
      Effect.gen(function* () {
        const expected = [["deepseek", ...new Set([api_key, ...keys])].join(" ")]
        assert.deepStrictEqual(yield* keysOf(withEntry({ api_key, api_keys: keys })), expected)
        assert.deepStrictEqual(yield* keysOf(withEntry({ api_key, api_keys: keys.join(",") })), expected)
      })
  )
})

describe("what a provider does not say", () => {
  it.effect("is taken from the common settings", () =>
    Effect.gen(function* () {
      const given = {
        config: {
          ai: {
            timeout: 1,
            stall_timeout: 2,
            max_retries: 3,
            concurrency: 4,
            providers: {
              deepseek: { api_key: "k" },
              zhipu: { api_key: "k", timeout: "11", stall_timeout: "12", max_retries: "13", concurrency: "14" }
            }
          }
        }
      }
      const numbers = (yield* providersOf(given)).map((provider) => [
        Duration.toSeconds(provider.timeout),
        Duration.toSeconds(provider.stallTimeout),
        provider.maxRetries,
        provider.concurrency
      ])
      assert.deepStrictEqual(numbers, [
        [1, 2, 3, 4],
        [11, 12, 13, 14]
      ])
      const [byDefault] = yield* providersOf(withEntry({ api_key: "k" }))
      assert.strictEqual(Duration.toSeconds(byDefault?.stallTimeout ?? 0), 60)
      assert.strictEqual(byDefault?.concurrency, 128)
      assert.strictEqual(byDefault?.maxRetries, 2)
      assert.isUndefined(byDefault?.proxy)
    })
  )

  it.effect("is not confused with the end of another provider's id in a variable", () =>
    Effect.gen(function* () {
      const entry = { preset: "deepseek", api_key: "k" }
      const secondsOf = (providers: unknown, id: string) =>
        Effect.map(
          providersOf({
            config: { ai: { providers } },
            environment: { SIKU_AI_PROVIDERS_MY_STALL_TIMEOUT: "7" }
          }),
          (settings) => {
            const provider = settings.find((each) => each.id === id)
            return [provider?.timeout, provider?.stallTimeout].map((time) => Duration.toSeconds(time ?? 0))
          }
        )
      assert.deepStrictEqual(yield* secondsOf({ my: entry }, "my"), [60, 7])
      assert.deepStrictEqual(yield* secondsOf({ my_stall: entry }, "my_stall"), [7, 60])
      assert.deepStrictEqual(yield* secondsOf({ my: entry, my_stall: entry }, "my"), [60, 7])
    })
  )
})

describe("the proxy of a provider", () => {
  it.effect("is an address, or none at all", () =>
    Effect.gen(function* () {
      const [direct] = yield* providersOf(withEntry({ api_key: "k", proxy: "Direct" }))
      assert.strictEqual(direct?.proxy, "direct")
      const [proxied] = yield* providersOf(withEntry({ api_key: "k", proxy: "socks5://u:p@127.0.0.1:1080" }))
      assert.strictEqual(
        Redacted.isRedacted(proxied?.proxy) ? Redacted.value(proxied.proxy) : undefined,
        "socks5://u:p@127.0.0.1:1080"
      )
      const [plain] = yield* providersOf(withEntry({ api_key: "k", proxy: "127.0.0.1:7890" }))
      assert.strictEqual(Redacted.isRedacted(plain?.proxy) ? Redacted.value(plain.proxy) : undefined, "127.0.0.1:7890")
    })
  )

  it.effect("is told by its length alone where it is none", () =>
    Effect.gen(function* () {
      const problem = problemAt(
        yield* loadProblems(withEntry({ api_key: "k", proxy: "u:sec/et@host:80" })),
        "ai.providers.deepseek.proxy"
      )
      assert.strictEqual(problem.found, "a value of 16 characters")
      assert.include(problem.allowed, '"direct"')
      assert.include(problem.remedy ?? "", "http://user:password@127.0.0.1:3128")
    })
  )

  it.effect("is no variable of the preset", () =>
    Effect.gen(function* () {
      const [provider] = yield* providersOf({
        environment: { DEEPSEEK_API_KEY: "k", DEEPSEEK_PROXY: "http://127.0.0.1:1" }
      })
      assert.isUndefined(provider?.proxy)
    })
  )
})
