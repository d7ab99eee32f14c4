import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { findAnswer } from "../../../src/thinking/answers/findAnswer.ts"
import { normaliseAnswer } from "../../../src/thinking/answers/normaliseAnswer.ts"
import { readChallenge } from "../../../src/thinking/reading/readChallenge.ts"
import { readPlan } from "../../../src/thinking/reading/readPlan.ts"
import { readStep } from "../../../src/thinking/reading/readStep.ts"
import { readVote } from "../../../src/thinking/reading/readVote.ts"
import { AnswerForm } from "../../../src/thinking/AnswerForm.ts"

const choices = { options: ["a", "b", "北京"], several: true }

/** All readers, one after the other: none may throw. What they give is never blank where it is given. */
const readAll = (text: string) => {
  const step = readStep(text)
  assert.notStrictEqual(step?.text.trim(), "", "a step's text")
  assert.notStrictEqual(step?.answer?.trim(), "", "a step's answer")
  assert.isTrue(step?.confidence === undefined || (step.confidence >= 0 && step.confidence <= 1), "its confidence")
  const challenge = readChallenge(text)
  assert.isTrue(challenge === undefined || challenge.found === (challenge.counterexample !== ""), "a counterexample")
  const vote = readVote(text)
  assert.isTrue(vote === undefined || ["accept", "reject", "abstain"].includes(vote.vote), "a vote")
  assert.isAtMost(readPlan(text)?.strategies.length ?? 0, 16)
  assert.notStrictEqual(findAnswer(text)?.trim(), "", "an answer found")
  for (const form of AnswerForm.literals) {
    assert.isAtMost(normaliseAnswer(text, form, form === "option" ? choices : undefined).length, 250)
  }
}

// What the readers look for, and what makes careless ones slow: openings that never close, runs, nesting.
const pieces = [
  ..."{}[]\"'\\`*#>-:：=,.，。$()0 aA对否\n\t",
  '{"a":',
  '{"vote":"',
  "\\boxed{",
  "\\frac{1}{",
  "\\text{",
  "ANSWER: ",
  "答案：",
  "STATUS: done",
  "CONFIDENCE: 0.5",
  "the answer is ",
  "not ",
  "found",
  "counterexample: ",
  "1,000",
  "```json\n",
  "**",
  "1 ",
  "A,"
]

describe("the readers", () => {
  it.prop("survive any text", [Schema.String], ([text]) => readAll(text))

  const Pieces = Schema.Array(Schema.Literals(pieces)).check(Schema.isMaxLength(40))
  it.prop("survive any mixture of what they look for", [Pieces], ([parts]) => readAll(parts.join("")))

  it("survive 100 kB of any one piece, alone and after the beginning of a reply", () => {
    for (const piece of pieces) {
      for (const start of ["", '{"vote":"', "STATUS: done\nANSWER: "]) {
        readAll(start + piece.repeat(Math.ceil(100_000 / piece.length)))
      }
    }
  })

  it("survive objects and lists nested without end", () => {
    for (const field of ["vote", "found", "strategies", "counterexample"]) {
      readAll(`{"${field}":${"[".repeat(40_000)}${"]".repeat(40_000)}}`)
      readAll(`{"${field}":${'{"a":'.repeat(9000)}1${"}".repeat(9000)}}`)
      readAll(`{"found":true,"vote":"accept","${field}":${"[".repeat(40_000)}${"]".repeat(40_000)}}`)
    }
  })
})
