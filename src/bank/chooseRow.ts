import { optionKey } from "./normalise.ts"
import type { Question } from "./Question.ts"
import { matchStoredAnswer } from "./storedAnswer.ts"
import type { CandidateRow } from "./StoredQuestion.ts"

/** What the rows of a title say to a question. */
export type Choice =
  | { readonly _tag: "Row"; readonly row: CandidateRow }
  | { readonly _tag: "Ambiguous"; readonly count: number }
  | { readonly _tag: "NeedsReview"; readonly row: CandidateRow }
  | { readonly _tag: "None" }

const classesFit = (asked: Question, row: CandidateRow): boolean =>
  asked.typeClass === row.type_class ||
  asked.typeClass === "any" ||
  row.type_class === "any" ||
  isBlankOfOptions(asked, row)

// Sites offer options for a blank that others leave open, and the other way round: the text that is right stays right.
const isBlankOfOptions = (asked: Question, row: CandidateRow): boolean => {
  if (row.answer.length !== 1) return false
  return asked.typeClass === "single"
    ? row.type_class === "text" && row.options_key === "" && asked.options.length > 0
    : asked.type === "completion" &&
        asked.options.length === 0 &&
        asked.blanks === 1 &&
        row.type_class === "single" &&
        !aboutOthers.test(row.answer[0] ?? "")
}
const aboutOthers = /以上|上述|都[对错是不]|均[对错是不为]|\b(?:all|none|both|neither) of\b/i

/**
 * Picks the row that answers a question: the same options before none stored, a person's correction before anything else,
 * what was imported before a model's word, the surer before the less sure, the newer before the older. A question without options is only answered when every row of its
 * title says the same, unless one of them has no options either.
 */
export const chooseRow = (question: Question, rows: ReadonlyArray<CandidateRow>): Choice => {
  const fitting = rows.filter((row) => classesFit(question, row))
  const usable = fitting
    .filter(
      (row) =>
        row.status !== "needs_review" &&
        matchStoredAnswer(question, { answer: row.answer, typeClass: row.type_class }) !== undefined
    )
    .sort((a, b) => rank(question, b) - rank(question, a) || b.confidence - a.confidence || b.updated_at - a.updated_at)
  const best = usable[0]
  if (best === undefined) {
    const waiting = fitting.find((row) => row.options_key === question.optionsKey)
    return waiting?.status === "needs_review" ? { _tag: "NeedsReview", row: waiting } : { _tag: "None" }
  }
  if (question.optionsKey === "" && best.options_key !== "") {
    const answers = new Set(usable.map((row) => row.answer.map(optionKey).sort().join("\n")))
    if (answers.size > 1) return { _tag: "Ambiguous", count: usable.length }
  }
  return { _tag: "Row", row: best }
}

const rank = (question: Question, row: CandidateRow): number =>
  (row.options_key === question.optionsKey ? 8 : 0) +
  (row.source === "user" ? 4 : 0) +
  (row.type_class === question.typeClass ? 2 : 0) +
  (row.source === "ai" ? 0 : 1)
