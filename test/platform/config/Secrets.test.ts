import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inspect } from "node:util"
import { readProviderCells } from "../../../src/platform/config/StoredCells.ts"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { CONFIG_FILE, load, valuesOf } from "./support.ts"

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
          ai: {
            providers: {
              deepseek: { api_key: `file-${CANARY}`, api_keys: [`more-${CANARY}`], proxy: `http://u:${CANARY}@p:1` },
              moonshot: { api_keys: [CANARY], enabled: false }
            }
          },
          cache: { redis_url: `redis://:${CANARY}@127.0.0.1` },
          security: {
            secret_key: CANARY,
            admin_key: `${CANARY}-admin`,
            encryption_key: `${CANARY}-${CANARY}-${CANARY}`
          }
        },
        environment: {
          ZHIPU_API_KEY: CANARY,
          DATABASE_URL: `sqlite::memory:?key=${CANARY}`,
          ALL_PROXY: `socks5://u:${CANARY}@p:1`,
          HTTP_PROXY: `http://u:${CANARY}@p:2`,
          HTTPS_PROXY: `http://u:${CANARY}@p:3`
        },
        flags: { set: [`ai.providers.openai.api_keys=${CANARY},2-${CANARY}`] }
      })
      const keys = settings.ai.providers.map(({ apiKeys }) => valuesOf(apiKeys))
      assert.deepStrictEqual(keys, [[`file-${CANARY}`, `more-${CANARY}`], [CANARY], [CANARY, `2-${CANARY}`]])
      const [deepseek] = settings.ai.providers
      const { network, security } = settings
      for (const secret of [
        deepseek?.proxy,
        network.proxy,
        network.httpProxy,
        network.httpsProxy,
        security.secretKey,
        security.adminKey,
        security.encryptionKey,
        settings.database.url
      ])
        assert.include(Redacted.isRedacted(secret) ? Redacted.value(secret) : secret, CANARY)
      assert.isAbove(settings.warnings.length, 0)
      hides(settings)
      hides(settings.resolve([]))
      hides(settings.effective())
    })
  )

  it.effect("that are stored while running are hidden in what they resolve to, and where they cannot be used", () =>
    Effect.gen(function* () {
      const { resolve } = yield* load()
      const fields = { api_key: CANARY, api_keys: `a-${CANARY},b-${CANARY}`, proxy: `http://u:${CANARY}@p:1` }
      const good = resolve(readProviderCells("deepseek", fields, "a test").cells)
      assert.deepStrictEqual(good.problems, [])
      assert.deepStrictEqual(valuesOf(good.settings.ai.providers[0]?.apiKeys ?? []), [
        CANARY,
        `a-${CANARY}`,
        `b-${CANARY}`
      ])
      hides(good)
      const spoilt = {
        api_key: `${CANARY} \u0007`,
        api_keys: [`${CANARY} \u0007`],
        proxy: `ftp://u:${CANARY}@p:1`,
        apikey: CANARY
      }
      const { cells, problems } = readProviderCells("deepseek", spoilt, "a test")
      assert.strictEqual(problems.length, 1)
      hides(problems)
      const bad = resolve(cells)
      assert.strictEqual(bad.problems.length, 3)
      hides(bad)
    })
  )

  const secretSettings = settingsTable.filter(({ secret }) => secret)

  it("are marked in the table", () => {
    assert.deepStrictEqual(
      secretSettings.map(({ path }) => path),
      [
        "database.url",
        "cache.redis_url",
        "network.proxy",
        "network.http_proxy",
        "network.https_proxy",
        "ai.providers.<id>.api_key",
        "ai.providers.<id>.api_keys",
        "ai.providers.<id>.proxy",
        "security.secret_key",
        "security.encryption_key",
        "security.admin_key",
        "telemetry.otlp_headers",
        "telemetry.sentry_dsn"
      ]
    )
  })

  // Each makes the value unusable in another way, so that it is reported.
  const spoilt: ReadonlyArray<[string, unknown]> = [
    ["a blank and a control character inside", `${CANARY} \u0007 ${CANARY}`],
    ["a list", [`${CANARY} \u0007`]],
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
    ["in the address of a proxy that is none", { environment: { ALL_PROXY: `u:/${CANARY}@host:1` } }],
    ["in the address of a proxy of a kind that is not known", { environment: { ALL_PROXY: `ftp://u:${CANARY}@h:1` } }],
    ["in the address of a proxy with a path", { environment: { HTTPS_PROXY: `http://u:${CANARY}@h:1/${CANARY}` } }],
    ["in a key of too few characters", { config: { security: { admin_key: CANARY, encryption_key: CANARY } } }],
    ["among models", { config: { ai: { roles: { answer: { models: [`sk-${CANARY}`] } } } } }],
    [
      "in a price table",
      { config: { ai: { providers: { deepseek: { prices: { m: { input: `sk-${CANARY}`, output: 1 } } } } } } }
    ],
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
