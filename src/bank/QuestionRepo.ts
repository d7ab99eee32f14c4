import { Array as Arr, Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { type DatabaseTrouble, orTrouble } from "../platform/DatabaseTrouble.ts"
import type { Checkpoint } from "../platform/Checkpoint.ts"
import type { Durability } from "../platform/Durability.ts"
import { makeGroupCommit } from "./groupCommit.ts"
import type { Question } from "./Question.ts"
import * as CurrentKeys from "./store/CurrentKeys.ts"
import {
  type AnswerOrigin,
  CandidateRow,
  type QuestionId,
  type QuestionStatus,
  type StoredQuestion
} from "./StoredQuestion.ts"
import { cleanTags, imagesOf } from "./write/decide.ts"
import { newId } from "./write/newId.ts"
import { makeQuestionRows } from "./write/questionRows.ts"
import { makeSavedLater } from "./write/savedLater.ts"

/** A question with its answer, about to be stored. */
export interface NewQuestion {
  readonly question: Question
  readonly answer: ReadonlyArray<string>
  readonly source: AnswerOrigin
  readonly status: QuestionStatus
  /** 0 to 1 */
  readonly confidence: number
  readonly provider?: string
  /** What brought it: a run of the reasoning engine. */
  readonly reference?: string
  readonly model?: string
  readonly tags?: ReadonlyArray<string>
}

// More rows than this under one title are of no use to anyone: the title alone then says nothing.
const mostRowsPerTitle = 64
// Rows per INSERT: well below every dialect's limit on parameters, and a short stretch on the event loop.
const rowsPerInsert = 50

const ByTitle = Schema.Struct({ titleKey: Schema.String })
const ByOptions = Schema.Struct({ titleKey: Schema.String, optionsKey: Schema.String })

/** The bank in SQL. Where a method does not say that it may fail, a failing database is a defect. */
export class QuestionRepo extends Context.Service<
  QuestionRepo,
  {
    /**
     * The rows that may answer this question: the same title, and the same options or none stored. Without options in
     * the question, the newest rows of the title (at most 64). Any status.
     */
    readonly candidates: (question: Question) => Effect.Effect<ReadonlyArray<CandidateRow>, DatabaseTrouble>
    /**
     * Stores a question and gives back the row that now stands for it, once it is safe on the disk. A row that is there
     * already stays as it is, unless it only waits for review after a model failed at it. While the database takes no writes
     * the row given back is kept in memory, and stored when it does.
     */
    readonly save: (question: NewQuestion) => Effect.Effect<CandidateRow>
    /** Whether a row that `save` gave back is not stored yet. */
    readonly isUnsaved: (id: QuestionId) => boolean
    /** Stores many that are new, in one transaction; the ones already there stay as they are. */
    readonly insertAll: (questions: ReadonlyArray<NewQuestion>) => Effect.Effect<void>
    /** Number of questions in the bank. */
    readonly count: Effect.Effect<number>
    /** A remark that the bank keeps about itself. */
    readonly meta: (name: string) => Effect.Effect<string | undefined>
    readonly setMeta: (name: string, value: string) => Effect.Effect<void>
  }
>()("siku/bank/QuestionRepo") {
  static readonly layer: Layer.Layer<QuestionRepo, never, SqlClient.SqlClient | Durability | Checkpoint> = Layer.effect(
    QuestionRepo,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(CurrentKeys.layer))
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const columns = sql.literal(Object.keys(CandidateRow.fields).join(", "))

  const byTitle = SqlSchema.findAll({
    Request: ByTitle,
    Result: CandidateRow,
    execute: ({ titleKey }) => sql`
      SELECT ${columns} FROM bank_questions WHERE title_key = ${titleKey}
      ORDER BY updated_at DESC LIMIT ${sql.literal(String(mostRowsPerTitle))}`
  })
  const byOptions = SqlSchema.findAll({
    Request: ByOptions,
    Result: CandidateRow,
    execute: ({ optionsKey, titleKey }) => sql`
      SELECT ${columns} FROM bank_questions WHERE title_key = ${titleKey} AND options_key IN (${optionsKey}, '')`
  })

  const candidates = (question: Question) =>
    orTrouble(question.optionsKey === "" ? byTitle(question) : byOptions(question))

  const toRow = ({ question, ...input }: NewQuestion, now: number): StoredQuestion => ({
    id: newId(),
    title_key: question.titleKey,
    options_key: question.optionsKey,
    type_class: question.typeClass,
    type: question.type,
    title: question.title,
    options: question.options,
    answer: input.answer,
    source: input.source,
    status: input.status,
    confidence: input.confidence,
    provider: input.provider ?? null,
    model: input.model ?? null,
    tags: cleanTags(input.tags ?? []),
    explanation: null,
    images: imagesOf(question),
    reference: input.reference ?? null,
    right_votes: 0,
    wrong_votes: 0,
    created_at: now,
    updated_at: now
  })

  const rows = yield* makeQuestionRows
  const later = yield* makeSavedLater(yield* makeGroupCommit)
  const save = (input: NewQuestion) => Effect.flatMap(Clock.currentTimeMillis, (now) => later.save(toRow(input, now)))

  const insertAll = Effect.fnUntraced(
    function* (questions: ReadonlyArray<NewQuestion>) {
      const now = yield* Clock.currentTimeMillis
      for (const chunk of Arr.chunksOf(questions, rowsPerInsert)) {
        yield* rows.insertMissing(
          chunk.map((question) => toRow(question, now)),
          now
        )
        yield* Effect.yieldNow
      }
    },
    sql.withTransaction,
    Effect.orDie
  )

  const Count = Schema.Struct({ count: Schema.Finite })
  const count = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Count,
    execute: () => sql`SELECT COUNT(*) AS count FROM bank_questions`
  })

  const metaRow = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ value: Schema.String }),
    execute: (name) => sql`SELECT value FROM bank_meta WHERE name = ${name}`
  })

  return QuestionRepo.of({
    candidates,
    save,
    isUnsaved: later.isWaiting,
    insertAll,
    count: count(undefined).pipe(
      Effect.map((row) => row.count),
      Effect.orDie
    ),
    meta: (name) =>
      metaRow(name).pipe(
        Effect.map((rows) => rows[0]?.value),
        Effect.orDie
      ),
    setMeta: (name, value) =>
      sql`DELETE FROM bank_meta WHERE name = ${name}`.pipe(
        Effect.andThen(sql`INSERT INTO bank_meta ${sql.insert({ name, value })}`),
        sql.withTransaction,
        Effect.orDie
      )
  })
})
