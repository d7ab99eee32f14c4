import { Effect, Schema } from "effect"
import type { ChatRequest, FinishReason } from "../providers/ChatModel.ts"
import { findAnswer } from "./answers/findAnswer.ts"
import { saysNothing } from "./answers/isNonAnswer.ts"
import { normaliseAnswer } from "./answers/normaliseAnswer.ts"
import { AskFailed } from "./AskFailed.ts"
import { confidenceOf } from "./confidence.ts"
import type { Plan } from "./Planner.ts"
import { readStep } from "./reading/readStep.ts"
import type { ReasoningRequest } from "./ReasoningRequest.ts"
import type { RunContext } from "./RunContext.ts"
import type { Conclusion, Step } from "./ThinkingThread.ts"
import { Answered, type Strategy } from "./ThoughtEvent.ts"
import type { Outcome } from "./Threads.ts"

type Answer = typeof Answered.Type

const isAnswered = Schema.is(Answered)
const confidenceUnsaid = 0.7
const confidenceOfUnfinished = 0.1
// Of one plain call in place of threads that came to nothing.
const confidenceOfLastResort = 0.3
const confidenceOfNonAnswer = 0.1

/** What the answer's own call is asked with. */
const optionsOf = ({ format, sampling }: ReasoningRequest): Omit<ChatRequest, "messages"> => ({
  ...sampling,
  ...(format === undefined ? {} : { responseFormat: format })
})

/** One call in place of all thinking; its text comes as the model writes it, unless options are to be chosen from. */
export const answerDirectly = Effect.fn("Fusion.answerDirectly")(function* (
  run: RunContext,
  isDegraded: boolean,
  mostSure = 1
) {
  const { prompts, request } = run
  run.note({ type: "FusionStarted", kind: "direct" })
  const call = { key: "fusion", role: "fusion", options: optionsOf(request), keep: 0, isReply: isAnswered } as const
  if (request.choices === undefined) {
    return yield* run.askAloud({
      ...call,
      messages: request.messages,
      read: ({ finish, text }, bill): Answer | undefined =>
        text.trim() === ""
          ? undefined
          : {
              type: "Answered",
              text,
              ...answerIn(findAnswer(text)),
              confidence: confidenceOfDirect(text, undefined, mostSure),
              degraded: isDegraded,
              finish: finishOf(finish),
              call: "fusion",
              bill
            }
    })
  }
  return yield* run.ask({
    ...call,
    messages: prompts.thinker({
      request,
      strategy: directStrategy(run),
      form: "option",
      context: "",
      step: 1,
      steps: 1,
      maxLength: request.settings.steps.max_length,
      mustConclude: true,
      objection: undefined
    }),
    read: ({ finish, text }, bill): Answer | undefined => {
      const read = readStep(text)
      if (read === undefined) return undefined
      const answer = read.answer ?? findAnswer(read.text) ?? read.text
      return {
        type: "Answered",
        text: read.text === "" ? answer : read.text,
        ...answerIn(normaliseAnswer(answer, "option", request.choices)),
        confidence: confidenceOfDirect(answer, read.confidence, mostSure),
        degraded: isDegraded,
        finish: finishOf(finish),
        call: "fusion",
        bill
      }
    }
  })
})

const confidenceOfDirect = (said: string, stated: number | undefined, mostSure: number): number =>
  saysNothing(said) ? confidenceOfNonAnswer : Math.min(stated ?? confidenceUnsaid, mostSure)

const directStrategy = ({ prompts, request }: RunContext): Strategy =>
  prompts.defaultStrategies(prompts.languageOf(request))[0] ?? { name: "direct", hint: "" }

/**
 * Makes one answer of what the threads came to. By rule it costs nothing: the leader's reasoning and its answer. A model writes it
 * where the answer is open, where nothing settles who is right, or where a form is asked for; when it fails, the rule stands in.
 */
export const fuse = Effect.fn("Fusion.fuse")(function* (run: RunContext, plan: Plan, outcome: Outcome) {
  const { request } = run
  const { conclusions, leader, unfinished } = outcome
  if (conclusions.length === 0 && unfinished.every(({ steps }) => steps.length === 0)) {
    return yield* insteadOfThreads(run, outcome)
  }
  const kind = kindOf(plan, request, outcome)
  if (kind === "intelligent" && conclusions.length > 0) {
    const answer = yield* byModel(run, plan, outcome).pipe(
      Effect.catch((error) =>
        Effect.as(
          run.tell({
            type: "Degraded",
            why: error.reason._tag === "OutOfBudget" ? "no_fusion" : "fusion_failed",
            detail: error.reason._tag === "ModelFailed" ? error.reason.error.reason._tag : error.reason._tag
          }),
          undefined
        )
      )
    )
    if (answer !== undefined) return answer
    return yield* byRule(run, leader === undefined ? "concat" : "vote", outcome)
  }
  return yield* byRule(run, kind === "intelligent" || leader === undefined ? "concat" : kind, outcome)
})

