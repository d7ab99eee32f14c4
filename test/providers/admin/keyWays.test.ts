import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { manage, type Seen, startSiku } from "../../support/siku.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"

const path = "/api/v1/providers"
const platformKey = "sk-the-key-of-the-platform-0001"
const secondKey = "sk-the-second-key-of-it-0002"
const storedKey = "sk-a-key-that-was-stored-0003"
const ownKey = "sk-a-key-of-the-thief-0004"

/** A provider of the configuration with two keys, one that was added, and somebody else's server. */
const setUp = Effect.gen(function* () {
  const platform = yield* upstream({})
  const thief = yield* upstream({})
  const base = yield* startSiku({
    environment: {
      CUSTOM_BASE_URL: platform.url,
      CUSTOM_MODEL: "m",
      CUSTOM_API_KEY: platformKey,
      CUSTOM_API_KEYS: secondKey
    }
  })
  const stored = { id: "added", preset: "custom", base_url: platform.url, model: "m", api_key: storedKey }
  assert.strictEqual((yield* manage(base, "POST", path, stored)).status, 201)
  return { base, platform, thief }
})

type Step = readonly [method: string, path: string, body: object]
const change = (id: string, body: object): Step => ["PATCH", `${path}/${id}`, body]

/** Ways to have a key sent to another server, the last of whose steps must be refused. */
const attempts = (thief: string): Readonly<Record<string, ReadonlyArray<Step>>> => ({
  "another address": [change("custom", { base_url: thief })],
  "another address, by its other name": [change("custom", { api_url: thief })],
  "another address of a provider that was added": [change("added", { base_url: thief })],
  "the mask in place of the key": [change("custom", { base_url: thief, api_key: "sk-…0001", api_keys: ["sk-…0002"] })],
  "one key of two": [change("custom", { base_url: thief, api_key: ownKey })],
  "one key of two, the other by its mask": [
    change("custom", { base_url: thief, api_key: ownKey, api_keys: "sk-…0001" })
  ],
  "a key of one's own first, and then the old one back": [
    change("custom", { base_url: thief, api_key: ownKey, api_keys: [ownKey] }),
    change("custom", { api_key: null })
  ],
  "a key of one's own first, and then all the old ones back": [
    change("custom", { base_url: thief, api_key: ownKey, api_keys: [ownKey] }),
    change("custom", { api_key: null, api_keys: null })
  ],
  "switched off meanwhile": [
    change("custom", { enabled: false }),
    change("custom", { base_url: thief }),
    change("custom", { enabled: true })
  ],
  "a proxy": [change("custom", { proxy: new URL(thief).origin })],
  "a proxy for a provider that was added": [
    change("added", { proxy: new URL(thief).origin.replace("http", "socks5") })
  ],
  "another family": [change("added", { preset: "anthropic" })],
  "another preset, with its address": [change("added", { preset: "deepseek", base_url: null })]
})

const isRefused = (seen: Seen): boolean => seen.status === 422 && /api_key/.test(seen.text)

describe("the keys of providers", () => {
  it.live("go nowhere but where they were given for", () =>
    Effect.gen(function* () {
      const { thief } = yield* setUp
      for (const [name, steps] of Object.entries(attempts(thief.url))) {
        yield* Effect.gen(function* () {
          const { base } = yield* setUp
          const seen: Array<Seen> = []
          for (const [method, at, body] of steps) seen.push(yield* manage(base, method, at, body))
          assert.isTrue(
            seen.some(isRefused),
            `${name}: ${seen.map(({ status, text }) => `${status} ${text}`).join("\n")}`
          )
          for (const id of ["custom", "added"]) yield* manage(base, "POST", `${path}/${id}/test`)
          for (const key of [platformKey, secondKey, storedKey]) {
            assert.notInclude(JSON.stringify(thief.requests.map(({ headers }) => headers)), key, name)
          }
        }).pipe(Effect.scoped)
      }
    })
  )

  it.live("may be sent elsewhere when they are given once more", () =>
    Effect.gen(function* () {
      const { base, thief: other } = yield* setUp
      const moved = { base_url: other.url, api_key: platformKey, api_keys: [secondKey] }
      assert.strictEqual((yield* manage(base, "PATCH", `${path}/custom`, moved)).status, 200)
      assert.isTrue((yield* manage(base, "POST", `${path}/custom/test`)).json["ok"])
      // The way that holds is no other one.
      for (const same of [
        { base_url: `${other.url}/` },
        { name: "N" },
        { proxy: "direct" },
        { proxy: null },
        { model: "n" }
      ]) {
        assert.strictEqual((yield* manage(base, "PATCH", `${path}/custom`, same)).status, 200, JSON.stringify(same))
      }
      assert.strictEqual((yield* manage(base, "DELETE", `${path}/custom`)).status, 204)
      assert.strictEqual(
        (yield* manage(base, "PATCH", `${path}/added`, { base_url: other.url, api_key: storedKey })).status,
        200
      )
    })
  )

  it.live(
    "do not follow an address that was stored without them, by an older version or before they were changed",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryHome
        const platform = yield* upstream({})
        const thief = yield* upstream({})
        const set = [`database.url=sqlite:///${join(home, "siku.db")}`]
        const environment = { CUSTOM_BASE_URL: platform.url, CUSTOM_MODEL: "m", CUSTOM_API_KEY: platformKey }
        yield* Effect.scoped(startSiku({ home, set, environment }))
        const file = new DatabaseSync(join(home, "siku.db"))
        const settings = JSON.stringify({ base_url: thief.url })
        file.exec(`INSERT INTO provider_entries VALUES ('custom', '${settings}', NULL, 0, 0)`)
        file.close()
        const base = yield* startSiku({ home, set, environment })
        const shown = yield* manage(base, "GET", `${path}/custom`)
        assert.match(String(shown.json["problem"]), /api_key/)
        assert.isTrue((yield* manage(base, "POST", `${path}/custom/test`)).json["ok"])
        assert.strictEqual(thief.requests.length, 0)
        assert.strictEqual(platform.requests.length, 1)
      })
  )

  it.live("and other secrets follow no setting that is changed while running", () =>
    Effect.gen(function* () {
      const { base, thief } = yield* setUp
      const changes = {
        "cache.redis_url": "redis://127.0.0.1:1",
        "telemetry.otlp_endpoint": thief.url,
        "telemetry.sentry_dsn": "http://key@127.0.0.1:1/1",
        "network.proxy": thief.url,
        "network.http_proxy": thief.url,
        "network.https_proxy": thief.url,
        "network.no_proxy": "*",
        "database.url": "sqlite:/tmp/other.db",
        "security.allow_private_urls": true,
        "ai.providers.custom.base_url": thief.url
      }
      for (const [setting, value] of Object.entries(changes)) {
        const seen = yield* manage(base, "PATCH", "/api/v1/settings", { [setting]: value })
        assert.strictEqual(
          seen.status,
          setting === "security.allow_private_urls" ? 200 : 422,
          `${setting}: ${seen.text}`
        )
      }
      const all = yield* manage(base, "GET", "/api/v1/settings")
      const settings: ReadonlyArray<Record<string, unknown>> = JSON.parse(all.text).settings
      const liveSecrets = settings.filter(({ live, secret }) => live === true && secret === true)
      assert.deepStrictEqual(
        liveSecrets.map(({ path: at }) => at),
        []
      )
    })
  )
})
