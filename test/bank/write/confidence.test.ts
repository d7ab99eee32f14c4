import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { afterAgreement, afterVote, surest } from "../../../src/bank/write/confidence.ts"

const Confidence = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: surest }))
const Votes = Schema.Array(Schema.Boolean)

describe("confidence", () => {
  it.prop("stays within its bounds and moves the way each vote says", [Confidence, Votes], ([start, votes]) => {
    let confidence = start
    for (const [before, isRight] of votes.entries()) {
      const next = afterVote(confidence, before, isRight)
      assert.isTrue(isRight ? next >= confidence : next <= confidence, `${confidence} → ${next}`)
      assert.isTrue(next >= 0 && next <= surest)
      if (!isRight && confidence > 1e-9) assert.isBelow(next, confidence)
      confidence = next
    }
  })

  it.prop("is the mean of four votes' worth of what was known and the votes", [Votes], ([votes]) => {
    const start = 0.5
    const right = votes.filter(Boolean).length
    const end = votes.reduce((confidence, isRight, before) => afterVote(confidence, before, isRight), start)
    const mean = (start * 4 + right) / (4 + votes.length)
    if (votes.length < 50) assert.approximately(end, Math.min(surest, mean), 1e-9)
  })

  it("halves the doubt with each source that agrees, and comes to an end", () => {
    assert.approximately(afterAgreement(0.89), 0.94, 1e-12)
    let confidence = 0.5
    let steps = 0
    while (afterAgreement(confidence) !== confidence) {
      confidence = afterAgreement(confidence)
      steps++
    }
    assert.isAtMost(confidence, surest)
    assert.isAtMost(steps, 10)
  })
})
