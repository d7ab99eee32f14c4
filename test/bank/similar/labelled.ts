// The labelled pairs: each a stored question, one asked, and whether the stored answer answers it. Written by hand before the
// comparison was made to tell them apart; a third is held out.
import { Schema } from "effect"
import { readFileSync } from "node:fs"
import { matchAnswer } from "../../../src/bank/OptionMatch.ts"
import { otherWordings } from "../../../src/bank/question/otherWordings.ts"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { judgeRow } from "../../../src/bank/similar/judgeRow.ts"
import { wordingOf } from "../../../src/bank/similar/Wording.ts"

const Side = Schema.Struct({ title: Schema.String, options: Schema.optionalKey(Schema.Array(Schema.String)) })
export const Pair = Schema.Struct({
  same: Schema.Boolean,
  kind: Schema.String,
  stored: Schema.Struct({ ...Side.fields, answer: Schema.optionalKey(Schema.Array(Schema.String)) }),
  asked: Side
})
export type Pair = typeof Pair.Type

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Pair))

export const pairsOf = (name: "tuning" | "holdout"): ReadonlyArray<Pair> =>
  readFileSync(new URL(`./${name}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decode(line))

const typeOf = (answers: number, options: number) => (options === 0 ? "unknown" : answers > 1 ? "multiple" : "single")

/** Whether the service would answer the question asked with the one stored, by its key or at a threshold from 0 to 1. */
export const saysSame = ({ asked, stored }: Pair, threshold: number): boolean => {
  const answer = stored.answer ?? ["答案"]
  const question = makeQuestion({
    title: asked.title,
    options: asked.options ?? [],
    type: typeOf(answer.length, asked.options?.length ?? 0)
  })
  const kept = makeQuestion({
    title: stored.title,
    options: stored.options ?? [],
    type: typeOf(answer.length, stored.options?.length ?? 0)
  })
  const row = {
    title: kept.title,
    options: kept.options,
    answer,
    type_class: kept.typeClass,
    source: "import" as const
  }
  const isKept = [question, ...otherWordings(question)].some(
    ({ optionsKey, titleKey }) => titleKey === kept.titleKey && optionsKey === kept.optionsKey
  )
  if (isKept) return matchAnswer(question, answer) !== undefined
  return judgeRow(question, wordingOf(question.title), row, threshold) !== undefined
}

/** How the pairs come out. */
export const figuresOf = (pairs: ReadonlyArray<Pair>, threshold: number) => {
  const found = pairs.filter((pair) => saysSame(pair, threshold))
  const same = pairs.filter((pair) => pair.same)
  const right = found.filter((pair) => pair.same)
  return {
    same: same.length,
    different: pairs.length - same.length,
    precision: found.length === 0 ? 1 : right.length / found.length,
    recall: right.length / same.length,
    missed: same.filter((pair) => !right.includes(pair)),
    mistaken: found.filter((pair) => !pair.same)
  }
}
