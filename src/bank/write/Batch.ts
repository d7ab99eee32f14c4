import { Effect } from "effect"
import type { Question } from "../Question.ts"
import type { QuestionId, StoredQuestion } from "../StoredQuestion.ts"
import { decide } from "./decide.ts"
import type { Feedback, FeedbackRows } from "./feedbackRows.ts"
import type { Provenance, QuestionDraft, WriteOutcome, WritePolicy } from "./QuestionWriter.ts"
import { type Change, type Identity, identityOf, type QuestionRows } from "./questionRows.ts"
import { isSameAnswer } from "./sameAnswer.ts"

/** What some drafts of a batch come to; nothing of it is written yet. */
export interface Plan {
  readonly outcomes: ReadonlyArray<WriteOutcome>
  /** New rows as they are at the end. */
  readonly inserts: ReadonlyMap<QuestionId, StoredQuestion>
  /** Rows that stood there, before all and after all. */
  readonly updates: ReadonlyMap<QuestionId, { readonly before: StoredQuestion; readonly after: StoredQuestion }>
  readonly changes: ReadonlyArray<Change>
  readonly claims: ReadonlyArray<Omit<Feedback, "id">>
  /** Whose answer is another now. */
  readonly replaced: ReadonlyArray<QuestionId>
}

/**
 * Decides about the drafts of one batch, a part at a time, each in the light of all before it, written or not.
 * `now` is milliseconds since 1970.
 */
export const makeBatch = (
  rows: QuestionRows,
  feedback: FeedbackRows,
  { policy, provenance }: { readonly policy: WritePolicy; readonly provenance: Provenance },
  now: number
) => {
  /** By the key of the question. */
  const standing = new Map<string, StoredQuestion>()
  const claims = new Map<QuestionId, Array<ReadonlyArray<string>>>()

  const load = Effect.fnUntraced(function* (drafts: ReadonlyArray<QuestionDraft>) {
    const wanted = new Map<string, Question>()
    for (const { question } of drafts) if (!standing.has(question.key)) wanted.set(question.key, question)
    const found = yield* rows.withIdentities(Array.from(wanted.values(), toIdentity))
    for (const row of found) standing.set(identityOf(row), row)
    const disputed = found.filter(({ status }) => status === "disputed").map(({ id }) => id)
    for (const { answer, question_id } of yield* feedback.open(disputed)) {
      if (answer !== null) claimsOf(question_id).push(answer)
    }
  })
  const claimsOf = (id: QuestionId) => {
    const known = claims.get(id) ?? []
    claims.set(id, known)
    return known
  }

  return Effect.fnUntraced(function* (drafts: ReadonlyArray<QuestionDraft>) {
    yield* load(drafts)
    const outcomes: Array<WriteOutcome> = []
    const inserts = new Map<QuestionId, StoredQuestion>()
    const updates = new Map<QuestionId, { readonly before: StoredQuestion; readonly after: StoredQuestion }>()
    const changes: Array<Change> = []
    const said: Array<Omit<Feedback, "id">> = []
    const replaced: Array<QuestionId> = []

    const put = (key: string, before: StoredQuestion | undefined, after: StoredQuestion) => {
      standing.set(key, after)
      if (before === undefined || inserts.has(after.id)) inserts.set(after.id, after)
      else updates.set(after.id, { before: updates.get(after.id)?.before ?? before, after })
    }

    for (const draft of drafts) {
      const before = standing.get(draft.question.key)
      const { action, after, isReplaced, outcome } = decide(before, draft, policy, provenance, now)
      const id = after?.id ?? before?.id
      // `decide` makes a row where there is none.
      if (id === undefined) return yield* Effect.die(new Error("a question without a row"))
      outcomes.push({ outcome, id })
      if (after === undefined) continue
      if (outcome === "disputed") {
        const known = claimsOf(id)
        // It is known to be disputed in just this way.
        if (before?.status === "disputed" && known.some((claim) => isSameAnswer(draft.question, claim, draft.answer))) {
          continue
        }
        known.push(draft.answer)
        const { who, why } = provenance
        said.push({
          question_id: id,
          at: now,
          who,
          verdict: "disputed",
          answer: draft.answer,
          note: why,
          state: "open"
        })
      }
      if (isReplaced === true) {
        replaced.push(id)
        claims.delete(id)
      }
      put(draft.question.key, before, after)
      // What an import or a pack adds is told by the row itself.
      if (before === undefined && provenance.origin !== "user") continue
      changes.push({ action, before, after, claim: outcome === "disputed" ? draft.answer : undefined })
    }
    return { outcomes, inserts, updates, changes, claims: said, replaced } satisfies Plan
  })
}

const toIdentity = ({ optionsKey, titleKey, typeClass }: Question): Identity => ({
  title_key: titleKey,
  options_key: optionsKey,
  type_class: typeClass
})
