// Thinks the problems of a dataset through in several ways, side by side.
import { Clock, Effect, Exit, Option, Stream } from "effect"
import { findAnswer } from "../answers/findAnswer.ts"
import { noRunUsage, withBill } from "../Bill.ts"
import { paidFor } from "../Journal.ts"
import { Reasoner } from "../Reasoner.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import type { Answered } from "../ThoughtEvent.ts"
import type { ThinkingSettings } from "../ThinkingSettings.ts"
import type { DatasetProblem } from "./Dataset.ts"
import { choicesOf, formOf, isRightAnswer } from "./judgeAnswer.ts"
import type { Outcome } from "./Outcome.ts"
import type { EvaluationStrategy } from "./strategies.ts"

/** What is to be compared, and on what. */
export interface Evaluation {
  readonly problems: ReadonlyArray<DatasetProblem>
  readonly strategies: ReadonlyArray<EvaluationStrategy>
  readonly configured: ThinkingSettings
  /** `<provider>` or `<provider>/<model>` in every role; undefined for the roles' own models. */
  readonly through: string | undefined
  /** Runs at the same time. */
  readonly concurrency: number
}

/** The outcomes as they come, problem by problem. A run that fails is an outcome too. */
export const evaluate = ({ concurrency, configured, problems, strategies, through }: Evaluation) =>
  Stream.fromIterable(problems).pipe(
    Stream.flatMap((problem) =>
      Stream.fromIterable(
        strategies.map((strategy) => ({ problem, strategy, settings: strategy.settings(configured) }))
      )
    ),
    Stream.mapEffect(
      ({ problem, settings, strategy }) => {
        const request = requestFor(problem, settings, strategy.name, through)
        return outcomeOf(problem, strategy.name, request)
      },
      { concurrency, unordered: true }
    )
  )

const instruction: Readonly<Record<"en" | "zh", string>> = {
  en: "End your reply with a line `ANSWER: …` that holds the answer and nothing else.",
  zh: "回答的最后一行写“答案：……”，其中只写答案。"
}

const requestFor = (
  problem: DatasetProblem,
  settings: ThinkingSettings,
  strategy: string,
  through: string | undefined
): ReasoningRequest => {
  const choices = choicesOf(problem)
  const language = /\p{Script=Han}/u.test(problem.question) ? "zh" : "en"
  return {
    model: `evaluation/${strategy}`,
    messages: [
      { role: "system", content: instruction[language] },
      { role: "user", content: problem.question }
    ],
    form: formOf(problem),
    sampling: {},
    settings,
    ...(through === undefined ? {} : { through }),
    ...(choices === undefined ? {} : { choices })
  }
}

const outcomeOf = Effect.fn("Evaluation.outcomeOf")(function* (
  problem: DatasetProblem,
  strategy: string,
  request: ReasoningRequest
) {
  const reasoner = yield* Reasoner
  const run = yield* reasoner.makeId
  const startedAt = yield* Clock.currentTimeMillis
  let usage = noRunUsage
  let answered: typeof Answered.Type | undefined
  const exit = yield* reasoner.run({ id: run, request, background: false }).pipe(
    Stream.runForEach(({ event }) =>
      Effect.sync(() => {
        const paid = paidFor(event)
        if (paid !== undefined) usage = withBill(usage, paid.bill)
        if (event.type === "Answered") answered = event
      })
    ),
    Effect.exit
  )
  const elapsed_ms = (yield* Clock.currentTimeMillis) - startedAt
  const about = { strategy, problem: problem.id, run, usage, elapsed_ms }
  if (answered === undefined) {
    const error = Exit.isFailure(exit) ? Option.getOrUndefined(Exit.findErrorOption(exit)) : undefined
    if (Exit.isFailure(exit) && error === undefined) return yield* Effect.failCause(exit.cause).pipe(Effect.orDie)
    return {
      ...about,
      verdict: "failed",
      answer: error?.message ?? "the run ended without an answer",
      degraded: false
    } satisfies Outcome
  }
  const answer = answered.answer ?? findAnswer(answered.text) ?? answered.text
  const verdict = isRightAnswer(problem, answer) ? "right" : "wrong"
  return { ...about, verdict, answer, degraded: answered.degraded } satisfies Outcome
})
