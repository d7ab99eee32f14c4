import { statSync } from "node:fs"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { Checkpoint } from "../../src/platform/Checkpoint.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { testConfig } from "../support/config.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

describe("the checkpoint thread", () => {
  it.live("moves what is written into the database file, and leaves no log behind when the store closes", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const file = join(home, "siku.db")
      const store = Sql.layer.pipe(
        Layer.provide(testConfig({ home, set: [`database.url=sqlite:///${file}`] })),
        Layer.provide(NodeServices.layer)
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const before = statSync(file).size
        yield* sql`CREATE TABLE filler (text TEXT)`
        for (let row = 0; row < 50; row++) yield* sql`INSERT INTO filler VALUES (${"x".repeat(10_000)})`
        const grown = Effect.suspend(() =>
          statSync(file).size > before + 400_000 ? Effect.void : Effect.fail("not yet")
        )
        yield* Effect.retry(grown, Schedule.spaced("50 millis"))
      }).pipe(Effect.provide(store))
      assert.throws(() => statSync(`${file}-wal`))
    })
  )

  it.live("begins the log anew while somebody writes much and waits for room", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const file = join(home, "siku.db")
      const store = Checkpoint.layerWith({ everyMillis: 50, longLog: 500 }).pipe(
        Layer.provideMerge(SqliteClient.layer({ filename: file })),
        Layer.provide(testConfig({ home, set: [`database.url=sqlite:///${file}`] })),
        Layer.provide(NodeServices.layer)
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const checkpoint = yield* Checkpoint
        yield* sql`CREATE TABLE filler (text TEXT)`
        // Until its file is much smaller than what was written: what was in it has been overwritten.
        for (let written = 0, size = 0; written < 20_000_000 || size > written / 2; written += 10_000) {
          yield* checkpoint.room(sql`INSERT INTO filler VALUES (${"x".repeat(10_000)})`)
          yield* Effect.yieldNow
          size = statSync(`${file}-wal`).size
        }
      }).pipe(Effect.provide(store))
    })
  )
})
