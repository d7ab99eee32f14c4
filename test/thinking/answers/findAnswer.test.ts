import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { findAnswer } from "../../../src/thinking/answers/findAnswer.ts"

describe("findAnswer", () => {
  it("finds what a text names as its answer", () => {
    for (const [text, answer] of [
      ["Six times seven.\n\nANSWER: 42", "42"],
      ["六乘七。\n答案：42\n", "42"],
      ["**答案：** 42", "42"],
      ["Final Answer: **42**", "42"],
      ["ANSWER: 1\nNo, wait.\nANSWER: 42\nGood luck.", "42"],
      ["ANSWER:\n  42", "42"],
      ["ANSWER: $\\boxed{42}$", "42"],
      ["So \\boxed{41}, no: \\boxed{42}.", "42"],
      ["Half is \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"],
      ["It follows that the answer is 42. Check: it is.\nDone, and in more than sixty characters.", "42"],
      ["综合以上各点，逐项分析之后可以排除甲、乙、丙三项。\n故选 B。", "B"],
      ["42", "42"],
      [" Paris\n", "Paris"]
    ] as const) {
      assert.strictEqual(findAnswer(text), answer, text)
    }
  })

  it("finds none in a text that names none", () => {
    for (const text of [
      "",
      "  ",
      "One line.\nAnother line.",
      "x".repeat(100),
      "\\boxed{",
      "\\boxed{}\\boxed{",
      "ANSWER:\n\n"
    ]) {
      assert.isUndefined(findAnswer(text), text)
    }
  })

  const Words = Schema.String.check(Schema.isPattern(/^[a-z0-9](?:[a-z0-9 ]{0,40}[a-z0-9])?$/))
  it.prop("finds the last answer line whatever stands before it", [Schema.String, Words], ([text, answer]) =>
    assert.strictEqual(findAnswer(`${text}\nANSWER: ${answer}`), answer)
  )
})
