// A database in memory begins with the tables that the migrations make. They are made by the migrations once in a process, and then by
// the statements that these come down to: the migrations themselves, one after the other, take several times as long, thousands of times.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, Layer } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { migrations } from "../../src/platform/migrations/index.ts"

/** A database without tables, in a file of its own that is gone with it. */
export const emptyDatabase = Layer.unwrap(
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-empty-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ),
    (folder) => SqliteClient.layer({ filename: join(folder, "siku.db") })
  )
)

const quoted = (value: unknown): string =>
  typeof value === "number" ? String(value) : value === null ? "NULL" : `'${String(value).replaceAll("'", "''")}'`

const tables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "siku_migrations" })
  const made = yield* sql<{ readonly type: string; readonly name: string; readonly sql: string }>`
    SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`
  const names = made.filter(({ type }) => type === "table").map(({ name }) => name)
  const rows = yield* Effect.forEach(names, (name) =>
    Effect.map(sql`SELECT * FROM ${sql(name)}`, (found) =>
      found.map((row) => `INSERT INTO ${name} VALUES (${Object.values(row).map(quoted).join(", ")})`)
    )
  )
  return [...made.map((each) => each.sql), ...rows.flat()].join(";\n")
}).pipe(Effect.provide(emptyDatabase))

const begin = async () => {
  const statements = await Effect.runPromise(tables)
  const { enableLoadExtension } = DatabaseSync.prototype
  // What the driver does with every database that it has opened, and nobody else.
  DatabaseSync.prototype.enableLoadExtension = function (this: DatabaseSync, allow: boolean) {
    enableLoadExtension.call(this, allow)
    if (this.location() === null) this.exec(statements)
  }
}

let begun: Promise<void> | undefined
/** From then on every database in memory begins so, in this process. */
export const beginWithTables = (): Promise<void> => (begun ??= begin())
