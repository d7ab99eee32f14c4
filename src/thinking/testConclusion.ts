import { Effect } from "effect"
import type { Conclusions } from "./conclusions.ts"
import { Pressure } from "./pressure.ts"
import type { RunContext } from "./RunContext.ts"
import { judge } from "./Validator.ts"

/**
 * How the test of a conclusion ended; `untested` where nobody could be asked or the budget is running out. `counterexample` is what
 * refuted it, or "".
 */
export interface TestResult {
  readonly outcome: "stands" | "refuted" | "untested"
  readonly counterexample: string
}

const untested: TestResult = { outcome: "untested", counterexample: "" }
const stands: TestResult = { outcome: "stands", counterexample: "" }

/** Puts a conclusion to the test, unless somebody did before: the last step of who speaks for it. */
export const testConclusion = Effect.fnUntraced(function* (
  run: RunContext,
  conclusions: Conclusions,
  answer: string
): Effect.fn.Return<TestResult> {
  const { challengers, voters } = run.request.settings.validation
  const speaker = conclusions.speakerOf(answer)
  const last = speaker?.steps.at(-1)
  if (challengers + voters === 0 || speaker === undefined || last === undefined) return untested
  if (conclusions.stands(answer)) return stands
  const place = { thread: speaker.thread, step: last.step, revision: last.revision }
  const known = run.journal.verdictOf(place, "test")
  if (known !== undefined) {
    if (known.type === "StepRejected") return { outcome: "refuted", counterexample: known.counterexample }
    conclusions.noteStanding(answer)
    return stands
  }
  if (run.pressure() >= Pressure.noValidation) {
    yield* run.tell({ type: "Degraded", why: "validation_skipped", detail: "the budget is running out" })
    return untested
  }
  const verdict = yield* judge(run, { ...place, context: speaker.context, text: last.text })
  if (!verdict.tested) return untested
  const { abstain, accept, reject } = verdict.votes
  const votes = { accept, reject, abstain }
  if (!verdict.passed) {
    yield* run.tell({ type: "StepRejected", ...place, votes, counterexample: verdict.counterexample })
    return { outcome: "refuted", counterexample: verdict.counterexample }
  }
  yield* run.tell({ type: "StepAccepted", ...place, tested: true, votes })
  conclusions.noteStanding(answer)
  return stands
})
