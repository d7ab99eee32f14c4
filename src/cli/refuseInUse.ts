import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { Effect, Schema } from "effect"

/** The database is open in another process. */
export class DatabaseInUse extends Schema.TaggedError<DatabaseInUse>()("DatabaseInUse", { filename: Schema.String }) {
  override get message(): string {
    return `${this.filename} is in use: stop the server first`
  }
}

/** Fails when any other process has the database open; else what is in its log has been moved into it. */
export const refuseInUse = (filename: string): Effect.Effect<void, DatabaseInUse> =>
  Effect.suspend(() =>
    existsSync(filename)
      ? Effect.acquireUseRelease(
          Effect.try({ try: () => new DatabaseSync(filename), catch: () => new DatabaseInUse({ filename }) }),
          (open) =>
            Effect.try({
              try: () => open.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT"),
              catch: () => new DatabaseInUse({ filename })
            }),
          (open) => Effect.sync(() => open.close())
        )
      : Effect.void
  )
