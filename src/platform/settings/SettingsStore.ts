import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Durability } from "../Durability.ts"

/** What was changed while running: values as JSON texts by path, and how many changes there were. */
export interface StoredSettings {
  readonly revision: number
  readonly values: ReadonlyMap<string, string>
}

/** Another process has changed settings since this one read them. */
export class ChangedElsewhere extends Schema.TaggedError<ChangedElsewhere>()("ChangedElsewhere", {}) {}

/** Where settings that were changed while running are kept. */
export class SettingsStore extends Context.Service<
  SettingsStore,
  {
    readonly read: Effect.Effect<StoredSettings>
    /** How many changes there were. */
    readonly revision: Effect.Effect<number>
    /** One change, counted: all of it or nothing, with what `andThen` writes. On the disk when it succeeds. */
    readonly write: (
      after: number,
      change: {
        readonly put: ReadonlyMap<string, string>
        readonly remove: ReadonlySet<string>
        readonly andThen: Effect.Effect<void>
      }
    ) => Effect.Effect<void, ChangedElsewhere>
  }
>()("siku/platform/settings/SettingsStore") {
  static readonly layer: Layer.Layer<SettingsStore, never, Durability | SqlClient.SqlClient> = Layer.effect(
    SettingsStore,
    Effect.suspend(() => make)
  )
}

const ValueRow = Schema.Struct({ path: Schema.String, value: Schema.String })
const RevisionRow = Schema.Struct({ revision: Schema.Finite })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability

  const rows = SqlSchema.findAll({
    Request: Schema.Void,
    Result: ValueRow,
    execute: () => sql`SELECT path, value FROM settings ORDER BY path`
  })
  const revisions = SqlSchema.findOne({
    Request: Schema.Void,
    Result: RevisionRow,
    execute: () => sql`SELECT revision FROM settings_revisions`
  })
  const revision = Effect.map(revisions(undefined), (row) => row.revision)

  const read = sql.withTransaction(Effect.all({ revision, values: rows(undefined) })).pipe(
    Effect.map(({ revision, values }) => ({
      revision,
      values: new Map(values.map(({ path, value }) => [path, value]))
    })),
    Effect.orDie
  )

  const write: SettingsStore["Service"]["write"] = Effect.fn("SettingsStore.write")(function* (after, change) {
    const changed_at = yield* Clock.currentTimeMillis
    yield* sql
      .withTransaction(
        Effect.gen(function* () {
          // It comes first, for it takes the right to write: of two at once the second waits here, and then sees the other's count.
          yield* sql`UPDATE settings_revisions SET revision = revision + 1`
          if ((yield* revision) !== after + 1) return yield* new ChangedElsewhere()
          const paths = [...change.put.keys(), ...change.remove]
          if (paths.length > 0) yield* sql`DELETE FROM settings WHERE ${sql.in("path", paths)}`
          for (const [path, value] of change.put)
            yield* sql`INSERT INTO settings ${sql.insert({ path, value, changed_at })}`
          yield* change.andThen
        })
      )
      .pipe(Effect.catch((error) => (error instanceof ChangedElsewhere ? Effect.fail(error) : Effect.die(error))))
    yield* durability.flush
  })

  return SettingsStore.of({ read, revision: Effect.orDie(revision), write })
})
