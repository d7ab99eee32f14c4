import { Cause, Effect, FileSystem, Layer, Path, Schema } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { Checkpoint } from "./Checkpoint.ts"
import { AppConfig } from "./config/AppConfig.ts"
import { Durability } from "./Durability.ts"
import { migrations } from "./migrations/index.ts"
import * as Sqlite from "./Sqlite.ts"

/** The database cannot be opened, or its tables cannot be brought up to date. */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>()("DatabaseUnavailable", {
  filename: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the database ${this.filename} cannot be used: ${this.detail}`
  }
}

// NORMAL: a commit writes the log and does not wait for the disk; `Durability` waits for it without stopping everyone.
const prepare = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`PRAGMA synchronous = NORMAL`
  yield* sql`PRAGMA cache_size = -32768`
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "siku_migrations" })
})

const holds = { table: "credit_holds", abandon: "UPDATE credit_holds SET renewed_at = 0" }

/** The store: opened, tuned and migrated before anything reads it. */
export const layer: Layer.Layer<
  SqlClient.SqlClient | Sqlite.WriteTrouble | Durability | Checkpoint,
  DatabaseUnavailable,
  AppConfig | FileSystem.FileSystem | Path.Path
> = Layer.unwrap(
  Effect.gen(function* () {
    const { database } = yield* AppConfig
    const { filename } = database
    const unavailable = (cause: Cause.Cause<unknown>) =>
      Effect.fail(new DatabaseUnavailable({ filename, detail: reasonOf(Cause.squash(cause)) }))
    if (filename !== ":memory:") {
      const path = yield* Path.Path
      const files = yield* FileSystem.FileSystem
      yield* files.makeDirectory(path.dirname(filename), { recursive: true }).pipe(Effect.catchCause(unavailable))
    }
    return Layer.merge(Durability.layer, Checkpoint.layer).pipe(
      Layer.provideMerge(Layer.effectDiscard(prepare)),
      Layer.provideMerge(Sqlite.layer({ filename, ofProcesses: [holds] })),
      Layer.catchCause((cause) => Layer.effectContext(unavailable(cause)))
    )
  })
)

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${reasonOf(error.cause)}` : error.message
}
