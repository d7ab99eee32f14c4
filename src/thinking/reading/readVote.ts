import type { Vote } from "../ThoughtEvent.ts"
import { type Fields, fieldsOf, fieldText, firstField } from "./fields.ts"
import { jsonObjects } from "./jsonObjects.ts"
import { verdictOf } from "./verdictOf.ts"

export interface ReadVote {
  readonly vote: Vote
  readonly reason: string
}

const longestReason = 2000
const votes = ["vote", "verdict", "decision", "judgement", "judgment", "result", "answer", "投票", "判定", "结论"]
const yes = [
  "accept",
  "accepted",
  "approve",
  "approved",
  "valid",
  "isvalid",
  "correct",
  "iscorrect",
  "pass",
  "passed",
  "agree"
]
const no = ["reject", "rejected", "invalid", "isinvalid", "incorrect", "wrong", "fail", "failed", "disagree"]
const scores = ["score", "rating", "评分", "得分"]
const scales = ["scale", "max", "maximum", "outof", "满分"]
const reasons = ["reason", "reasoning", "explanation", "rationale", "justification", "理由", "原因"]

/** A voter's vote, in whatever form it comes: an object, a line `VOTE: …`, a word, a score. `undefined`: none can be told. */
export const readVote = (text: string): ReadVote | undefined => {
  for (const object of jsonObjects(text)) {
    const fields = fieldsOf(object)
    const vote = voteOf(fields)
    if (vote !== undefined) return { vote, reason: fieldText(firstField(fields, reasons), longestReason) }
  }
  const vote = voteInWords(text)
  return vote === undefined ? undefined : { vote, reason: text.slice(0, longestReason).trim() }
}

const voteOf = (fields: Fields): Vote | undefined => {
  const most = firstField(fields, scales)
  const outOf = typeof most === "number" && most > 0 ? most : undefined
  const said = firstField(fields, votes)
  if (said !== undefined) return voteOfValue(nested(said), outOf)
  const positive = voteOfValue(firstField(fields, yes))
  if (positive !== undefined) return positive
  const negative = voteOfValue(firstField(fields, no))
  if (negative !== undefined) return opposite[negative]
  return voteOfValue(firstField(fields, scores), outOf)
}

// {"vote": {"value": "reject"}}
const nested = (said: unknown): unknown =>
  typeof said === "object" && said !== null && !Array.isArray(said) ? Object.values(said)[0] : said

const opposite: Readonly<Record<Vote, Vote>> = { accept: "reject", reject: "accept", abstain: "abstain" }

const voteOfValue = (value: unknown, outOf?: number): Vote | undefined => {
  if (typeof value === "boolean") return value ? "accept" : "reject"
  if (typeof value === "number") return outOf === undefined ? voteOfScore(value) : voteOfScore(value / outOf)
  return typeof value === "string" ? (voteOfScoreText(value) ?? verdictOf(value.slice(0, 400))) : undefined
}

// Scores come from 0 to 1, to 10 or to 100; the middle is no decision.
const voteOfScore = (score: number): Vote | undefined => {
  if (!(score >= 0 && score <= 100)) return undefined
  const share = score <= 1 ? score : score <= 10 ? score / 10 : score / 100
  return share === 0.5 ? "abstain" : share > 0.5 ? "accept" : "reject"
}

const voteOfScoreText = (text: string): Vote | undefined => {
  const parts =
    /^\s{0,8}(\d{1,3}(?:\.\d{1,6})?)\s{0,2}(?:(%)|\/\s{0,2}(\d{1,3})|分)?[\s.。]{0,8}$/.exec(text) ??
    /(?:^|[^\d.])(\d{1,3}(?:\.\d{1,6})?)\s{0,2}(?:(%)|(?:\/|out of)\s{0,2}(\d{1,3}))(?:\s?(?:stars?|points?|分))?[\s.。!]{0,8}$/i.exec(
      text
    )
  if (parts === null) return undefined
  const most = parts[2] === undefined ? Number(parts[3] ?? 0) : 100
  return voteOfScore(most > 0 ? Number(parts[1]) / most : Number(parts[1]))
}

const label =
  /(?:^|[\n"'{*#])\s{0,8}(?:final\s)?(?:vote|verdict|decision|投票|判定|结论|表决)["'*]{0,3}\s{0,4}(?:[:：=]|是|为)\s{0,4}/gi

// A labelled line says it; else a reply that is short or begins or ends with a short line of one meaning.
const voteInWords = (text: string): Vote | undefined => {
  const labelled = [...text.slice(-4000).matchAll(label)].at(-1)
  if (labelled !== undefined) {
    const value = text.slice(-4000).slice(labelled.index + labelled[0].length)
    const line = value.split("\n", 1)[0] ?? ""
    const vote = voteOfScoreText(line) ?? verdictOf(line.slice(0, 400))
    if (vote !== undefined) return vote
  }
  const lines = [
    text.trimStart().slice(0, 400).split("\n", 1)[0] ?? "",
    text.trimEnd().slice(-400).split("\n").at(-1) ?? ""
  ]
  for (const line of lines) {
    const vote = line.length < 400 ? (voteOfScoreText(line) ?? verdictOf(line)) : undefined
    if (vote !== undefined) return vote
  }
  return undefined
}
