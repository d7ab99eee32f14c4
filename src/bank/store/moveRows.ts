import { Array as Arr, Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { QuestionType, TypeClass } from "../QuestionType.ts"
import type { QuestionId } from "../StoredQuestion.ts"
import { identityOf, makeQuestionRows } from "../write/questionRows.ts"

/** The keys that a row is to have. */
export interface NewKeys {
  readonly id: QuestionId
  readonly title_key: string
  readonly options_key: string
  readonly type_class: TypeClass
  readonly type: QuestionType
}

/**
 * Makes the effect that gives rows their new keys where no other row has them or is to have them, all in one statement; it
 * answers with the ids of those where one does. Goes into the caller's transaction.
 */
export const makeMoveRows: Effect.Effect<
  (moves: ReadonlyArray<NewKeys>) => Effect.Effect<ReadonlyArray<QuestionId>, SqlError.SqlError>,
  never,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* makeQuestionRows

  const move = (moves: Arr.NonEmptyReadonlyArray<NewKeys>) =>
    sql.onDialectOrElse({
      mysql: () =>
        Effect.forEach(
          moves,
          ({ id, ...keys }) => sql`UPDATE bank_questions SET ${sql.update(keys)} WHERE id = ${id}`,
          { discard: true }
        ),
      orElse: () => {
        const values = sql.csv(
          moves.map(
            ({ id, options_key, title_key, type, type_class }) =>
              sql`(${id}, ${title_key}, ${options_key}, ${type_class}, ${type})`
          )
        )
        return Effect.asVoid(sql`
          WITH moved (id, title_key, options_key, type_class, type) AS (VALUES ${values})
          UPDATE bank_questions
          SET title_key = moved.title_key, options_key = moved.options_key, type_class = moved.type_class, type = moved.type
          FROM moved WHERE bank_questions.id = moved.id`)
      }
    })

  return Effect.fnUntraced(function* (moves: ReadonlyArray<NewKeys>) {
    if (moves.length === 0) return []
    const wanted = Map.groupBy(moves, identityOf)
    const taken = new Set((yield* rows.withIdentities(moves)).map(identityOf))
    const isFree = (keys: NewKeys) => wanted.get(identityOf(keys))?.length === 1 && !taken.has(identityOf(keys))
    const free = moves.filter(isFree)
    if (Arr.isReadonlyArrayNonEmpty(free)) yield* move(free)
    return moves.flatMap((keys) => (isFree(keys) ? [] : [keys.id]))
  })
})
