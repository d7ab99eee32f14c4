/** Looks at a database before it is used: who wrote it, and whether it can be. It is opened to be read only. */
import { existsSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { migrations } from "../migrations/index.ts"

/** The tables cannot be used by this version of Siku. */
export class ForeignTables extends Schema.TaggedError<ForeignTables>()("ForeignTables", {
  detail: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    return `${this.detail}; ${this.remedy}`
  }
}

/** Migrations that have run, by their number. */
export type Migrated = ReadonlyArray<{ readonly id: number; readonly name: string }>

const Row = Schema.Struct({ id: Schema.Finite, name: Schema.String })
const decodeRows = Schema.decodeUnknownSync(Schema.Array(Row))
const isThere = "SELECT name FROM sqlite_schema WHERE name = 'siku_migrations'"
const all = "SELECT migration_id AS id, name FROM siku_migrations ORDER BY migration_id"

const known = new Map(
  Object.keys(migrations).map((key) => {
    const [number = "", name = ""] = key.split(/_(.*)/s)
    return [Number(number), name]
  })
)

/** The address under which a database that nobody has open can be read without a log being made beside it. */
export const unchangedAddress = (filename: string): string => {
  const url = pathToFileURL(filename)
  const log = statSync(`${filename}-wal`, { throwIfNoEntry: false })
  const isInUse = existsSync(`${filename}-shm`) || (log !== undefined && log.size > 0)
  if (!isInUse) url.searchParams.set("immutable", "1")
  return url.href
}

/** The migrations that an open database has seen; none where it is no database of Siku yet. */
export const migratedIn = (database: DatabaseSync): Migrated =>
  database.prepare(isThere).get() === undefined ? [] : decodeRows(database.prepare(all).all())

/** The same of the database in use. */
export const readMigrated = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({ Request: Schema.Void, Result: Row, execute: () => sql.unsafe(all) })
  return (yield* sql.unsafe(isThere)).length === 0 ? [] : yield* find()
})

/** Why a database with these migrations cannot be used by this version. */
export const whyForeign = (migrated: Migrated): ForeignTables | undefined => {
  const last = migrated.at(-1)?.id ?? 0
  if (last > known.size) {
    return new ForeignTables({
      detail: `it was written by a newer version of Siku (schema ${last}, this one knows ${known.size})`,
      remedy: "update Siku, or restore a backup made by this version"
    })
  }
  const other = migrated.find(({ id, name }) => known.get(id) !== name)
  return other === undefined
    ? undefined
    : new ForeignTables({
        detail: `it was written by another version of Siku (its schema ${other.id} is called ${other.name}, here ${known.get(other.id) ?? "there is none"})`,
        remedy: "use that version, or restore a backup made by this one"
      })
}

/** Fails where a file is a database that this version must not touch. What cannot be read says so when it is opened. */
export const refuseForeign = (filename: string): Effect.Effect<void, ForeignTables> =>
  Effect.suspend(() => {
    const why = whyForeign(peek(filename))
    return why === undefined ? Effect.void : Effect.fail(why)
  })

const peek = (filename: string): Migrated => {
  if ((statSync(filename, { throwIfNoEntry: false })?.size ?? 0) === 0) return []
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(unchangedAddress(filename), { readOnly: true })
    return migratedIn(database)
  } catch {
    return []
  } finally {
    database?.close()
  }
}
