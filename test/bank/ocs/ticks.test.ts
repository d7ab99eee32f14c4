import { assert, describe, it } from "@effect/vitest"
import { clientLines } from "../../../src/bank/ocs/client/lines.ts"
import { tryAll } from "./tickCases.ts"

const tried = tryAll()
const nameOf = ({ form, name }: (typeof tried)[number]): string => `${name} → ${form}`

describe("the answer that a client gets", () => {
  it("is tried on hundreds of questions, and on most of them some form of it is ticked right by both lines", () => {
    assert.isAbove(tried.length, 4000)
    assert.isAbove(tried.filter(({ hasSafeForm }) => hasSafeForm).length / tried.length, 0.98)
  })

  for (const line of clientLines) {
    it(`is ticked right by ${line} in at least 99 % of these`, () => {
      const tickable = tried.filter(({ hasSafeForm }) => hasSafeForm)
      const right = tickable.filter(({ results }) => results[line] === "right")
      assert.isAtLeast(
        right.length / tickable.length,
        0.99,
        tickable
          .filter((one) => !right.includes(one))
          .map(nameOf)
          .join("\n")
      )
    })

    it(`never ticks a wrong option in ${line}`, () =>
      assert.deepStrictEqual(tried.filter(({ results }) => results[line] === "wrong").map(nameOf), []))
  }
})
