import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { countAnswers } from "../../../src/thinking/answers/countAnswers.ts"

const said = (thread: number, normalised: string, confidence = 0.5) => ({ thread, normalised, confidence })

describe("countAnswers", () => {
  it("puts the answer of most threads first", () =>
    assert.deepStrictEqual(countAnswers([said(1, "B", 0.75), said(2, "A"), said(3, "A")]), [
      { normalised: "A", threads: [2, 3], weight: 1 },
      { normalised: "B", threads: [1], weight: 0.75 }
    ]))

  it("lets confidence decide between as many, then the lowest thread", () => {
    assert.strictEqual(countAnswers([said(1, "A", 0.25), said(2, "B", 0.75)])[0]?.normalised, "B")
    assert.strictEqual(countAnswers([said(2, "B"), said(1, "A")])[0]?.normalised, "A")
  })

  it("leaves out what cannot be compared", () => {
    assert.deepStrictEqual(countAnswers([said(1, ""), said(2, "")]), [])
    assert.lengthOf(countAnswers([said(1, ""), said(2, "A")]), 1)
  })

  it("counts a bare number for the only unit that others give it", () => {
    assert.deepStrictEqual(countAnswers([said(1, "1000"), said(2, "1000 元")]), [
      { normalised: "1000 元", threads: [1, 2], weight: 1 }
    ])
    assert.lengthOf(countAnswers([said(1, "1000"), said(2, "1000 元"), said(3, "1000 kg")]), 3)
    assert.lengthOf(countAnswers([said(1, "1000"), said(2, "100 元")]), 2)
    assert.lengthOf(countAnswers([said(1, "3"), said(2, "3 or 4")]), 2)
  })

  const Conclusions = Schema.Array(
    Schema.Struct({
      normalised: Schema.Literals(["", "A", "B", "5", "5 m", "5 km", "true"]),
      confidence: Schema.Literals([0, 0.25, 0.5, 0.75, 1])
    })
  ).check(Schema.isMaxLength(16))
  it.prop("counts the same in any order, and every thread once", [Conclusions, Schema.Int], ([conclusions, turn]) => {
    const all = conclusions.map((conclusion, thread) => ({ ...conclusion, thread }))
    const at = all.length === 0 ? 0 : Math.abs(turn) % all.length
    const counted = countAnswers(all)
    assert.deepStrictEqual(countAnswers([...all.slice(at), ...all.slice(0, at)].reverse()), counted)
    const comparable = all.filter(({ normalised }) => normalised !== "")
    assert.deepStrictEqual(
      counted.flatMap(({ threads }) => threads).sort((a, b) => a - b),
      comparable.map(({ thread }) => thread)
    )
    assert.strictEqual(
      counted.reduce((sum, { weight }) => sum + weight, 0),
      comparable.reduce((sum, { confidence }) => sum + confidence, 0)
    )
    for (const [place, { threads }] of counted.entries()) {
      assert.isAtLeast(counted[place - 1]?.threads.length ?? 99, threads.length)
    }
  })
})
