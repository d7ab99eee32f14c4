import { assert, describe, it } from "@effect/vitest"
import { isSameStep } from "../../../src/thinking/reading/isSameStep.ts"

const same: ReadonlyArray<readonly [string, string]> = [
  ["Let me think.", "Let me think."],
  ["Step 1: Let me think about it.", "Step 2: let me think about it"],
  ["第1步：先求和。", "第2步：先求和。"],
  [
    "We first look at the boxes that were sold in the morning and at those in the evening, and add them.",
    "We first look at the boxes that were sold in the morning and those in the evening, and add them up."
  ]
]
const different: ReadonlyArray<readonly [string, string]> = [
  ["Value after step 2: 210", "Value after step 3: 260"],
  ["7 * 6 = 42", "7 * 6 = 43"],
  ["x > 2", "x < 2"],
  ["The number is even.", "The number is odd."],
  [
    "Now the boxes of the first shelf are counted: there are 12 rows of 8 boxes, which makes 96 boxes.",
    "Now the boxes of the first shelf are counted: there are 12 rows of 8 boxes, which makes 98 boxes."
  ],
  ["先求和。", "再求差。"]
]

describe("a step says again what an earlier one said", () => {
  for (const [one, other] of same)
    it(`where "${one}" comes back as "${other}"`, () => assert.isTrue(isSameStep(one, other)))
  for (const [one, other] of different)
    it(`but not where "${one}" is followed by "${other}"`, () => assert.isFalse(isSameStep(one, other)))
})
