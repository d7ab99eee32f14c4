// What processes leave behind that die, marked as that for the next one. Other programs may use the same file, and what is theirs must
// stay: so it is marked only where SQLite gives the file to one connection alone, which it does not as long as any other, in this process or
// another, has so much as read from it. When a process ends, however it ends, the system takes its locks away.
import { Effect } from "effect"
import type { SqlConnection } from "effect/sql"

/** A table of what goes with the process that wrote it, and the statement that marks all of it as of the dead. */
export interface OfProcesses {
  readonly table: string
  readonly abandon: string
}

/**
 * Runs the statements of those tables that are there, if no other connection to the file is open; else does nothing. For a connection on
 * which no transaction has begun. Never waits and never fails: what stays is left to whoever else looks after it.
 */
export const abandonIfAlone = (connection: SqlConnection.Connection, tables: ReadonlyArray<OfProcesses>) => {
  const run = (text: string) => Effect.suspend(() => connection.executeUnprepared(text, [], undefined))
  // Only with a write-ahead log does a connection keep its lock between its transactions. The log must have been opened before others are
  // locked out, or they would be for good: that is what the reading is for.
  const read = run("SELECT COUNT(*) FROM sqlite_schema")
  const abandonAll = Effect.gen(function* () {
    for (const { abandon, table } of tables) {
      const found = yield* run(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '${table}'`)
      if (found.length > 0) yield* run(abandon)
    }
    yield* run("COMMIT")
  })
  const whileLocked = Effect.andThen(
    run("BEGIN IMMEDIATE"),
    Effect.onError(abandonAll, () => Effect.ignore(run("ROLLBACK")))
  )
  return Effect.gen(function* () {
    const [mode] = yield* run("PRAGMA journal_mode")
    if (mode["journal_mode"] !== "wal") return
    yield* read
    // In this mode a transaction begins by locking the file whole.
    yield* run("PRAGMA locking_mode = EXCLUSIVE")
    yield* Effect.ignore(whileLocked)
    yield* run("PRAGMA locking_mode = NORMAL")
    // The lock goes with the next use.
    yield* read
  }).pipe(Effect.ignore, Effect.uninterruptible)
}
