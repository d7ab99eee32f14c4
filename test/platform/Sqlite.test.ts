import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Fiber, Layer, Result, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { troubleOf } from "../../src/platform/DatabaseTrouble.ts"
import * as Sqlite from "../../src/platform/Sqlite.ts"

/** A file with a table, and another program's connection to it. */
const withFile = <A, E>(
  test: (sql: SqlClient.SqlClient, other: DatabaseSync) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-sqlite-"))),
    (folder) => {
      const filename = join(folder, "siku.db")
      return Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.orDie(sql`CREATE TABLE numbers (n INTEGER)`)
        const other = yield* Effect.acquireRelease(
          Effect.sync(() => new DatabaseSync(filename)),
          (database) => Effect.sync(() => database.close())
        )
        return yield* test(sql, other)
      }).pipe(Effect.scoped, Effect.provide(Sqlite.layer({ filename })))
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const numbers = (sql: SqlClient.SqlClient) =>
  Effect.map(sql<{ readonly n: number }>`SELECT n FROM numbers ORDER BY n`, (rows) => rows.map(({ n }) => n))

describe("a file that another program has locked", () => {
  it.live("is waited for without holding up the event loop or whoever reads", () =>
    withFile((sql, other) =>
      Effect.gen(function* () {
        other.exec("BEGIN EXCLUSIVE")
        const writes = yield* Effect.forkChild(
          Effect.all([sql`INSERT INTO numbers VALUES (1)`, sql.withTransaction(sql`INSERT INTO numbers VALUES (2)`)], {
            concurrency: "unbounded"
          }),
          { startImmediately: true }
        )
        // Twenty turns of the timer: SQLite's own waiting would let none of them through.
        let longest = 0
        for (let turn = 0; turn < 20; turn++) {
          const before = yield* Clock.currentTimeMillis
          yield* Effect.sleep("5 millis")
          assert.deepStrictEqual(yield* numbers(sql), [])
          longest = Math.max(longest, (yield* Clock.currentTimeMillis) - before)
        }
        assert.isBelow(longest, 1000)
        assert.isUndefined(writes.pollUnsafe())
        other.exec("ROLLBACK")
        yield* Fiber.join(writes)
        assert.deepStrictEqual(yield* numbers(sql), [1, 2])
      })
    )
  )

  it.live("is waited for also when it is opened", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-sqlite-"))),
      (folder) =>
        Effect.gen(function* () {
          const filename = join(folder, "siku.db")
          const other = yield* Effect.acquireRelease(
            Effect.sync(() => new DatabaseSync(filename)),
            (database) => Effect.sync(() => database.close())
          )
          other.exec("BEGIN EXCLUSIVE; CREATE TABLE numbers (n INTEGER)")
          const opening = yield* Effect.forkChild(Layer.build(Sqlite.layer({ filename })), { startImmediately: true })
          assert.isUndefined(opening.pollUnsafe())
          other.exec("COMMIT")
          const sql = Context.get(yield* Fiber.join(opening), SqlClient.SqlClient)
          assert.deepStrictEqual(yield* numbers(sql), [])
        }).pipe(Effect.scoped),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    )
  )

  it.live("gives back its turn when whoever waits for it leaves", () =>
    withFile((sql, other) =>
      Effect.gen(function* () {
        other.exec("BEGIN EXCLUSIVE")
        const write = sql.withTransaction(sql`INSERT INTO numbers VALUES (1)`)
        for (const wait of ["1 millis", "5 millis", "12 millis"] as const) {
          assert.strictEqual((yield* Effect.timeoutOption(write, wait))._tag, "None")
        }
        other.exec("ROLLBACK")
        yield* sql.withTransaction(sql`INSERT INTO numbers VALUES (3)`)
        assert.deepStrictEqual(yield* numbers(sql), [3])
      })
    )
  )
})

describe("a file without room", () => {
  it.live("says so, and takes transactions again once there is room", () =>
    withFile((sql) =>
      Effect.gen(function* () {
        const [pages] = yield* sql<{ readonly page_count: number }>`PRAGMA page_count`
        yield* sql`PRAGMA max_page_count = ${sql.literal(String(pages?.page_count))}`
        const large = sql.withTransaction(
          Effect.andThen(sql`INSERT INTO numbers VALUES (1)`, sql`INSERT INTO numbers VALUES (zeroblob(100000))`)
        )
        for (let round = 0; round < 2; round++) {
          const result = yield* Effect.result(large)
          assert.strictEqual(Result.isFailure(result) ? troubleOf(result.failure)?.kind : "done", "full")
        }
        yield* sql`PRAGMA max_page_count = 1000000`
        assert.deepStrictEqual(yield* numbers(sql), [])
        yield* large
        assert.strictEqual((yield* numbers(sql)).length, 2)
      })
    )
  )
})

describe("a file that takes no writes", () => {
  it.live("says so, is read all the same, and takes writes once it may", () =>
    withFile((sql) =>
      Effect.gen(function* () {
        yield* sql`INSERT INTO numbers VALUES (7)`
        yield* sql`PRAGMA query_only = 1`
        for (const write of [
          sql`INSERT INTO numbers VALUES (8)`,
          sql.withTransaction(sql`INSERT INTO numbers VALUES (8)`)
        ]) {
          const result = yield* Effect.result(write)
          assert.strictEqual(Result.isFailure(result) ? troubleOf(result.failure)?.kind : "done", "read_only")
        }
        assert.deepStrictEqual(yield* numbers(sql), [7])
        yield* sql`PRAGMA query_only = 0`
        yield* sql.withTransaction(sql`INSERT INTO numbers VALUES (8)`)
        assert.deepStrictEqual(yield* numbers(sql), [7, 8])
      })
    )
  )
})

describe("a transaction", () => {
  it.live("sees what others wrote before it, for it locks the file from its beginning", () =>
    withFile((sql, other) =>
      Effect.gen(function* () {
        yield* sql.withTransaction(
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* numbers(sql), [])
            assert.throws(() => other.exec("INSERT INTO numbers VALUES (9)"), /locked/)
            yield* sql`INSERT INTO numbers VALUES (1)`
          })
        )
        other.exec("INSERT INTO numbers VALUES (9)")
        assert.deepStrictEqual(yield* numbers(sql), [1, 9])
      })
    )
  )

  it.live("that fails leaves nothing behind, nested or not", () =>
    withFile((sql) =>
      Effect.gen(function* () {
        yield* sql.withTransaction(
          Effect.andThen(
            sql`INSERT INTO numbers VALUES (1)`,
            Effect.ignore(sql.withTransaction(Effect.andThen(sql`INSERT INTO numbers VALUES (2)`, Effect.fail("no"))))
          )
        )
        yield* Effect.ignore(
          sql.withTransaction(Effect.andThen(sql`INSERT INTO numbers VALUES (3)`, Effect.fail("no")))
        )
        assert.deepStrictEqual(yield* numbers(sql), [1])
      })
    )
  )
})

describe("a statement that could not be prepared", () => {
  it.live("is prepared again a little later", () =>
    withFile((sql) =>
      Effect.gen(function* () {
        const read = sql`SELECT n FROM later`
        assert.isTrue(Result.isFailure(yield* Effect.result(read)))
        yield* sql`CREATE TABLE later (n INTEGER)`
        assert.deepStrictEqual(
          yield* Effect.retry(read, Schedule.upTo(Schedule.spaced("20 millis"), { duration: "5 seconds" })),
          []
        )
      })
    )
  )
})
