import { Effect, Schema } from "effect"
import { answerFormOf } from "./answers/answerForm.ts"
import { isUnpaid } from "../providers/ProviderError.ts"
import type { AskFailed } from "./AskFailed.ts"
import { readPlan } from "./reading/readPlan.ts"
import type { RunContext } from "./RunContext.ts"
import { Planned, type Strategy } from "./ThoughtEvent.ts"

export type Plan = typeof Planned.Type

const isPlanned = Schema.is(Planned)

/** What threads do where nobody plans, or the planner names fewer strategies than there may be threads. */
const strategiesFor = ({ prompts, request }: RunContext, planned: ReadonlyArray<Strategy>): ReadonlyArray<Strategy> => {
  const names = new Set(planned.map(({ name }) => name))
  const usual = prompts.defaultStrategies(prompts.languageOf(request))
  // Samples differ by chance alone.
  const all =
    request.settings.mode === "sample"
      ? usual.slice(0, 1)
      : [...planned, ...usual.filter(({ name }) => !names.has(name))]
  const { max } = request.settings.threads
  return Array.from({ length: max }, (_, at) => all[at % all.length]).filter((strategy) => strategy !== undefined)
}

/** How hard the question is, what kind of answer it wants, and how each thread goes about it. One call, or none. */
export const makePlan = Effect.fn("Planner.makePlan")(function* (run: RunContext) {
  const { prompts, request, tell } = run
  const form = answerFormOf(request)
  const byRule: Plan = {
    type: "Planned",
    difficulty: "medium",
    form: form ?? "open",
    strategies: strategiesFor(run, []),
    by: "rule"
  }
  const decided = run.journal.planned()
  if (decided !== undefined) return decided
  if (!request.settings.plan) {
    run.note(byRule)
    return byRule
  }
  return yield* run
    .ask({
      key: "plan",
      role: "planner",
      messages: prompts.planner({ request, threads: request.settings.threads.max, form }),
      keep: 1,
      isReply: isPlanned,
      read: ({ text }, bill): Plan | undefined => {
        const plan = readPlan(text)
        if (plan === undefined) return undefined
        return {
          type: "Planned",
          difficulty: plan.difficulty,
          form: form ?? plan.form,
          strategies: strategiesFor(run, plan.strategies),
          by: "model",
          call: "plan",
          bill
        }
      }
    })
    .pipe(
      Effect.catch((error: AskFailed) =>
        isRefusal(error)
          ? Effect.fail(error)
          : Effect.as(
              tell({ type: "Degraded", why: "plan_failed", detail: "the threads take the usual strategies" }, byRule),
              byRule
            )
      )
    )
})

/** Whether nothing else can be asked either: a run that cannot pay for its first call is none. */
const isRefusal = ({ reason }: AskFailed): boolean =>
  reason._tag === "NoModel" ||
  reason._tag === "NoPrice" ||
  (reason._tag === "ModelFailed" && isUnpaid(reason.error.reason))
