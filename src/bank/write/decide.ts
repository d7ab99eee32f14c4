// What becomes of one question when somebody says something about it. No SQL, no clock: the whole of the bank's policy.
import { imageReferences, type Question } from "../Question.ts"
import type { StoredQuestion } from "../StoredQuestion.ts"
import { afterAgreement, bounded, confidenceOf, surest } from "./confidence.ts"
import { newId } from "./newId.ts"
import type { Provenance, QuestionDraft, WriteOutcome, WritePolicy } from "./QuestionWriter.ts"
import { isSameAnswer } from "./sameAnswer.ts"

/** A decision about a draft. `after` is missing where the row stays as it is. */
export interface Decision {
  readonly outcome: WriteOutcome["outcome"]
  /** What the history calls it. */
  readonly action: HistoryAction
  readonly after?: StoredQuestion
  /** The answer is another than it was. */
  readonly isReplaced?: boolean
}

export type HistoryAction =
  | "created"
  | "replaced"
  | "confirmed"
  | "completed"
  | "agreed"
  | "disputed"
  | "edited"
  | "voted"
  | "corrected"
  | "reviewed"
  | "deleted"

/** Whose word counts for more: a person's correction, what was imported, a model's, what only waits for review. */
export const weightOf = (row: Pick<StoredQuestion, "source" | "status">): 0 | 1 | 2 | 3 => {
  if (row.source === "user") return 3
  if (row.status === "needs_review") return 0
  return row.source === "ai" || row.status === "unverified" ? 1 : 2
}

/** What a draft says, as a row that is none yet. */
type Said = Omit<StoredQuestion, "id">

const rowOf = (draft: QuestionDraft, { origin, reference }: Provenance, now: number): Said => {
  const { question } = draft
  const source = draft.source ?? (origin === "user" ? "user" : "import")
  return {
    title_key: question.titleKey,
    options_key: question.optionsKey,
    type_class: question.typeClass,
    type: question.type,
    title: question.title,
    options: question.options,
    answer: draft.answer,
    source,
    status: statusFor(source, draft.status ?? (source === "ai" ? "unverified" : "trusted")),
    confidence: bounded(draft.confidence ?? confidenceOf[source === "ai" || source === "user" ? source : origin]),
    provider: null,
    model: null,
    tags: cleanTags(draft.tags ?? []),
    explanation: draft.explanation ?? null,
    images: imagesOf(question),
    reference: reference?.slice(0, longestReference) ?? null,
    right_votes: 0,
    wrong_votes: 0,
    created_at: draft.createdAt ?? now,
    updated_at: now
  }
}

/** The images of a question as its row keeps them. */
export const imagesOf = (question: Question): ReadonlyArray<string> | null =>
  question.images.length === 0 ? null : imageReferences(question)

/** A person's word is never held back from those who ask: it is disputed at most. */
export const statusFor = (
  source: StoredQuestion["source"],
  status: StoredQuestion["status"]
): StoredQuestion["status"] => (source === "user" && status === "needs_review" ? "disputed" : status)

/** The time of a change: later than the last one, so that a reader can tell them apart. */
export const changeTime = (row: StoredQuestion, now: number): number => Math.max(now, row.updated_at + 1)

// The widths of the columns.
const longestReference = 64
const longestTag = 128

/** Tags as they are stored: without idle spaces, each once. */
export const cleanTags = (tags: ReadonlyArray<string>): ReadonlyArray<string> =>
  tags.length === 0
    ? tags
    : [...new Set(tags.map((tag) => tag.trim().slice(0, longestTag)).filter((tag) => tag !== ""))]

