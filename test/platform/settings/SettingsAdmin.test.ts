import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Result, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { LiveSettings } from "../../../src/platform/settings/LiveSettings.ts"
import { type SettingChange, SettingsAudit } from "../../../src/platform/settings/SettingsAudit.ts"
import { type AllSettings, SettingsAdmin } from "../../../src/platform/settings/SettingsAdmin.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { configuredWith, type Process, settingsOf } from "./support.ts"

const valuesOf = ({ settings }: AllSettings) => new Map(settings.map(({ setting, value }) => [setting.path, value]))
const valueOf = (all: AllSettings, path: string) => valuesOf(all).get(path)
const layerOf = (all: AllSettings, path: string) => all.settings.find(({ setting }) => setting.path === path)?.layer

/** Starts the settings of a process, for as long as the scope lasts. */
const start = (process: Process) =>
  Effect.map(Layer.build(settingsOf(process)), (context) => ({
    admin: Context.get(context, SettingsAdmin),
    live: Context.get(context, LiveSettings)
  }))

/** Each with values that are taken, and one that never is. */
const pieces = {
  "answering.mode": ["quick", "think", "auto", "never"],
  "ai.breaker_window": [3, 10, 30, 0],
  "ai.breaker_minimum_calls": [2, 5, 20, "few"],
  "cache.ttl": [0, "12.5", 3600, -1],
  "server.cors_origins": ["*", "https://a.example,https://b.example", "http://c.example", "no origin"],
  "server.body_limit": ["1kb", 4096, "2mb", "2tb"]
} as const
type Piece = keyof typeof pieces
const isPiece = (path: string): path is Piece => path in pieces

const Step = Schema.Array(
  Schema.Tuple([Schema.Literals(Object.keys(pieces).filter(isPiece)), Schema.Literals([0, 0, 1, 1, 2, 2, 3, "back"])])
)

