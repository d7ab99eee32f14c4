import { Clock, Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { questionOf } from "../admin/changeRow.ts"
import type { QuestionId, StoredQuestion } from "../StoredQuestion.ts"
import { decide, weightOf } from "../write/decide.ts"
import { makeFeedbackRows } from "../write/feedbackRows.ts"
import type { Provenance, QuestionDraft } from "../write/QuestionWriter.ts"
import { type Author, type Change, identityOf, makeQuestionRows } from "../write/questionRows.ts"
import { hasShownMore } from "./hasShownMore.ts"

const author = { who: "siku", why: "By the rules of today, these two are one question." } satisfies Author

interface Move {
  readonly before: StoredQuestion
  readonly after: StoredQuestion
}

/**
 * Makes the effect that gives rows their keys by today's rules. Rows that come to be one question are merged as an import
 * would: the weightier word stays, what agrees raises it, what disagrees disputes it. Goes into the caller's transaction.
 */
export const makeRekeyRows: Effect.Effect<
  (ids: ReadonlyArray<string>) => Effect.Effect<void, SqlError.SqlError>,
  never,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* makeQuestionRows
  const feedback = yield* makeFeedbackRows

  /** These rows, and those that stand where they go and have to move, too; and those that stand there rightly. */
  const movesOf = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const moves = new Map<string, Move>()
    const settled = new Map<string, StoredQuestion>()
    let found = yield* rows.withIds(ids)
    while (found.length > 0) {
      const moving: Array<StoredQuestion> = []
      for (const before of found) {
        if (moves.has(before.id)) continue
        const after = renewed(before)
        if (identityOf(before) === identityOf(after) && !ids.includes(before.id))
          settled.set(identityOf(before), before)
        else {
          moves.set(before.id, { before, after })
          moving.push(after)
        }
      }
      found = (yield* rows.withIdentities(moving)).filter(({ id }) => !moves.has(id))
    }
    return { moves: [...moves.values()], settled }
  })

  const rekey = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const now = yield* Clock.currentTimeMillis
    const { moves, settled } = yield* movesOf(ids)
    const changes: Array<Change> = []
    const writes: Array<Move> = []
    for (const [identity, group] of Map.groupBy(moves, ({ after }) => identityOf(after))) {
      const standing = settled.get(identity)
      const [first, ...others] = [
        ...(standing === undefined ? [] : [{ before: standing, after: standing }]),
        ...group
      ].sort((a, b) => weightOf(b.after) - weightOf(a.after) || b.after.confidence - a.after.confidence)
      if (first === undefined) continue
      let after = first.after
      const agreeing: Array<string> = []
      for (const other of others) {
        const draft = draftOf(other.after)
        const decision = decide(after, draft, "merge", provenanceOf(other.after), now)
        const isDisputed = decision.outcome === "disputed"
        if (isDisputed) yield* feedback.add([claimOf(after.id, draft.answer, now)])
        const saysTheSame = !isDisputed && decision.outcome !== "skipped"
        if (saysTheSame) agreeing.push(other.before.id)
        const merged = withDoubts(decision.after ?? after, other.after, saysTheSame)
        if (merged !== after) {
          changes.push({
            action: decision.action,
            before: after,
            after: merged,
            claim: isDisputed ? draft.answer : undefined
          })
        }
        after = merged
        changes.push({ action: "deleted", before: other.before })
      }
      yield* feedback.move(agreeing, after.id)
      yield* rows.remove(
        others.map(({ before }) => before),
        now
      )
      if (first.before !== after) writes.push({ before: first.before, after })
    }
    // A row may go where another stood that goes on: so all that are in somebody's way step aside first.
    const targets = new Set(writes.map(({ after }) => identityOf(after)))
    const isInTheWay = ({ after, before }: Move) =>
      identityOf(before) !== identityOf(after) && targets.has(identityOf(before))
    for (const { before } of writes.filter(isInTheWay)) {
      yield* sql`UPDATE bank_questions SET title_key = ${before.id} WHERE id = ${before.id}`
    }
    for (const write of writes) {
      const { after, before } = write
      yield* rows.replace(isInTheWay(write) ? { ...before, title_key: before.id } : before, after)
    }
    yield* rows.appendHistory(changes, author, now)
  })
  return rekey
})

/** A row under today's rules. What was a model's answer to more than its key says waits for review. */
const renewed = (row: StoredQuestion): StoredQuestion => {
  const question = questionOf(row)
  return {
    ...row,
    title_key: question.titleKey,
    options_key: question.optionsKey,
    type_class: question.typeClass,
    type: question.type,
    options: question.options,
    answer:
      question.options.length === row.options.length
        ? row.answer.map((text) => question.options[row.options.indexOf(text)] ?? text)
        : row.answer,
    status: isDoubtful(row) ? "needs_review" : row.status
  }
}

/** Whether it holds an answer of a model to more than its key says. */
export const isDoubtful = (row: Pick<StoredQuestion, "options" | "source" | "status" | "title">): boolean =>
  row.source === "ai" && row.status !== "needs_review" && hasShownMore(row)

const draftOf = (row: StoredQuestion): QuestionDraft => ({
  question: questionOf(row),
  answer: row.answer,
  tags: row.tags,
  source: row.source,
  status: row.status,
  confidence: row.confidence,
  createdAt: row.created_at,
  ...(row.explanation === null ? {} : { explanation: row.explanation })
})

/** What was said for and against a row that goes is said of the one that stays, where both say the same. */
const withDoubts = (row: StoredQuestion, gone: StoredQuestion, saysTheSame: boolean): StoredQuestion => {
  const isDoubted = saysTheSame && gone.status === "disputed" && row.source !== "user" && row.status === "trusted"
  const hasVotes = saysTheSame && gone.right_votes + gone.wrong_votes > 0
  return isDoubted || hasVotes
    ? {
        ...row,
        status: isDoubted ? "disputed" : row.status,
        right_votes: row.right_votes + (hasVotes ? gone.right_votes : 0),
        wrong_votes: row.wrong_votes + (hasVotes ? gone.wrong_votes : 0)
      }
    : row
}

const claimOf = (question_id: QuestionId, answer: ReadonlyArray<string>, at: number) => ({
  question_id,
  at,
  who: author.who,
  verdict: "disputed" as const,
  answer,
  note: author.why,
  state: "open" as const
})

const provenanceOf = (row: StoredQuestion): Provenance => ({
  origin: row.source === "user" ? "user" : "import",
  ...author,
  ...(row.reference === null ? {} : { reference: row.reference })
})