/** Decides about a draft, given the row that stands for its question. */
export const decide = (
  standing: StoredQuestion | undefined,
  draft: QuestionDraft,
  policy: WritePolicy,
  provenance: Provenance,
  now: number
): Decision => {
  const said = rowOf(draft, provenance, now)
  if (standing === undefined) return { outcome: "added", action: "created", after: { ...said, id: newId() } }
  const weight = provenance.origin === "user" ? 3 : Math.min(2, weightOf(said))
  const standingWeight = weightOf(standing)
  const givesWay = standingWeight < 2 && weight > standingWeight
  const isOrder = policy === "overwrite" && weight >= standingWeight
  return isSameAnswer(draft.question, standing.answer, draft.answer)
    ? agree({ standing, said, draft, policy, provenance, now, weight, givesWay })
    : givesWay || isOrder
      ? { outcome: "updated", action: "replaced", after: inPlaceOf(standing, said, draft, now), isReplaced: true }
      : weight < 2
        ? { outcome: "skipped", action: "agreed" }
        : dispute(standing, now)
}

interface Agreeing {
  readonly standing: StoredQuestion
  readonly said: Said
  readonly draft: QuestionDraft
  readonly policy: WritePolicy
  readonly provenance: Provenance
  readonly now: number
  readonly weight: number
  readonly givesWay: boolean
}

const agree = ({ draft, givesWay, now, policy, provenance, said, standing, weight }: Agreeing): Decision => {
  const isAnother = provenance.reference === undefined || said.reference !== standing.reference
  const confidence =
    weight >= 2 && isAnother ? Math.max(standing.confidence, afterAgreement(standing.confidence)) : standing.confidence
  const updated_at = changeTime(standing, now)
  const isPersonsOrder = weight === 3 && policy === "overwrite" && !isPersonsWord(standing)
  if (givesWay || isPersonsOrder) {
    const after = {
      ...inPlaceOf(standing, said, draft, now),
      confidence: Math.max(confidence, said.confidence),
      explanation: draft.explanation ?? standing.explanation,
      right_votes: standing.right_votes,
      wrong_votes: standing.wrong_votes
    }
    return { outcome: "updated", action: "confirmed", after }
  }
  const isOpen = policy === "overwrite" && standing.source !== "user" && weight >= 2
  const details =
    policy === "skip" ? {} : isOpen ? newDetails(standing, said, draft) : missingDetails(standing, said, draft)
  if (Object.keys(details).length > 0) {
    const after = { ...standing, ...details, confidence, updated_at }
    return isOpen ? { outcome: "updated", action: "edited", after } : { outcome: "merged", action: "completed", after }
  }
  return confidence === standing.confidence
    ? { outcome: "unchanged", action: "agreed" }
    : { outcome: "unchanged", action: "agreed", after: { ...standing, confidence, updated_at } }
}

const isPersonsWord = (row: StoredQuestion): boolean =>
  row.source === "user" && row.status === "trusted" && row.confidence >= surest

const dispute = (standing: StoredQuestion, now: number): Decision => ({
  outcome: "disputed",
  action: "disputed",
  after: { ...standing, status: "disputed", updated_at: changeTime(standing, now) }
})

// Votes were about the answer that goes.
const inPlaceOf = (standing: StoredQuestion, said: Said, draft: QuestionDraft, now: number): StoredQuestion => ({
  ...said,
  id: standing.id,
  options: said.options.length === 0 ? standing.options : said.options,
  tags: draft.tags === undefined ? standing.tags : said.tags,
  created_at: standing.created_at,
  updated_at: changeTime(standing, now)
})

type Details = Partial<Pick<StoredQuestion, "tags" | "explanation" | "options">>

const missingDetails = (standing: StoredQuestion, said: Said, draft: QuestionDraft): Details => {
  const tags = cleanTags([...standing.tags, ...said.tags])
  return {
    ...(tags.length > standing.tags.length ? { tags } : {}),
    ...(standing.explanation === null && draft.explanation !== undefined ? { explanation: draft.explanation } : {}),
    ...(standing.options.length === 0 && said.options.length > 0 ? { options: said.options } : {})
  }
}

const newDetails = (standing: StoredQuestion, said: Said, draft: QuestionDraft): Details => ({
  ...(draft.tags !== undefined && JSON.stringify(said.tags) !== JSON.stringify(standing.tags)
    ? { tags: said.tags }
    : {}),
  ...(draft.explanation !== undefined && draft.explanation !== standing.explanation
    ? { explanation: draft.explanation }
    : {}),
  ...(standing.options.length === 0 && said.options.length > 0 ? { options: said.options } : {})
})
