import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { isLive } from "../../../src/platform/config/isLive.ts"
import { PROVIDER_ID } from "../../../src/platform/config/Setting.ts"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { SettingsView } from "../../../src/platform/settings/Api.ts"
import { adminKey } from "../../support/config.ts"
import { manage, type Seen, send, startSiku } from "../../support/siku.ts"

const path = "/api/v1/settings"
const decode = Schema.decodeUnknownEffect(SettingsView)
const viewOf = (seen: Seen) => Effect.orDie(decode(seen.json))
const settingOf = (view: typeof SettingsView.Type, name: string) =>
  view.settings.find((setting) => setting.path === name)

describe("the settings over HTTP", { timeout: 30_000 }, () => {
  it.live("are all shown, with where each comes from, and no secret", () =>
    Effect.gen(function* () {
      const secret = "canary-of-the-settings"
      const base = yield* startSiku({
        set: [`network.proxy=http://user:${secret}@127.0.0.1:1`, "rate_limit.per_minute=0"],
        environment: { SIKU_TELEMETRY_SENTRY_DSN: `https://${secret}@host/1`, SIKU_ANSWERING_MODE: "auto" }
      })
      const seen = yield* manage(base, "GET", path)
      const view = yield* viewOf(seen)
      assert.deepStrictEqual(
        view.settings.map((setting) => setting.path),
        settingsTable.map((setting) => setting.path).filter((each) => !each.includes(PROVIDER_ID))
      )
      assert.notInclude(seen.text, secret)
      assert.notInclude(seen.text, adminKey)
      assert.deepInclude(settingOf(view, "telemetry.sentry_dsn"), { value: "…", source: "environment", live: false })
      assert.deepInclude(settingOf(view, "answering.mode"), {
        value: "auto",
        source: "environment",
        from: "environment variable SIKU_ANSWERING_MODE",
        live: true,
        configured: null
      })
      assert.deepInclude(settingOf(view, "rate_limit.per_minute"), { value: 0, source: "flag" })
      for (const { live, path: each } of view.settings) assert.strictEqual(live, isLive(each))
    }).pipe(Effect.scoped)
  )

  it.live("are changed all at once or not at all, and say what is wrong", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const changed = yield* manage(base, "PATCH", path, { "answering.deadline": "7", "thinking.threads.max": 3 })
      assert.strictEqual(changed.status, 200)
      const view = yield* viewOf(changed)
      assert.strictEqual(view.revision, 1)
      assert.deepInclude(settingOf(view, "answering.deadline"), {
        value: 7,
        source: "changed",
        configured: { value: 25, source: "default", from: "default" }
      })
      const refused = yield* manage(base, "PATCH", path, {
        "answering.deadline": 0,
        "server.port": 1,
        "answering.queue": 3
      })
      assert.strictEqual(refused.status, 422)
      assert.deepStrictEqual(refused.json["errors"], [
        {
          path: "server.port",
          message:
            "found a change that needs a restart; allowed: no change while Siku runs; set it in the configuration file, the environment or a flag, and start Siku again"
        },
        { path: "answering.deadline", message: "found 0; allowed: a number of seconds from 1 to 86400" }
      ])
      const stale = yield* manage(base, "PATCH", path, { if_revision: 0, "answering.queue": 3 })
      assert.strictEqual(stale.status, 409)
      assert.deepStrictEqual(yield* viewOf(yield* manage(base, "GET", path)), view)
      const back = yield* viewOf(yield* manage(base, "PATCH", path, { if_revision: 1, "answering.deadline": null }))
      assert.deepInclude(settingOf(back, "answering.deadline"), { value: 25, source: "default", configured: null })
    }).pipe(Effect.scoped)
  )

  it.live("are for the admin key alone", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      assert.strictEqual((yield* send(`${base}${path}`)).status, 401)
      const body = JSON.stringify({ "answering.mode": "think" })
      const headers = { "content-type": "application/json" }
      assert.strictEqual((yield* send(`${base}${path}`, { method: "PATCH", headers, body })).status, 401)
    }).pipe(Effect.scoped)
  )

  it.live("may name providers that were added while running, which then cannot go", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const models = { "ai.roles.answer.models": ["mine"] }
      assert.strictEqual((yield* manage(base, "PATCH", path, models)).status, 422)
      const mine = { id: "mine", preset: "custom", base_url: "http://127.0.0.1:1/v1", model: "m" }
      assert.strictEqual((yield* manage(base, "POST", "/api/v1/providers", mine)).status, 201)
      assert.strictEqual((yield* manage(base, "PATCH", path, models)).status, 200)
      const roles = (yield* manage(base, "GET", "/api/v1/providers")).json["roles"]
      assert.deepInclude(roles, { answer: ["mine/m"] })
      const refused = yield* manage(base, "DELETE", "/api/v1/providers/mine")
      assert.strictEqual(refused.status, 422)
      assert.include(refused.text, "ai.roles.answer.models")
      assert.strictEqual((yield* manage(base, "PATCH", path, { "ai.roles.answer.models": null })).status, 200)
      assert.strictEqual((yield* manage(base, "DELETE", "/api/v1/providers/mine")).status, 204)
    }).pipe(Effect.scoped)
  )

  it.live("hold for the next request: the origins whose pages may read it", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const allowed = Effect.map(send(`${base}/health`, { headers: { origin: "https://a.example" } }), ({ headers }) =>
        headers.get("access-control-allow-origin")
      )
      assert.strictEqual(yield* allowed, "*")
      yield* manage(base, "PATCH", path, { "server.cors_origins": ["https://b.example"] })
      assert.isNull(yield* allowed)
      yield* manage(base, "PATCH", path, { "server.cors_origins": "https://a.example, https://b.example" })
      assert.strictEqual(yield* allowed, "https://a.example")
      yield* manage(base, "PATCH", path, { "server.cors_origins": null })
      assert.strictEqual(yield* allowed, "*")
    }).pipe(Effect.scoped)
  )

  it.live("hold for the next request: the time a call may take, and what a budget refuses", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({
        set: [
          "ai.providers.mine.preset=custom",
          "ai.providers.mine.base_url=http://127.0.0.1:1/v1",
          "ai.providers.mine.model=m"
        ]
      })
      const timeoutOf = Effect.map(manage(base, "GET", "/api/v1/providers/mine"), ({ json }) => json["timeout"])
      assert.strictEqual(yield* timeoutOf, 60)
      yield* manage(base, "PATCH", path, { "ai.timeout": 9, "thinking.budget.usd": 1 })
      assert.strictEqual(yield* timeoutOf, 9)
      const view = yield* viewOf(yield* manage(base, "GET", path))
      assert.include(
        view.warnings.join(),
        "thinking.budget.usd: nothing is thought through by models without a price: mine/m"
      )
    }).pipe(Effect.scoped)
  )
})
