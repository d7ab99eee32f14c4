import { Effect, Hash } from "effect"
import type { Plan } from "./Planner.ts"
import { Pressure } from "./pressure.ts"
import type { RunContext } from "./RunContext.ts"
import type { StepProposed } from "./ThoughtEvent.ts"

/** Whether a step is put to the test, by the policy that holds and what is left of the budget. */
export const wantsTest = Effect.fnUntraced(function* (run: RunContext, plan: Plan, proposal: typeof StepProposed.Type) {
  const { challengers, confidence, early, policy, rate, voters } = run.request.settings.validation
  if (policy === "off" || challengers + voters === 0 || plan.difficulty === "trivial") return false
  const wanted =
    policy === "every" ||
    (policy === "early" && proposal.step <= early) ||
    (policy === "sampled" && share(proposal) < rate) ||
    // Where answers can be counted, counting comes first.
    (policy === "risk" && plan.form === "open" && proposal.confidence !== undefined && proposal.confidence < confidence)
  if (!wanted || run.pressure() < Pressure.noValidation) return wanted
  yield* run.tell({ type: "Degraded", why: "validation_skipped", detail: "the budget is running out" })
  return false
})

// Drawn from the step itself, so that a run that is taken up again draws the same.
const share = ({ text, thread }: typeof StepProposed.Type): number => (Hash.string(`${thread} ${text}`) >>> 0) / 2 ** 32
