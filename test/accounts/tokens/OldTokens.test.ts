import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { forgetOldTokens, layer } from "../../../src/accounts/tokens/OldTokens.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { testConfig } from "../../support/config.ts"

const database = Sql.layer.pipe(Layer.provide(testConfig({})), Layer.provide(NodeServices.layer))
const hour = 3_600_000

const revoke = Effect.fnUntraced(function* (id: string, expires_at: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO revoked_tokens ${sql.insert({ id, expires_at })}`
})
const left = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql`SELECT id FROM revoked_tokens ORDER BY id`, (rows) => rows.map(({ id }) => String(id)))
)

describe("old tokens", () => {
  it.effect("are deleted every hour, those whose time is over and no others", () =>
    Effect.gen(function* () {
      yield* revoke("a", 0)
      yield* revoke("b", hour)
      yield* revoke("c", 2 * hour)
      yield* Layer.build(layer)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* left, ["b", "c"])
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* left, ["c"])
    }).pipe(Effect.provide(database))
  )

  it.effect("are all deleted, however many there are", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.forEach(Array.from({ length: 1234 }).keys(), (n) =>
        revoke(`tok_${n}`, n === 7 ? 2 * hour : 1)
      ).pipe(sql.withTransaction)
      yield* TestClock.setTime(hour)
      assert.strictEqual(yield* forgetOldTokens(), 1233)
      assert.deepStrictEqual(yield* left, ["tok_7"])
    }).pipe(Effect.provide(database))
  )

  it.effect("that cannot be deleted are tried again an hour later, with a warning", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const logged: Array<string> = []
      yield* revoke("a", 0)
      yield* sql`ALTER TABLE refresh_tokens RENAME TO away`
      yield* TestClock.setTime(hour)
      yield* Layer.build(layer).pipe(
        Effect.provide(Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))]))
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(logged.length, 1)
      assert.match(logged.join(), /old tokens could not be deleted/)
      yield* sql`ALTER TABLE away RENAME TO refresh_tokens`
      yield* revoke("b", 0)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* left, [])
    }).pipe(Effect.provide(database))
  )
})
