import { Cause, Effect, type FileSystem, Layer, Path, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Checkpoint } from "./Checkpoint.ts"
import { AppConfig } from "./config/AppConfig.ts"
import { lacking, migrate, missingColumns } from "./database/missingColumns.ts"
import { readMigrated, refuseForeign, whyForeign } from "./database/peek.ts"
import { keepPrivate, makePrivateFile, makePrivateFolder, rightsText } from "./database/privateFiles.ts"
import { Durability } from "./Durability.ts"
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
  const why = whyForeign(yield* readMigrated)
  if (why !== undefined) return yield* why
  yield* migrate
  const missing = yield* missingColumns
  if (missing.length > 0) return yield* lacking(missing)
})

/** The file and its folder, for this user only; what an older version left open to others is closed. */
const place = Effect.fnUntraced(function* (filename: string, home: string) {
  const path = yield* Path.Path
  yield* makePrivateFolder(path.dirname(filename))
  yield* refuseForeign(filename)
  yield* makePrivateFile(filename)
  for (const { mode, path, state } of yield* keepPrivate({ filename, home })) {
    if (state === "closable")
      yield* Effect.logInfo(
        `${path} was open to other users of this machine (mode ${rightsText(mode)}); it is closed now`
      )
  }
})

const holds = { table: "credit_holds", abandon: "UPDATE credit_holds SET renewed_at = 0" }

/** The store: opened, tuned and migrated before anything reads it. */
export const layer: Layer.Layer<
  SqlClient.SqlClient | Sqlite.WriteTrouble | Sqlite.FileCheck | Durability | Checkpoint,
  DatabaseUnavailable,
  AppConfig | FileSystem.FileSystem | Path.Path
> = Layer.unwrap(
  Effect.gen(function* () {
    const { database, home } = yield* AppConfig
    const { filename } = database
    const unavailable = (cause: Cause.Cause<unknown>) =>
      Effect.fail(new DatabaseUnavailable({ filename, detail: reasonOf(Cause.squash(cause)) }))
    if (filename !== ":memory:") yield* place(filename, home).pipe(Effect.catchCause(unavailable))
    return Layer.merge(Durability.layer, Checkpoint.layer).pipe(
      Layer.provideMerge(Layer.effectDiscard(prepare)),
      Layer.provideMerge(Sqlite.layer({ filename, ofProcesses: [holds] })),
      Layer.catchCause((cause) => Layer.effectContext(unavailable(cause)))
    )
  })
)

/** What is wrong, from the outside in, without what only says that something is. */
const reasonOf = (error: unknown): string => {
  const texts: Array<string> = []
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    const text = at instanceof Error ? at.message : String(at)
    if (!/^Failed to (?:prepare|execute) statement$/.test(text) && text !== texts.at(-1)) texts.push(text)
  }
  return texts.join(": ")
}