/** Nothing came of the threads: one plain call is all that is left to try. */
const insteadOfThreads = Effect.fnUntraced(function* (run: RunContext, { failure }: Outcome) {
  return yield* answerDirectly(run, true, confidenceOfLastResort).pipe(
    // What stopped the threads says more than that there was nothing left to try again with.
    Effect.mapError((error) =>
      failure !== undefined && error.reason._tag === "OutOfBudget" ? new AskFailed({ reason: failure }) : error
    )
  )
})

const kindOf = (plan: Plan, { format, settings }: ReasoningRequest, { isTested, leader, supporters }: Outcome) => {
  const wantsForm = format !== undefined && format.type !== "text"
  if (settings.fusion === "intelligent" || wantsForm) return "intelligent"
  if (settings.fusion === "concat") return "concat"
  if (settings.fusion === "vote") return leader === undefined ? "intelligent" : "vote"
  if (plan.form === "open" || leader === undefined) return "intelligent"
  return supporters.length > 1 || isTested || settings.threads.max === 1 ? "consensus" : "intelligent"
}

const byModel = Effect.fnUntraced(function* (run: RunContext, plan: Plan, outcome: Outcome) {
  const { prompts, request } = run
  const { conclusions, supporters } = outcome
  const isConflict = plan.form !== "open" && supporters.length < conclusions.length
  run.note({ type: "FusionStarted", kind: "intelligent" })
  return yield* run.askAloud({
    key: "fusion",
    role: "fusion",
    messages: prompts.fusion({
      request,
      form: plan.form,
      threads: conclusions.map(({ answer, confidence, steps, strategy, thread }) => ({
        thread,
        strategy: strategy.name,
        text: textOf(steps),
        answer,
        confidence
      })),
      isConflict
    }),
    options: optionsOf(request),
    keep: 0,
    isReply: isAnswered,
    read: ({ finish, text }, bill): Answer | undefined => {
      if (text.trim() === "") return undefined
      const answer = plan.form === "open" ? undefined : (findAnswer(text) ?? saidIn(text, outcome))
      const normalised = answer === undefined ? "" : normaliseAnswer(answer, plan.form, request.choices)
      return {
        type: "Answered",
        text,
        ...answerIn(plan.form === "option" && normalised !== "" ? normalised : answer),
        confidence: saysNothing(answer ?? text) ? confidenceOfNonAnswer : confidenceOfFused(normalised, outcome),
        degraded: isDegraded(run),
        finish: finishOf(finish),
        call: "fusion",
        bill
      }
    }
  })
})

const byRule = Effect.fnUntraced(function* (run: RunContext, kind: "concat" | "consensus" | "vote", outcome: Outcome) {
  const { prompts, request, tell } = run
  const { conclusions, leader, unfinished } = outcome
  const isChinese = prompts.languageOf(request) === "zh"
  const answerLine = (answer: string) => (isChinese ? `答案：${answer}` : `Answer: ${answer}`)
  const heading = (thread: number) => (isChinese ? `### 思路 ${thread}` : `### Thread ${thread}`)
  const shown = (conclusion: Conclusion) => [textOf(conclusion.steps), answerLine(shownAnswer(conclusion))].join("\n\n")
  const partial = unfinished.filter(({ steps }) => steps.length > 0)
  const text =
    leader !== undefined && kind !== "concat"
      ? shown(leader)
      : [
          ...conclusions.map((conclusion) => `${heading(conclusion.thread)}\n\n${shown(conclusion)}`),
          ...(conclusions.length > 0
            ? []
            : partial.map(({ steps, thread }) => `${heading(thread)}\n\n${textOf(steps)}`))
        ].join("\n\n")
  run.note({ type: "FusionStarted", kind })
  const answer: Answer = {
    type: "Answered",
    text,
    ...answerIn(leader === undefined ? undefined : shownAnswer(leader)),
    confidence: conclusions.length === 0 ? confidenceOfUnfinished : confidenceOf(outcome),
    degraded: isDegraded(run) || conclusions.length === 0,
    finish: "stop"
  }
  yield* tell({ type: "FusionDelta", text }, answer)
  return answer
})

/** The leader's answer, where a text that names none says it. */
const saidIn = (text: string, { leader }: Outcome): string | undefined =>
  leader !== undefined && leader.answer !== "" && text.includes(leader.answer) ? leader.answer : undefined

const textOf = (steps: ReadonlyArray<Step>): string => steps.map(({ text }) => text).join("\n\n")

// Letters of options as they are compared, everything else in the thinker's words.
const shownAnswer = ({ answer, normalised }: Conclusion): string =>
  /^[A-Z]+$/.test(normalised) && normalised !== "" ? normalised : answer

const answerIn = (answer: string | undefined) => (answer === undefined || answer === "" ? {} : { answer })

const isDegraded = (run: RunContext): boolean => run.journal.isDegraded()

const confidenceOfFused = (normalised: string, outcome: Outcome): number => {
  if (outcome.leader === undefined || normalised === "") return confidenceUnsaid
  if (normalised === outcome.leader.normalised) return confidenceOf(outcome)
  return Math.min(confidenceUnsaid, 1 - confidenceOf(outcome))
}

const finishOf = (finish: FinishReason): Answer["finish"] => (finish === "tool_calls" ? "other" : finish)
