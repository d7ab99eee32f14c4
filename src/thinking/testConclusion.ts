import { Effect } from "effect"
import type { Conclusions } from "./conclusions.ts"
import { Pressure } from "./pressure.ts"
import type { RunContext } from "./RunContext.ts"
import { judge } from "./Validator.ts"

/** How the test of a conclusion ended; `counterexample` is what refuted it, or "". */
export interface TestResult {
  readonly passed: boolean
  readonly counterexample: string
}

const passed: TestResult = { passed: true, counterexample: "" }

/**
 * Puts a conclusion to the test, where the policy is to do so and nobody did before: the last step of who speaks for it. What it comes
 * to is noted.
 */
export const testConclusion = Effect.fnUntraced(function* (
  run: RunContext,
  conclusions: Conclusions,
  answer: string
): Effect.fn.Return<TestResult> {
  const { challengers, policy, voters } = run.request.settings.validation
  const speaker = conclusions.speakerOf(answer)
  const last = speaker?.steps.at(-1)
  if (policy !== "risk" || challengers + voters === 0 || speaker === undefined || last === undefined) return passed
  if (conclusions.stands(answer)) {
    conclusions.note(answer, true)
    return passed
  }
  const place = { thread: speaker.thread, step: last.step, revision: last.revision }
  const known = run.journal.verdictOf(place, "test")
  if (known !== undefined) {
    const counterexample = known.type === "StepRejected" ? known.counterexample : ""
    conclusions.note(answer, known.type === "StepAccepted")
    return { passed: known.type === "StepAccepted", counterexample }
  }
  if (run.pressure() >= Pressure.noValidation) {
    yield* run.tell({ type: "Degraded", why: "validation_skipped", detail: "the budget is running out" })
    return passed
  }
  const verdict = yield* judge(run, { ...place, context: speaker.context, text: last.text })
  // Nobody could be asked: that is no test.
  if (!verdict.tested) return passed
  const { abstain, accept, reject } = verdict.votes
  const votes = { accept, reject, abstain }
  yield* run.tell(
    verdict.passed
      ? { type: "StepAccepted", ...place, tested: true, votes }
      : { type: "StepRejected", ...place, votes, counterexample: verdict.counterexample }
  )
  conclusions.note(answer, verdict.passed)
  return verdict
})
