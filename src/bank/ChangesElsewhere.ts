import { Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { AnswerCache } from "./AnswerCache.ts"

const lookEvery = "1 second"
const lookAgainAfterFailure = "5 seconds"

const Version = Schema.Struct({ data_version: Schema.Finite })

/**
 * Forgets the answers in memory within a second after another process has written to the bank's file: an import, a pack or a
 * second service. All of them, for SQLite tells that something was written and not what, and to read again which rows answers
 * came from would cost more than to answer each once from the bank.
 *
 * The version that SQLite counts stays the same for what its own connection writes. The service writes over one; the
 * threads of the checkpoint and of the search write nothing that counts. Other databases count nothing of the kind: there
 * memory is behind for as long as `cache.ttl` says.
 */
export const layer: Layer.Layer<never, never, AnswerCache | SqlClient.SqlClient> = Layer.effectDiscard(
  Effect.gen(function* () {
    const cache = yield* AnswerCache
    const sql = yield* SqlClient.SqlClient
    const version = SqlSchema.findOne({
      Request: Schema.Void,
      Result: Version,
      execute: () => sql`PRAGMA data_version`
    })
    const read = Effect.map(version(undefined), ({ data_version }) => data_version)

    // The connection goes on counting while it cannot be asked, so nothing is forgotten for that.
    let seen: number | undefined
    const watch = read.pipe(
      Effect.tap((now) => (seen === undefined || now === seen ? Effect.void : cache.forgetAll)),
      Effect.tap((now) => Effect.sync(() => (seen = now))),
      Effect.repeat(Schedule.spaced(lookEvery)),
      Effect.tapError((error) => Effect.logWarning(`what other processes write to the bank goes unseen: ${error}`)),
      Effect.retry(Schedule.spaced(lookAgainAfterFailure)),
      Effect.orDie
    )
    yield* Effect.forkScoped(sql.onDialectOrElse({ sqlite: () => watch, orElse: () => Effect.void }), {
      startImmediately: true
    })
  })
)
