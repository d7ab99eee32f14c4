import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Vote } from "../../src/thinking/ThoughtEvent.ts"
import { isCertain, noVotes, passes, withVote } from "../../src/thinking/verdict.ts"

const Ballot = {
  votes: Schema.Array(Vote).check(Schema.isMaxLength(9)),
  threshold: Schema.Literals([0, 0.34, 0.5, 0.6, 0.67, 1])
}

describe("isCertain", () => {
  it.effect.prop(
    "is so exactly when no way the other votes may fall changes the result",
    Ballot,
    ({ threshold, votes }) =>
      Effect.sync(() => {
        for (let cast = 0; cast <= votes.length; cast++) {
          const sofar = votes.slice(0, cast).reduce(withVote, noVotes)
          const out = votes.length - cast
          const results = new Set<boolean | undefined>()
          for (let accept = 0; accept <= out; accept++) {
            for (let reject = 0; accept + reject <= out; reject++) {
              const { abstain } = sofar
              results.add(passes({ accept: sofar.accept + accept, reject: sofar.reject + reject, abstain }, threshold))
            }
          }
          assert.strictEqual(
            isCertain(sofar, out, threshold),
            results.size === 1,
            JSON.stringify({ sofar, out, threshold })
          )
        }
      })
  )
})
