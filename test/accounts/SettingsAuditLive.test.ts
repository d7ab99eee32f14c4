import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { type AuditEntry, AuditLog } from "../../src/accounts/AuditLog.ts"
import * as SettingsAuditLive from "../../src/accounts/SettingsAuditLive.ts"
import { SettingsAdmin } from "../../src/platform/settings/SettingsAdmin.ts"
import { settingsOf } from "../platform/settings/support.ts"

describe("the audit log", () => {
  it.effect("holds every setting that was changed while running, before and after", () =>
    Effect.gen(function* () {
      const entries: Array<AuditEntry> = []
      const log = Layer.succeed(
        AuditLog,
        AuditLog.of({ append: (entry) => Effect.sync(() => void entries.push(entry)) })
      )
      yield* Effect.gen(function* () {
        const admin = yield* SettingsAdmin
        yield* admin.change({ "answering.mode": "think", "cache.ttl": 5 })
        yield* admin.change({ "answering.mode": null })
      }).pipe(Effect.provide(settingsOf().pipe(Layer.provide(SettingsAuditLive.layer), Layer.provide(log))))
      assert.deepStrictEqual(entries, [
        { action: "setting.change", target: "answering.mode", detail: { from: "quick", to: "think", revision: 1 } },
        { action: "setting.change", target: "cache.ttl", detail: { from: 3600, to: 5, revision: 1 } },
        { action: "setting.reset", target: "answering.mode", detail: { from: "think", to: "quick", revision: 2 } }
      ])
    })
  )
})
