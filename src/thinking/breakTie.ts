import { Effect } from "effect"
import type { Conclusions } from "./conclusions.ts"
import type { Plan } from "./Planner.ts"
import type { RunContext } from "./RunContext.ts"
import { testConclusion } from "./testConclusion.ts"
import { type Conclusion, reconsider } from "./ThinkingThread.ts"

// Where more are tied than these, each test says too little for its price.
const mostTested = 3

/**
 * Decides by tests between answers that counting cannot tell apart. One that stands where all others are refuted wins. Where all
 * are refuted, their thinkers hear the objections and may conclude anew, and the votes are counted once more. `undefined` where that settles
 * nothing. No test takes votes away: an answer that more threads hold than any other is not put to one.
 */
export const breakTie = Effect.fn("breakTie")(function* (run: RunContext, plan: Plan, conclusions: Conclusions) {
  const tied = conclusions.tied().slice(0, mostTested)
  if (tied.length < 2 || run.request.settings.validation.policy !== "risk") return undefined
  const standing: Array<string> = []
  const refuted: Array<{ readonly speaker: Conclusion; readonly counterexample: string }> = []
  for (const answer of tied) {
    const { counterexample, outcome } = yield* testConclusion(run, conclusions, answer)
    if (outcome === "stands") standing.push(answer)
    const speaker = conclusions.speakerOf(answer)
    if (outcome === "refuted" && speaker !== undefined) refuted.push({ speaker, counterexample })
  }
  if (standing.length === 1 && refuted.length === tied.length - 1) return standing[0]
  // Where some were not refuted, an objection to the others tells too little to bring them round.
  if (refuted.length < tied.length) return undefined
  for (const { counterexample, speaker } of refuted) {
    const again = yield* reconsider(run, plan, speaker, counterexample)
    if (again !== undefined) conclusions.add(again)
  }
  const [best, second] = conclusions.answers()
  return best !== undefined && best.threads.length > (second?.threads.length ?? 0) ? best.normalised : undefined
})
