import { assert, describe, it } from "@effect/vitest"
import { figuresOf, pairsOf } from "./labelled.ts"

const threshold = 0.9

describe("the labelled pairs", () => {
  it("are more than six hundred, a third of them held out", () => {
    const [tuning, holdout] = [pairsOf("tuning").length, pairsOf("holdout").length]
    assert.isAtLeast(tuning + holdout, 600)
    assert.isAtLeast(3 * holdout, tuning + holdout)
  })

  for (const name of ["tuning", "holdout"] as const) {
    it(`of the ${name} set: no different question is taken for the same, and 97 % of the same are found`, () => {
      const { mistaken, precision, recall } = figuresOf(pairsOf(name), threshold)
      assert.deepStrictEqual(mistaken, [])
      assert.strictEqual(precision, 1)
      assert.isAtLeast(recall, 0.97)
    })
  }

  it("of different questions stay apart at the lowest threshold too: the guards do not depend on it", () => {
    const pairs = [...pairsOf("tuning"), ...pairsOf("holdout")]
    assert.deepStrictEqual(figuresOf(pairs, 0.5).mistaken, [])
  })

  it("are found less often at a higher threshold, and only those without any difference of weight at 1", () => {
    const pairs = [...pairsOf("tuning"), ...pairsOf("holdout")]
    const [usual, strict, strictest] = [threshold, 0.97, 1].map((at) => figuresOf(pairs, at).recall)
    assert.isAbove(usual ?? 0, strict ?? 0)
    assert.isAbove(strict ?? 0, strictest ?? 0)
  })
})
