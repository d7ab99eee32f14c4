import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { makeQuestion } from "../Question.ts"
import { type QuestionType, TypeClass } from "../QuestionType.ts"

const Miss = Schema.Struct({
  title_key: Schema.String,
  options_key: Schema.String,
  type_class: TypeClass,
  title: Schema.String,
  count: Schema.Finite,
  last_at: Schema.Finite
})

// There are 10,000 of them at most.
const rowsPerTurn = 50
// Longer titles are kept in part.
const longestTitle = 500

const typeOf: Readonly<Record<TypeClass, QuestionType>> = {
  single: "single",
  multiple: "multiple",
  judgement: "judgement",
  text: "completion",
  any: "unknown"
}

/**
 * Brings the questions that nobody could answer under today's rules, by their titles: their options are not kept. What cannot
 * be told stays as it is.
 */
export const makeRekeyMisses = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const all = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Miss,
    execute: () => sql`SELECT title_key, options_key, type_class, title, count, last_at FROM bank_misses`
  })

  const move = Effect.fnUntraced(function* (miss: typeof Miss.Type, title_key: string) {
    yield* sql`
      DELETE FROM bank_misses WHERE title_key = ${miss.title_key} AND options_key = ${miss.options_key}
      AND type_class = ${miss.type_class}`
    const moved = { ...miss, title_key }
    yield* sql.onDialectOrElse({
      mysql: () => sql`
        INSERT INTO bank_misses ${sql.insert(moved)} ON DUPLICATE KEY UPDATE count = count + VALUES(count)`,
      orElse: () => sql`
        INSERT INTO bank_misses ${sql.insert(moved)}
        ON CONFLICT (title_key, options_key, type_class) DO UPDATE SET count = bank_misses.count + excluded.count`
    })
  })

  return Effect.gen(function* () {
    for (const [at, miss] of (yield* all(undefined)).entries()) {
      if (miss.title.length < longestTitle) {
        const { titleKey } = makeQuestion({ title: miss.title, options: [], type: typeOf[miss.type_class] })
        if (titleKey !== miss.title_key) yield* move(miss, titleKey)
      }
      if (at % rowsPerTurn === rowsPerTurn - 1) yield* Effect.yieldNow
    }
  }).pipe(sql.withTransaction)
})