describe("SettingsAdmin", () => {
  it.effect.prop(
    "comes after any sequence of changes to the configuration with these values; a change that is refused changes nothing",
    [Schema.Array(Step)],
    ([steps]) =>
      Effect.gen(function* () {
        const admin = yield* SettingsAdmin
        let model = new Map<string, unknown>()
        let revision = 0
        for (const step of steps) {
          const change = Object.fromEntries(
            step.map(([path, at]) => [path, at === "back" ? null : pieces[path][at]] as const)
          )
          const next = new Map(
            [...new Map([...model, ...Object.entries(change)])].filter(([, value]) => value !== null)
          )
          const expected = yield* Effect.result(configuredWith(next))
          const changed = yield* Effect.result(admin.change(change))
          assert.strictEqual(Result.isSuccess(changed), Result.isSuccess(expected))
          if (Result.isSuccess(expected)) {
            if (JSON.stringify([...next].sort()) !== JSON.stringify([...model].sort())) revision++
            model = next
          }
          const now = yield* admin.all
          assert.deepStrictEqual(valuesOf(now), yield* configuredWith(model))
          assert.strictEqual(now.revision, revision)
          for (const path of Object.keys(pieces))
            assert.strictEqual(layerOf(now, path), model.has(path) ? "stored" : "default")
        }
        const back = yield* admin.change(Object.fromEntries(Object.keys(pieces).map((path) => [path, null])))
        assert.deepStrictEqual(valuesOf(back), yield* configuredWith(new Map()))
      }).pipe(Effect.provide(settingsOf()), Effect.orDie),
    60_000
  )

  it.effect("goes before file and environment, and says what null would go back to", () =>
    Effect.gen(function* () {
      const admin = yield* SettingsAdmin
      const all = yield* admin.change({ "answering.mode": "think" })
      assert.strictEqual(valueOf(all, "answering.mode"), "think")
      assert.strictEqual(all.configured.get("answering.mode")?.value, "auto")
      assert.strictEqual(all.configured.get("answering.mode")?.source, "environment variable SIKU_ANSWERING_MODE")
      assert.strictEqual(valueOf(yield* admin.change({ "answering.mode": null }), "answering.mode"), "auto")
    }).pipe(Effect.provide(settingsOf({ environment: { SIKU_ANSWERING_MODE: "auto" } })))
  )

  it.effect("does not go before a flag: such a change is refused, and one from before is named", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = join(home, "siku.db")
      yield* Effect.scoped(Effect.flatMap(start({ database }), ({ admin }) => admin.change({ "cache.ttl": 5 })))
      const { admin } = yield* start({ database, set: ["cache.ttl=7"] })
      const all = yield* admin.all
      assert.strictEqual(valueOf(all, "cache.ttl"), 7)
      assert.include(all.unused.get("cache.ttl"), "flag --set cache.ttl")
      const refused = yield* Effect.flip(admin.change({ "cache.ttl": 9 }))
      assert.strictEqual(refused._tag, "BadSettings")
      const back = yield* admin.change({ "cache.ttl": null })
      assert.strictEqual(back.unused.size, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("is there again after a restart, with its revision", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = join(home, "siku.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { admin } = yield* start({ database })
          yield* admin.change({ "answering.mode": "think", "cache.ttl": 5 })
          yield* admin.change({ "cache.ttl": null })
        })
      )
      const { admin, live } = yield* start({ database })
      const all = yield* admin.all
      assert.strictEqual(all.revision, 2)
      assert.strictEqual(live.current.answering.mode, "think")
      assert.strictEqual(layerOf(all, "cache.ttl"), "default")
    }).pipe(Effect.scoped)
  )

  it.effect("starts without what no longer fits, names it, and forgets it when told to", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = join(home, "siku.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const context = yield* Layer.build(settingsOf({ database }))
          const sql = Context.get(context, SqlClient.SqlClient)
          for (const [path, value] of [
            ["answering.mode", '"no more"'],
            ["ai.roles.answer.models", '["gone"]'],
            ["no.setting", "1"],
            ["server.port", "9"],
            ["cache.capacity", "{"],
            ["cache.ttl", "5"]
          ])
            yield* sql`INSERT INTO settings ${sql.insert({ path, value, changed_at: 0 })}`
        })
      )
      const { admin, live } = yield* start({ database })
      const all = yield* admin.all
      assert.sameMembers(
        [...all.unused.keys()],
        ["answering.mode", "ai.roles.answer.models", "no.setting", "server.port", "cache.capacity"]
      )
      assert.include(all.unused.get("ai.roles.answer.models"), '"gone"')
      assert.strictEqual(valueOf(all, "cache.ttl"), 5)
      assert.strictEqual(live.current.answering.mode, "quick")
      const after = yield* admin.change({ "no.setting": null, "answering.mode": "auto" })
      assert.sameMembers([...after.unused.keys()], ["ai.roles.answer.models", "server.port", "cache.capacity"])
      assert.strictEqual(valueOf(after, "answering.mode"), "auto")
    }).pipe(Effect.scoped)
  )

  it.effect("applies changes that come at once one after the other, and of those made for one revision one", () =>
    Effect.gen(function* () {
      const admin = yield* SettingsAdmin
      const paths = ["answering.queue", "answering.concurrency", "ai.queue", "ai.concurrency", "cache.capacity"]
      yield* Effect.forEach(paths, (path) => admin.change({ [path]: 7 }), { concurrency: "unbounded" })
      const all = yield* admin.all
      assert.strictEqual(all.revision, paths.length)
      for (const path of paths) assert.strictEqual(valueOf(all, path), 7)

      const results = yield* Effect.forEach(
        [1, 2, 3],
        (n) => Effect.result(admin.change({ "cache.ttl": n, "answering.queue": n }, paths.length)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(results.filter(Result.isSuccess).length, 1)
      for (const result of results.filter(Result.isFailure)) assert.strictEqual(result.failure._tag, "StaleRevision")
      const after = yield* admin.all
      assert.strictEqual(valueOf(after, "cache.ttl"), valueOf(after, "answering.queue"))
      assert.strictEqual(after.revision, paths.length + 1)
    }).pipe(Effect.provide(settingsOf()))
  )

  it.effect("is seen by another process on the same database within seconds, and never half overwritten by it", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = join(home, "siku.db")
      const one = yield* start({ database })
      const other = yield* start({ database })
      yield* one.admin.change({ "answering.mode": "think" })
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(other.live.current.answering.mode, "think")
      // Neither has looked since the other changed something.
      yield* one.admin.change({ "cache.ttl": 1 })
      const stale = yield* Effect.flip(other.admin.change({ "cache.ttl": 2 }, 1))
      assert.deepInclude(stale, { _tag: "StaleRevision", current: 2 })
      const all = yield* other.admin.change({ "cache.capacity": 3 })
      assert.strictEqual(all.revision, 3)
      assert.strictEqual(valueOf(all, "cache.ttl"), 1)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(valuesOf(yield* one.admin.all), valuesOf(yield* other.admin.all))
    }).pipe(Effect.scoped)
  )

  it.effect("writes down what was changed from what to what, in the same transaction", () =>
    Effect.gen(function* () {
      const written: Array<readonly [ReadonlyArray<SettingChange>, number]> = []
      let fails = false
      const audit = Layer.succeed(SettingsAudit, (changes, revision) =>
        Effect.sync(() => {
          if (fails) throw new Error("the log cannot be written")
          written.push([changes, revision])
        })
      )
      yield* Effect.gen(function* () {
        const admin = yield* SettingsAdmin
        yield* admin.change({ "answering.mode": "think" })
        yield* admin.change({ "answering.mode": "think" })
        yield* admin.change({ "answering.mode": null })
        yield* Effect.flip(admin.change({ "answering.mode": "wrong" }))
        assert.deepStrictEqual(written, [
          [[{ path: "answering.mode", from: "quick", to: "think", isReset: false }], 1],
          [[{ path: "answering.mode", from: "think", to: "quick", isReset: true }], 2]
        ])
        fails = true
        assert.isTrue(Exit.isFailure(yield* Effect.exit(admin.change({ "cache.ttl": 5 }))))
        fails = false
        const all = yield* admin.all
        assert.strictEqual(valueOf(all, "cache.ttl"), 3600)
        assert.strictEqual((yield* admin.change({ "cache.ttl": 6 })).revision, 3)
      }).pipe(Effect.provide(settingsOf().pipe(Layer.provide(audit))))
    })
  )
})
