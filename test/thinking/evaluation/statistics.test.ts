import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mean, pairedDifference, quantile, wilson } from "../../../src/thinking/evaluation/statistics.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 }))

describe("wilson", () => {
  // Newcombe (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718]
  ])("gives the published interval of %d in %d", (count, total, low, high) => {
    const interval = wilson(count, total)
    assert.closeTo(interval.low, low, 0.0001)
    assert.closeTo(interval.high, high, 0.0001)
  })

  it.effect.prop("holds its share and stays within 0 and 1", { right: Count, wrong: Count }, ({ right, wrong }) =>
    Effect.sync(() => {
      const { high, low, value } = wilson(right, right + wrong)
      assert.isTrue(0 <= low && low <= value + 1e-12 && value <= high + 1e-12 && high <= 1)
    })
  )

  it("says nothing of no cases", () => {
    assert.deepStrictEqual(wilson(0, 0), { value: 0, low: 0, high: 1 })
  })
})

describe("pairedDifference", () => {
  // 30 pairs of which 8 and 2 differ: (8.5 - 2.5) / 32 ± 1.96 √(11 - 36 / 32) / 32
  it("gives the interval of a worked example", () => {
    const { high, low, value } = pairedDifference(8, 2, 30)
    assert.closeTo(value, 0.2, 1e-9)
    assert.closeTo(low, 0.1875 - 0.19247, 0.0001)
    assert.closeTo(high, 0.1875 + 0.19247, 0.0001)
  })

  it.effect.prop(
    "turns round with its cases, and stays within -1 and 1",
    { gained: Count, lost: Count, same: Count },
    (at) =>
      Effect.sync(() => {
        const total = at.gained + at.lost + at.same
        const one = pairedDifference(at.gained, at.lost, total)
        const other = pairedDifference(at.lost, at.gained, total)
        assert.closeTo(one.value, -other.value, 1e-12)
        assert.closeTo(one.low, -other.high, 1e-12)
        assert.isTrue(-1 <= one.low && one.low <= one.high && one.high <= 1)
      })
  )
})

describe("quantile and mean", () => {
  it("take the least value that such a share does not exceed, whatever the order", () => {
    const values = [50, 10, 40, 20, 30]
    assert.deepStrictEqual(
      [0, 0.2, 0.5, 0.95, 1].map((q) => quantile(values, q)),
      [10, 10, 30, 50, 50]
    )
    assert.strictEqual(mean(values), 30)
    assert.isTrue(Number.isNaN(quantile([], 0.5)))
  })
})
