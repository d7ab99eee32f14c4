import { Array as Arr, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { QuestionId } from "../StoredQuestion.ts"

/** What somebody said of an answer. `disputed` is what an import says otherwise; `open` waits for a person. */
export const Feedback = Schema.Struct({
  id: Schema.String,
  question_id: QuestionId,
  /** milliseconds since 1970 */
  at: Schema.Finite,
  who: Schema.String,
  verdict: Schema.Literals(["right", "wrong", "correction", "disputed"]),
  answer: Schema.NullOr(Schema.fromJsonString(Schema.Array(Schema.String))),
  note: Schema.String,
  state: Schema.Literals(["open", "handled"])
})
export type Feedback = typeof Feedback.Type

type Ids = ReadonlyArray<string>

/** What can be done to feedback; in the caller's transaction. */
export interface FeedbackRows {
  readonly add: (feedback: ReadonlyArray<Omit<Feedback, "id">>) => Effect.Effect<void, SqlError.SqlError>
  /** What is open on these questions, the oldest first. */
  readonly open: (questions: Ids) => Effect.Effect<ReadonlyArray<Feedback>>
  /** Nothing more is to be done about what was said against these questions. */
  readonly handle: (questions: Ids) => Effect.Effect<void, SqlError.SqlError>
  /** What is still to be done about what was said against questions that go is to be done about another one. */
  readonly move: (from: Ids, to: QuestionId) => Effect.Effect<void, SqlError.SqlError>
}

const rowsPerStatement = 64
const longestWho = 64

export const makeFeedbackRows: Effect.Effect<FeedbackRows, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const decode = Schema.decodeUnknownEffect(Schema.Array(Feedback))

  const add = Effect.fnUntraced(function* (feedback: ReadonlyArray<Omit<Feedback, "id">>) {
    const rows = feedback.map((said) => ({
      ...said,
      id: `f_${sortableUuid()}`,
      who: said.who.slice(0, longestWho),
      answer: said.answer === null ? null : JSON.stringify(said.answer)
    }))
    for (const some of Arr.chunksOf(rows, rowsPerStatement)) yield* sql`INSERT INTO bank_feedback ${sql.insert(some)}`
  })

  const open = Effect.fnUntraced(function* (questions: Ids) {
    if (questions.length === 0) return []
    return yield* decode(
      yield* sql`
        SELECT id, question_id, at, who, verdict, answer, note, state FROM bank_feedback
        WHERE ${sql.in("question_id", questions)} AND state = 'open' ORDER BY id`
    )
  }, Effect.orDie)

  const handle = (questions: Ids) =>
    questions.length === 0
      ? Effect.void
      : Effect.asVoid(
          sql`UPDATE bank_feedback SET state = 'handled' WHERE ${sql.in("question_id", questions)} AND state = 'open'`
        )

  const move = (from: Ids, to: QuestionId) =>
    from.length === 0
      ? Effect.void
      : Effect.asVoid(
          sql`UPDATE bank_feedback SET question_id = ${to} WHERE ${sql.in("question_id", from)} AND state = 'open'`
        )

  return { add, open, handle, move }
})
