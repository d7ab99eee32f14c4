import { hash } from "node:crypto"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, vi } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger, Redacted, References, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AdminKey, AnnounceKey, renewAdminKey } from "../../src/accounts/AdminKey.ts"
import { Durability } from "../../src/platform/Durability.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { Vault } from "../../src/platform/Vault.ts"
import { testConfig } from "../support/config.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

const ownKey = "a-key-of-my-own-0123456789"

/** A database in this folder, or in memory. */
const databaseIn = (folder?: string, key?: string) =>
  Layer.merge(Sql.layer, Vault.layer).pipe(
    Layer.provideMerge(
      testConfig({
        ...(folder === undefined ? {} : { home: folder }),
        set: folder === undefined ? [] : [`database.url=sqlite:${folder}/siku.db`],
        environment: key === undefined ? {} : { SIKU_SECURITY_ADMIN_KEY: key }
      })
    ),
    Layer.provide(NodeServices.layer)
  )

/** Starts over the database given by the context, and gives what was announced. */
const start = Effect.gen(function* () {
  const announced: Array<string> = []
  const announce = (text: string) => Effect.sync(() => void announced.push(text))
  const context = yield* Layer.build(
    Layer.fresh(AdminKey.layer).pipe(Layer.provide(Layer.succeed(AnnounceKey, announce)))
  )
  const key = /^siku-admin-[\w-]{43}$/m.exec(announced.join(""))?.[0] ?? ""
  return { admin: Context.get(context, AdminKey), announced, key }
})

