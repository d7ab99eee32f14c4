import { Clock, Effect } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { Durability } from "../../platform/Durability.ts"
import { AnswerCache } from "../AnswerCache.ts"
import type { StoredQuestion } from "../StoredQuestion.ts"
import { makeFeedbackRows } from "../write/feedbackRows.ts"
import { type Author, type Change, makeQuestionRows } from "../write/questionRows.ts"
import { QuestionNotFound } from "./errors.ts"

const keyOf = (row: StoredQuestion): string => `${row.type_class} ${row.title_key} ${row.options_key}`

/** Makes what all changes by hand have in common: one transaction, a history, and nothing old left in memory. */
export const makeRowChanges = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const cache = yield* AnswerCache
  const rows = yield* makeQuestionRows
  const feedback = yield* makeFeedbackRows

  /** The row of an id. */
  const find = Effect.fnUntraced(function* (id: string) {
    const [row] = yield* rows.withIds([id])
    return row ?? (yield* new QuestionNotFound({ id }))
  })

  const carryOut = Effect.fnUntraced(function* (changes: ReadonlyArray<Change>, author: Author, now: number) {
    for (const { after, before } of changes) {
      if (before === undefined && after !== undefined) yield* rows.insert([after], now)
      else if (before !== undefined && after !== undefined) yield* rows.replace(before, after)
    }
    yield* rows.remove(
      changes.flatMap(({ after, before }) => (before !== undefined && after === undefined ? [before] : [])),
      now
    )
    yield* rows.appendHistory(changes, author, now)
  })

  /** Decides inside a transaction what is to change, and changes it; safe on the disk once `flush` was called. */
  const change = <E>(author: Author, decide: (now: number) => Effect.Effect<ReadonlyArray<Change>, E>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      decide(now).pipe(
        Effect.tap((changes) => carryOut(changes, author, now)),
        sql.withTransaction,
        Effect.tap((changes) => {
          const touched = changes.flatMap(({ after, before }) => [before ?? [], after ?? []].flat())
          return cache.forget({ keys: touched.map(keyOf), ids: touched.map(({ id }) => id) })
        }),
        Effect.uninterruptible,
        Effect.catchIf(isSqlError, Effect.die)
      )
    )

  return { sql, rows, feedback, find, change, flush: durability.flush }
})

const isSqlError = (error: unknown): error is SqlError.SqlError => error instanceof SqlError.SqlError
