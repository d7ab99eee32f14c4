import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { makeDataset } from "../../../scripts/oracle/dataset.ts"
import { defaultOracleModel } from "../../../scripts/oracle/OracleModel.ts"
import { findProblem, makeProblem, questionOf, truthOf, valuesOf } from "../../../scripts/oracle/Problem.ts"
import { slipsOf } from "../../../scripts/oracle/Slip.ts"
import { writeRest } from "../../../scripts/oracle/steps.ts"

const Whole = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

describe("a problem of the oracle", () => {
  it.effect.prop("is found again in any text that holds its question", { seed: Whole, id: Whole }, ({ id, seed }) =>
    Effect.sync(() => {
      const problem = makeProblem(seed, id, [1, 5])
      const found = findProblem(`Be careful, Problem 7.\n\n${questionOf(problem)}\n\nValue after step 1: 3`)
      assert.deepStrictEqual(found, problem)
    })
  )

  it.effect.prop(
    "has the steps it is to have, and never fewer than 20 boxes",
    { seed: Whole, id: Whole },
    ({ id, seed }) =>
      Effect.sync(() => {
        const problem = makeProblem(seed, id, [2, 3])
        assert.include([2, 3], problem.operations.length)
        assert.isAtLeast(Math.min(...valuesOf(problem)), 20)
      })
  )

  it.effect.prop("has wrong answers that differ from each other and from the truth", { seed: Whole, id: Whole }, (at) =>
    Effect.sync(() => {
      const problem = makeProblem(at.seed, at.id, [2, 3])
      const slips = slipsOf({ ...defaultOracleModel, seed: at.seed }, problem)
      const answers = slips.map((slip) => writeRest(problem, 1, problem.start, { name: "me", slip }).value)
      assert.strictEqual(slips.length, defaultOracleModel.wrongAnswers)
      assert.strictEqual(new Set([...answers, truthOf(problem)]).size, slips.length + 1)
    })
  )

  it("is worked out as its words say", () => {
    const text =
      "Problem 3. A shop has 50 boxes in stock. First it sells 11 boxes. Then its stock grows to 3 times what it was. Then it receives 12 boxes. How many boxes are in stock in the end?"
    const problem = findProblem(text)
    assert.deepStrictEqual(problem && valuesOf(problem), [39, 117, 129])
    assert.strictEqual(problem && questionOf(problem), text)
  })

  it("makes a dataset of different problems, the same for the same seed", () => {
    const dataset = makeDataset(5, 50, [2, 3])
    assert.deepStrictEqual(dataset, makeDataset(5, 50, [2, 3]))
    assert.notDeepEqual(dataset, makeDataset(6, 50, [2, 3]))
    assert.strictEqual(new Set(dataset.map(({ question }) => question)).size, 50)
  })
})
