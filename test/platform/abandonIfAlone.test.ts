import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Sqlite from "../../src/platform/Sqlite.ts"

const aFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-alone-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => join(folder, "siku.db")
)

const program = `
const { DatabaseSync } = require("node:sqlite")
const database = new DatabaseSync(process.argv[1])
database.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS holds (n INTEGER); CREATE TABLE IF NOT EXISTS others (n INTEGER)")
database.exec("INSERT INTO holds VALUES (1); INSERT INTO others VALUES (1)")
process.stdout.write("written")
setInterval(() => {}, 1000)
`

/** Another process that has written and has the file open, until it is killed. */
const anotherProcess = (filename: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const child = spawn(process.execPath, ["--no-warnings", "-e", program, filename], {
          stdio: ["ignore", "pipe", "inherit"]
        })
        await once(child.stdout, "data")
        return child
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) => ({ kill: Effect.promise(() => Promise.all([once(child, "exit"), child.kill("SIGKILL")])) })
  )

const ofProcesses = ["holds", "missing"].map((table) => ({ table, abandon: `UPDATE ${table} SET n = 0` }))

const opened = (filename: string) =>
  Effect.map(Layer.build(Sqlite.layer({ filename, ofProcesses })), (context) =>
    Context.get(context, SqlClient.SqlClient)
  )

const rowsOf = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const [row] = yield* sql<{
    readonly holds: number
    readonly others: number
  }>`SELECT (SELECT SUM(n) FROM holds) AS holds, (SELECT SUM(n) FROM others) AS others`
  return [row?.holds, row?.others]
})

describe("what goes with the process that wrote it", () => {
  it.live("is marked at the next start after that process was killed, and nothing else is", () =>
    Effect.gen(function* () {
      const filename = yield* aFile
      yield* (yield* anotherProcess(filename)).kill
      assert.deepStrictEqual(yield* rowsOf(yield* opened(filename)), [0, 1])
    })
  )

  it.live("stays as long as that process lives", () =>
    Effect.gen(function* () {
      const filename = yield* aFile
      yield* anotherProcess(filename)
      assert.deepStrictEqual(yield* rowsOf(yield* opened(filename)), [1, 1])
    })
  )

  it.live("stays as long as any connection is open that has read", () =>
    Effect.gen(function* () {
      const filename = yield* aFile
      yield* (yield* anotherProcess(filename)).kill
      const other = new DatabaseSync(filename, { readOnly: true })
      other.prepare("SELECT n FROM others").get()
      yield* Effect.scoped(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* rowsOf(yield* opened(filename)), [1, 1])
        })
      )
      other.close()
      assert.deepStrictEqual(yield* rowsOf(yield* opened(filename)), [0, 1])
    })
  )

  it.live("leaves the file open to others, whether it was let go or not", () =>
    Effect.gen(function* () {
      const filename = yield* aFile
      const first = yield* opened(filename)
      yield* anotherProcess(filename)
      const second = yield* opened(filename)
      yield* anotherProcess(filename)
      for (const sql of [first, second]) assert.deepStrictEqual(yield* rowsOf(sql), [2, 2])
      yield* first`INSERT INTO others VALUES (3)`
      yield* second.withTransaction(second`INSERT INTO others VALUES (4)`)
      assert.deepStrictEqual(yield* rowsOf(first), [2, 2 + 3 + 4])
    })
  )
})
