import { Context, Effect, Layer, Result } from "effect"
import type { SqlClient } from "effect/sql"
import type { Durability } from "../../platform/Durability.ts"
import type { AnswerCache } from "../AnswerCache.ts"
import { makeQuestion } from "../Question.ts"
import { normaliseInSteps } from "../question/normaliseInSteps.ts"
import type { StoredQuestion } from "../StoredQuestion.ts"
import { afterVote, isVotedDown } from "../write/confidence.ts"
import { changeTime, decide, statusFor } from "../write/decide.ts"
import type { Feedback } from "../write/feedbackRows.ts"
import { isSameAnswer } from "../write/sameAnswer.ts"
import { type Author, type Change, identityOf } from "../write/questionRows.ts"
import { changeRow, inPersonsWords, type QuestionFields, questionOf, storedAnswer, withinBounds } from "./changeRow.ts"
import { type BadQuestion, QuestionChanged, QuestionExists, type QuestionNotFound } from "./errors.ts"
import { makeRowChanges } from "./RowChanges.ts"

/** The question, its answer, and what else is known. */
export type QuestionToAdd = Pick<QuestionFields, "title" | "options" | "type" | "answer"> &
  Partial<Pick<QuestionFields, "explanation" | "tags" | "status">>

export interface QuestionChange extends Partial<QuestionFields> {
  /** As read before; another time since then makes it fail. Milliseconds since 1970. */
  readonly updated_at?: number
}

export interface QuestionVerdict {
  readonly verdict: "right" | "wrong" | "correction"
  /** What a correction says instead. */
  readonly answer?: ReadonlyArray<string> | undefined
  readonly note: string
}

export interface ReviewDecision {
  readonly decision: "accept" | "replace" | "discard"
  readonly answer?: ReadonlyArray<string> | undefined
  readonly updated_at?: number | undefined
}

/**
 * Changes single questions by hand. Each change is in the history with who made it and why, is forgotten by memory, and is
 * safe on the disk when it succeeds.
 */
export class QuestionEditor extends Context.Service<
  QuestionEditor,
  {
    readonly read: (id: string) => Effect.Effect<StoredQuestion, QuestionNotFound>
    readonly create: (
      question: QuestionToAdd,
      author: Author
    ) => Effect.Effect<StoredQuestion, QuestionExists | BadQuestion>
    readonly change: (
      id: string,
      change: QuestionChange,
      author: Author
    ) => Effect.Effect<StoredQuestion, QuestionNotFound | QuestionChanged | QuestionExists | BadQuestion>
    readonly remove: (id: string, author: Author) => Effect.Effect<void, QuestionNotFound>
    /**
     * Right and wrong move the confidence as `afterVote` says; a row voted down is held back when a model said it, and is
     * disputed when a person or an import did. A correction is stored at once.
     */
    readonly judge: (
      id: string,
      verdict: QuestionVerdict,
      author: Author
    ) => Effect.Effect<StoredQuestion, QuestionNotFound | BadQuestion>
    /** A person's decision; `undefined` when the question was discarded. Nothing said against it stays open. */
    readonly review: (
      id: string,
      decision: ReviewDecision,
      author: Author
    ) => Effect.Effect<StoredQuestion | undefined, QuestionNotFound | QuestionChanged | BadQuestion>
  }
