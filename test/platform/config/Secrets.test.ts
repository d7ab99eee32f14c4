import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inspect } from "node:util"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { CONFIG_FILE, load } from "./support.ts"

const CANARY = "canary7f3a9c"

const everyForm = (value: unknown): string =>
  [
    JSON.stringify(value),
    String(value),
    inspect(value, { depth: 20, showHidden: true }),
    value instanceof Error ? `${value.message}\n${value.stack}` : ""
  ].join("\n")

const hides = (value: unknown): void => {
  assert.notInclude(everyForm(value), CANARY)
}

describe("secrets", () => {
  it.effect("are in the settings, and in no form in which the settings can be shown", () =>
    Effect.gen(function* () {
      const settings = yield* load({
        config: {
          ai: { providers: { deepseek: { api_key: `file-${CANARY}` } } },
          cache: { redis_url: `redis://:${CANARY}@127.0.0.1` },
          security: { secret_key: CANARY }
        },
        environment: { ZHIPU_API_KEY: CANARY, DATABASE_URL: `sqlite::memory:?key=${CANARY}` },
        flags: { set: [`ai.providers.openai.api_key=${CANARY}`] }
      })
      const keys = settings.ai.providers.map(({ apiKey }) => apiKey && Redacted.value(apiKey))
      assert.deepStrictEqual(keys, [`file-${CANARY}`, CANARY, CANARY])
      assert.strictEqual(settings.security.secretKey && Redacted.value(settings.security.secretKey), CANARY)
      assert.include(Redacted.value(settings.database.url), CANARY)
      assert.isAbove(settings.warnings.length, 0)
      hides(settings)
    })
  )

  const secretSettings = settingsTable.filter(({ secret }) => secret)

  it("are marked in the table", () => {
    assert.deepStrictEqual(
      secretSettings.map(({ path }) => path),
      ["database.url", "cache.redis_url", "ai.providers.<id>.api_key", "security.secret_key"]
    )
  })

  // Each makes the value unusable in another way, so that it is reported.
  const spoilt: ReadonlyArray<[string, unknown]> = [
    ["a blank and a control character inside", `${CANARY} \u0007 ${CANARY}`],
    ["a list", [CANARY]],
    ["a group", { [CANARY]: CANARY }]
  ]

  for (const { path } of secretSettings)
    for (const [form, value] of spoilt)
      it.effect(`are not shown by the problem with ${path}, given as ${form}`, () =>
        Effect.gen(function* () {
          const keys = path.replace("<id>", "deepseek").split(".")
          const config = keys.reduceRight((inner: unknown, key) => ({ [key]: inner }), value)
          const error = yield* Effect.flip(load({ config }))
          assert.strictEqual(error._tag, "ConfigProblems")
          assert.include(error.message, keys.join("."))
          hides(error)
        })
      )

  const misplaced: ReadonlyArray<[string, Parameters<typeof load>[0]]> = [
    ["in the place of a provider's settings", { config: { ai: { providers: { deepseek: CANARY } } } }],
    ["in the place of all settings", { config: CANARY }],
    [
      "in the address of a provider",
      { config: { ai: { providers: { deepseek: { base_url: `https://u:${CANARY}@x/` } } } } }
    ],
    ["in the query of an address", { config: { server: { public_url: `https://x/?key=${CANARY}` } } }],
    ["as the name of a provider", { config: { ai: { default_provider: `sk-${CANARY}` } } }],
    ["in the address of another database", { environment: { DATABASE_URL: `postgres://u:${CANARY}@h/d` } }],
    ["in an address that is none", { flags: { databaseUrl: `${CANARY}:5432` } }],
    ["as a flag without a name", { flags: { set: [CANARY] } }],
    ["in JSON that does not end", { files: { [CONFIG_FILE]: `{"ai": {"api_key": "${CANARY}", "x": "${CANARY}` } }],
    ["in JSON without quotes", { files: { [CONFIG_FILE]: `{"api_key": ${CANARY}}` } }],
    ["in YAML that does not parse", { files: { "/srv/data/config.yaml": `api_key: *${CANARY}` } }],
    ["in YAML with a wrong escape", { files: { "/srv/data/config.yaml": `api_key: "${CANARY}\\${CANARY}"` } }],
    ["in YAML without structure", { files: { "/srv/data/config.yaml": `server:\n  port: 1\n ${CANARY}` } }]
  ]

  for (const [where, given] of misplaced)
    it.effect(`are not shown when they are misplaced ${where}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load(given))
        assert.strictEqual(error._tag, "ConfigProblems")
        hides(error)
      })
    )
})