const rows = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id, hash FROM admin_keys`)

const altered = (key: string, at: number): string => {
  const other = key[at] === "A" ? "B" : "A"
  return key.slice(0, at) + other + key.slice(at + 1)
}

describe("the admin key", () => {
  it.effect("is made and announced at the first start, and only its hash is stored", () =>
    Effect.gen(function* () {
      const { admin, announced, key } = yield* start
      assert.strictEqual(announced.length, 1)
      const [text = ""] = announced
      assert.strictEqual(text.split("\n").filter((line) => line === key).length, 1)
      assert.strictEqual(text.split("siku-admin-").length, 2)
      for (const word of ["management routes", "only this once", "管理接口", "仅显示这一次", "SIKU_SECURITY_ADMIN_KEY"])
        assert.include(text, word)
      assert.isTrue(yield* admin.isValid(key))
      assert.deepStrictEqual(yield* rows, [{ id: "first", hash: hash("sha256", key, "hex") }])
    }).pipe(Effect.provide(databaseIn()))
  )

  it.effect("stays valid at the next start, which announces nothing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const first = yield* start.pipe(Effect.provide(databaseIn(folder)))
      assert.strictEqual(first.announced.length, 1)
      const second = yield* start.pipe(Effect.provide(databaseIn(folder)))
      assert.deepStrictEqual(second.announced, [])
      assert.isTrue(yield* second.admin.isValid(first.key))
      assert.isFalse(yield* second.admin.isValid(`${first.key} `))
    })
  )

  it.effect("is the setting's where it is set, and then none is made and one made before does not count", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const before = yield* start.pipe(Effect.provide(databaseIn(folder)))
      const after = yield* start.pipe(Effect.provide(databaseIn(folder, ownKey)))
      assert.deepStrictEqual(after.announced, [])
      assert.isTrue(yield* after.admin.isValid(ownKey))
      assert.isFalse(yield* after.admin.isValid(before.key))
      yield* Effect.gen(function* () {
        assert.deepStrictEqual((yield* start).announced, [])
        assert.deepStrictEqual(yield* rows, [])
      }).pipe(Effect.provide(databaseIn(undefined, ownKey)))
    })
  )

  it.effect.prop("is no other text", [Schema.String], ([text]) =>
    Effect.gen(function* () {
      const { admin } = yield* start
      assert.strictEqual(yield* admin.isValid(text), text === ownKey)
    }).pipe(Effect.provide(databaseIn(undefined, ownKey)))
  )

  it.effect("is not what differs from it in one character, is cut or is its hash", () =>
    Effect.gen(function* () {
      const { admin, key } = yield* start
      const wrong = [
        ...Array.from(key, (_, at) => altered(key, at)),
        ...Array.from(key, (_, at) => key.slice(0, at)),
        key.toUpperCase(),
        `${key}\0`,
        hash("sha256", key, "hex")
      ]
      for (const text of wrong) assert.isFalse(yield* admin.isValid(text), text)
      assert.isTrue(yield* admin.isValid(key))
    }).pipe(Effect.provide(databaseIn()))
  )

  it.effect("is another for every database", () =>
    Effect.gen(function* () {
      const [one, two] = [
        yield* start.pipe(Effect.provide(Layer.fresh(databaseIn()))),
        yield* start.pipe(Effect.provide(Layer.fresh(databaseIn())))
      ]
      assert.isFalse(yield* one.admin.isValid(two.key))
      assert.isFalse(yield* two.admin.isValid(one.key))
    })
  )

  it.effect("is announced only once it is safe on the disk, and is in no log", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const logged: Array<unknown> = []
      let key = ""
      const sql = yield* SqlClient.SqlClient
      const flush = sql`SELECT hash FROM admin_keys`.pipe(
        Effect.orDie,
        Effect.map((found) => void order.push(`flush of ${found.length}`))
      )
      const announce = (text: string) =>
        Effect.sync(() => {
          order.push("announce")
          key = /siku-admin-\S+/.exec(text)?.[0] ?? ""
        })
      const context = yield* Layer.build(AdminKey.layer).pipe(
        Effect.provideService(Durability, Durability.of({ flush, tryFlush: flush })),
        Effect.provideService(AnnounceKey, announce),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provide(Logger.layer([Logger.make((options) => void logged.push(Logger.formatJson.log(options)))]))
      )
      assert.deepStrictEqual(order, ["flush of 1", "announce"])
      assert.isTrue(yield* Context.get(context, AdminKey).isValid(key))
      assert.notInclude(logged.join(""), key)
    }).pipe(Effect.provide(databaseIn()))
  )

  it.effect("is announced by the next start when this one was killed before it could, and by no later one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const killed = Layer.build(Layer.fresh(AdminKey.layer)).pipe(
        Effect.provideService(AnnounceKey, () => Effect.interrupt),
        Effect.exit
      )
      assert.isTrue(Exit.isFailure(yield* killed.pipe(Effect.provide(databaseIn(folder)))))
      const second = yield* start.pipe(Effect.provide(databaseIn(folder)))
      assert.strictEqual(second.announced.length, 1)
      assert.isTrue(yield* second.admin.isValid(second.key))
      const third = yield* Effect.gen(function* () {
        const started = yield* start
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`SELECT sealed FROM admin_keys`, [{ sealed: null }])
        return started
      }).pipe(Effect.provide(databaseIn(folder)))
      assert.deepStrictEqual(third.announced, [])
      assert.isTrue(yield* third.admin.isValid(second.key))
    })
  )

  it.effect("is another one within five seconds after a command has made it", () =>
    Effect.gen(function* () {
      const { admin, key } = yield* start
      const other = Redacted.value(yield* renewAdminKey)
      yield* TestClock.adjust("6 seconds")
      assert.isTrue(yield* admin.isValid(other))
      assert.isFalse(yield* admin.isValid(key))
    }).pipe(Effect.provide(databaseIn()))
  )

  it.effect("is the other's when two first starts meet, and the loser announces nothing", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      // the other process stores its key after this one has found none
      const rival = "siku-admin-of-the-other"
      yield* sql`
        CREATE TRIGGER rival BEFORE INSERT ON admin_keys BEGIN
          INSERT INTO admin_keys (id, hash, created_at) VALUES ('first', ${sql.literal(`'${hash("sha256", rival, "hex")}'`)}, 0);
        END`
      const { admin, announced } = yield* start
      assert.deepStrictEqual(announced, [])
      assert.isTrue(yield* admin.isValid(rival))
    }).pipe(Effect.provide(databaseIn()))
  )

  it.effect("is announced on standard error", () =>
    Effect.gen(function* () {
      const write = yield* Effect.acquireRelease(
        Effect.sync(() => vi.spyOn(process.stderr, "write").mockReturnValue(true)),
        (spy) => Effect.sync(() => spy.mockRestore())
      )
      const context = yield* Layer.build(AdminKey.layer)
      const key = /^siku-admin-[\w-]{43}$/m.exec(write.mock.calls.map(([text]) => String(text)).join(""))?.[0] ?? ""
      assert.isTrue(yield* Context.get(context, AdminKey).isValid(key))
    }).pipe(Effect.provide(databaseIn()))
  )
})
