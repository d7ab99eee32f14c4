import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, Layer, Schema } from "effect"
import { Migrator, SqlClient, SqlSchema } from "effect/sql"
import { migrations } from "../migrations/index.ts"
import { ForeignTables } from "./peek.ts"

/** Brings the tables of a database up to date. */
export const migrate = Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "siku_migrations" })

const columns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ name: Schema.String }),
    execute: () => sql`
      SELECT tables.name || '.' || columns.name AS name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' ORDER BY 1`
  })
  return (yield* find()).map(({ name }) => name)
})

/**
 * The columns that a migrated database should have and does not, as `table.column`: somebody has changed it, or a version that was never released
 * has made it. Compared with a new database in memory, so that no list has to be kept beside the migrations.
 */
export const missingColumns = Effect.gen(function* () {
  const found = new Set(yield* columns)
  const wanted = yield* Effect.andThen(migrate, columns).pipe(
    Effect.provide(Layer.fresh(SqliteClient.layer({ filename: ":memory:" })))
  )
  return wanted.filter((name) => !found.has(name))
})

/** What is wrong with a database that lacks these columns. */
export const lacking = ([first = "", ...more]: ReadonlyArray<string>) =>
  new ForeignTables({
    detail: `its tables are not those of this version (${first} is missing${more.length === 0 ? "" : `, and ${more.length} columns more`})`,
    remedy: "restore a backup, or name another database"
  })