>()("siku/bank/admin/QuestionEditor") {
  static readonly layer: Layer.Layer<QuestionEditor, never, SqlClient.SqlClient | Durability | AnswerCache> =
    Layer.effect(
      QuestionEditor,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const { change, feedback, find, flush, rows } = yield* makeRowChanges

  const changeOne = <E>(
    author: Author,
    decideOne: (now: number) => Effect.Effect<Change, E>
  ): Effect.Effect<StoredQuestion | undefined, E> =>
    change(author, (now) => Effect.map(decideOne(now), (one) => (one.before === one.after ? [] : [one]))).pipe(
      Effect.tap(() => flush),
      Effect.map(([one]) => one?.after)
    )

  const isFree = Effect.fnUntraced(function* (row: StoredQuestion) {
    const [other] = yield* rows.withIdentities([row])
    if (other !== undefined && other.id !== row.id) return yield* new QuestionExists({ id: other.id })
  })

  const create = Effect.fn("QuestionEditor.create")(function* (given: QuestionToAdd, author: Author) {
    yield* Effect.fromResult(withinBounds(given))
    yield* normaliseInSteps(given)
    const question = makeQuestion(given)
    const answer = yield* Effect.fromResult(storedAnswer(question, given.answer))
    const draft = {
      question,
      answer,
      ...(typeof given.explanation === "string" ? { explanation: given.explanation } : {}),
      ...(given.tags === undefined ? {} : { tags: given.tags }),
      ...(given.status === undefined ? {} : { status: given.status })
    }
    const provenance = { origin: "user" as const, who: author.who, why: author.why }
    const added = yield* changeOne(author, (now) => {
      const { after } = decide(undefined, draft, "skip", provenance, now)
      if (after === undefined) return Effect.die(new Error("a new question without a row"))
      return Effect.as(isFree(after), { action: "created", after } satisfies Change)
    })
    return yield* present(added)
  })

  const change_ = Effect.fn("QuestionEditor.change")(function* (
    id: string,
    { updated_at, ...fields }: QuestionChange,
    author: Author
  ) {
    const { options = [], title = "" } = fields
    yield* Effect.fromResult(withinBounds({ title, options }))
    yield* normaliseInSteps({ title, options })
    const changed = yield* changeOne(
      author,
      Effect.fnUntraced(function* (now: number) {
        const before = yield* find(id)
        yield* isAsRead(before, updated_at)
        const after = yield* Effect.fromResult(changeRow(before, fields, now))
        if (identityOf(before) !== identityOf(after)) yield* isFree(after)
        // Nothing that was said against the old answer is about the new one.
        const isCorrected = !isSameAnswer(questionOf(after), before.answer, after.answer)
        if (isCorrected) yield* Effect.orDie(feedback.handle([id]))
        return { action: isCorrected ? "corrected" : "edited", before, after } satisfies Change
      })
    )
    return changed ?? (yield* find(id))
  })

  const remove = Effect.fn("QuestionEditor.remove")(function* (id: string, author: Author) {
    yield* changeOne(author, () => Effect.map(find(id), (before) => ({ action: "deleted", before }) satisfies Change))
  })

  const judge = Effect.fn("QuestionEditor.judge")(function* (id: string, said: QuestionVerdict, author: Author) {
    const judged = yield* changeOne(
      author,
      Effect.fnUntraced(function* (now: number) {
        const before = yield* find(id)
        const after = yield* Effect.fromResult(afterVerdict(before, said, now))
        if (said.verdict === "correction") yield* Effect.orDie(feedback.handle([id]))
        yield* Effect.orDie(feedback.add([feedbackOf(before, said, author, now)]))
        return { action: said.verdict === "correction" ? "corrected" : "voted", before, after } satisfies Change
      })
    )
    return yield* present(judged)
  })

  const review = Effect.fn("QuestionEditor.review")(function* (id: string, decision: ReviewDecision, author: Author) {
    return yield* changeOne(
      author,
      Effect.fnUntraced(function* (now: number) {
        const before = yield* find(id)
        yield* isAsRead(before, decision.updated_at)
        if (decision.decision === "discard") return { action: "reviewed", before } satisfies Change
        const answer = decision.decision === "accept" ? before.answer : decision.answer
        const after = yield* Effect.fromResult(corrected(before, answer, now))
        yield* Effect.orDie(feedback.handle([id]))
        return { action: "reviewed", before, after } satisfies Change
      })
    )
  })

  return QuestionEditor.of({ read: find, create, change: change_, remove, judge, review })
})

const present = (row: StoredQuestion | undefined) =>
  row === undefined ? Effect.die(new Error("a change that left no row")) : Effect.succeed(row)

const isAsRead = (row: StoredQuestion, updated_at: number | undefined) =>
  updated_at === undefined || updated_at === row.updated_at
    ? Effect.void
    : Effect.fail(new QuestionChanged({ id: row.id, updated_at: row.updated_at }))

const corrected = (
  row: StoredQuestion,
  answer: ReadonlyArray<string> | undefined,
  now: number
): Result.Result<StoredQuestion, BadQuestion> =>
  Result.map(storedAnswer(questionOf(row), answer ?? []), (texts) => ({
    ...inPersonsWords(row, texts),
    updated_at: changeTime(row, now)
  }))

const afterVerdict = (
  row: StoredQuestion,
  { answer, verdict }: QuestionVerdict,
  now: number
): Result.Result<StoredQuestion, BadQuestion> => {
  if (verdict === "correction") return corrected(row, answer, now)
  const isRight = verdict === "right"
  const voted: StoredQuestion = {
    ...row,
    confidence: afterVote(row.confidence, row.right_votes + row.wrong_votes, isRight),
    right_votes: row.right_votes + (isRight ? 1 : 0),
    wrong_votes: row.wrong_votes + (isRight ? 0 : 1),
    updated_at: changeTime(row, now)
  }
  return Result.succeed(isRight || !isVotedDown(voted) ? voted : { ...voted, status: statusOfVotedDown(voted) })
}

// What waits for review already stays there.
const statusOfVotedDown = (row: StoredQuestion): StoredQuestion["status"] =>
  row.source === "ai" || row.status === "unverified" || row.status === "needs_review"
    ? statusFor(row.source, "needs_review")
    : "disputed"

const feedbackOf = (
  row: StoredQuestion,
  { answer, note, verdict }: QuestionVerdict,
  { who }: Author,
  at: number
): Omit<Feedback, "id"> => ({
  question_id: row.id,
  at,
  who,
  verdict,
  answer: answer ?? null,
  note,
  state: verdict === "wrong" ? "open" : "handled"
})
