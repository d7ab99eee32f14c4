import { Effect, Schema } from "effect"
import { namedAnswer } from "./answers/findAnswer.ts"
import { isNonAnswer } from "./answers/isNonAnswer.ts"
import { normaliseAnswer } from "./answers/normaliseAnswer.ts"
import type { AskFailed } from "./AskFailed.ts"
import { placeKey } from "./Journal.ts"
import type { Plan } from "./Planner.ts"
import { Pressure } from "./pressure.ts"
import { isSameStep } from "./reading/isSameStep.ts"
import { readStep } from "./reading/readStep.ts"
import { wrongSums } from "./reading/wrongSums.ts"
import type { RunContext } from "./RunContext.ts"
import { threadContext } from "./threadContext.ts"
import {
  type StepAccepted,
  StepProposed,
  type StepRejected,
  type StepRevised,
  Summarised,
  type Strategy
} from "./ThoughtEvent.ts"
import { judge, type Verdict } from "./Validator.ts"
import { noVotes } from "./verdict.ts"
import { wantsTest } from "./wantsTest.ts"

/** A step that stands, in its thinker's words. */
export interface Step {
  readonly step: number
  readonly revision: number
  readonly text: string
}

/** What a thread came to: its steps, and the answer they lead to. */
export interface Conclusion {
  readonly thread: number
  readonly strategy: Strategy
  readonly steps: ReadonlyArray<Step>
  /** What its last step was thought from. */
  readonly context: string
  readonly answer: string
  readonly normalised: string
  /** 0 to 1 */
  readonly confidence: number
  /** Whether its last step was tested. */
  readonly tested: boolean
}

/** How far a thread has come, for whoever has to answer before it ends. */
export interface Progress {
  steps: ReadonlyArray<Step>
}

export interface ThreadOptions {
  readonly thread: number
  readonly plan: Plan
  readonly strategy: Strategy
  readonly progress: Progress
}

type Proposal = typeof StepProposed.Type
type StepDecision = typeof StepAccepted.Type | typeof StepRevised.Type | typeof StepRejected.Type

interface Objection {
  readonly previous: string
  readonly counterexample: string
}

const isProposal = Schema.is(StepProposed)
const isSummary = Schema.is(Summarised)

// Of a thinker who says nothing about it.
const confidenceUnsaid = 0.7
// A thread may also go round in circles of several steps.
const mostLookedBack = 3
// A thread that loses its vote so often has nothing to say.
const mostRejections = 2

/** The steps of a thread lost their votes too often. */
export class Refuted extends Schema.TaggedError<Refuted>()("Refuted", { counterexample: Schema.String }) {
  override get message() {
    return this.counterexample
  }
}

/** What a thread came to answers nothing: a refusal, a call for more information, thoughts without a result. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { said: Schema.String }) {
  override get message() {
    return this.said.slice(0, mostQuoted)
  }
}

/** A thread says what it said before and names no answer. */
export class Repeats extends Schema.TaggedError<Repeats>()("Repeats", { said: Schema.String }) {
  override get message() {
    return this.said.slice(0, mostQuoted)
  }
}

const mostQuoted = 300

/**
 * Thinks step by step until it is done. A step that loses its vote is thought anew in the light of the counterexample; one that loses
 * for good is taken back, and the thread goes on from the step before.
 */
export const think = Effect.fn("ThinkingThread.think")(function* (run: RunContext, options: ThreadOptions) {
  const { plan, progress, strategy, thread } = options
  const { prompts, request, tell } = run
  const { settings } = request
  const language = prompts.languageOf(request)
  let steps: ReadonlyArray<Step> = []
  let summary: { readonly upTo: number; readonly text: string } | undefined
  let objection: Objection | undefined
  let rejections = 0

  const contextNow = Effect.fnUntraced(function* () {
    const found = threadContext({ steps, summary, settings: settings.context, language })
    if (found.toSummarise === undefined || run.pressure() >= Pressure.noValidation) return found.text
    const { text, upTo } = found.toSummarise
    summary = yield* run
      .ask({
        key: `t${thread}/m${upTo}`,
        role: "summarizer",
        thread,
        messages: prompts.summarizer({
          request,
          text,
          maxLength: Math.max(200, Math.ceil(text.length * settings.context.compression))
        }),
        keep: 1,
        isReply: isSummary,
        read: (said, bill): typeof Summarised.Type | undefined =>
          said.text.trim() === ""
            ? undefined
            : { type: "Summarised", call: `t${thread}/m${upTo}`, bill, thread, upTo, text: said.text.trim() }
      })
      .pipe(
        Effect.catch(() =>
          Effect.as(tell({ type: "Degraded", why: "summary_failed", detail: `thread ${thread}` }), undefined)
        )
      )
    return threadContext({ steps, summary, settings: settings.context, language }).text
  })

  // Only while the step may still be thought anew: a sum that stays wrong is no reason to take the step back.
  const hasWrongSum = ({ revision, text }: Proposal): boolean =>
    settings.validation.arithmetic === true &&
    revision < settings.validation.max_revisions &&
    wrongSums(text).length > 0

  const decide = Effect.fnUntraced(function* (proposal: Proposal, context: string) {
    const { revision, step, text } = proposal
    const place = { thread, step, revision }
    const known = run.journal.verdictOf(place, "verdict")
    if (known !== undefined && isDecision(known)) return known
    const verdict = hasWrongSum(proposal)
      ? refutedBySums(text)
      : (yield* wantsTest(run, plan, proposal))
        ? yield* judge(run, { ...place, context, text })
        : ({
            passed: true,
            tested: false,
            votes: noVotes,
            counterexample: ""
          } satisfies Verdict)
    const { accept, abstain, reject } = verdict.votes
    const votes = { accept, reject, abstain }
    const decision: StepDecision = verdict.passed
      ? { type: "StepAccepted", ...place, tested: verdict.tested, votes }
      : {
          type: revision < settings.validation.max_revisions ? "StepRevised" : "StepRejected",
          ...place,
          votes,
          counterexample: verdict.counterexample
        }
    run.note(decision)
    return decision
  })

  for (let step = 1; ; step++) {
    const isAtEnd = step >= settings.steps.max || run.pressure() >= Pressure.fewerSteps
    if (isAtEnd && step < settings.steps.max && step > 1) {
      yield* tell({ type: "Degraded", why: "fewer_steps", detail: "the budget is running out" })
    }
    const context = yield* contextNow()
    for (let revision = 0; ; revision++) {
      const proposal: Proposal = yield* propose(run, {
        thread,
        plan,
        strategy,
        step,
        revision,
        context,
        mustConclude: isAtEnd,
        objection
      })
      const decision: StepDecision = yield* decide(proposal, context)
      if (decision.type === "StepRevised") {
        objection = { previous: proposal.text, counterexample: decision.counterexample }
        continue
      }
      if (decision.type === "StepRejected") {
        rejections++
        objection = { previous: proposal.text, counterexample: decision.counterexample }
        if (rejections >= mostRejections || isAtEnd) {
          return yield* new Refuted({ counterexample: decision.counterexample })
        }
        break
      }
      objection = undefined
      const isRepeated = steps.slice(-mostLookedBack).some(({ text }) => isSameStep(text, proposal.text))
      steps = [...steps, { step, revision, text: proposal.text }]
      progress.steps = steps
      // A run that is taken up again may find itself nearer to its end than it was, and further on.
      const goesOn = run.journal.callOf(placeKey({ thread, step: step + 1, revision: 0 })) !== undefined
      if (!proposal.isLast && !isRepeated && (!isAtEnd || goesOn)) break
      const answer = proposal.answer ?? namedAnswer(proposal.text) ?? (isRepeated ? undefined : shortEnd(proposal.text))
      if (isRepeated && !proposal.isLast) {
        if (answer === undefined) return yield* new Repeats({ said: proposal.text })
        yield* tell({ type: "Degraded", why: "thread_repeats", detail: `thread ${thread}` })
      }
      return yield* conclude(run, { thread, plan, strategy, steps, context, proposal, answer, tested: decision.tested })
    }
  }
}) satisfies (
  run: RunContext,
  options: ThreadOptions
) => Effect.Effect<Conclusion, AskFailed | NoAnswer | Refuted | Repeats>

/**
 * Has the thinker of a conclusion that was refuted think its last step anew, in the light of the objection. What it then concludes;
 * `undefined` where it concludes nothing or cannot be asked.
 */
export const reconsider = Effect.fn("ThinkingThread.reconsider")(function* (
  run: RunContext,
  plan: Plan,
  { context, steps, strategy, thread }: Conclusion,
  counterexample: string
) {
  const last = steps.at(-1)
  if (last === undefined || run.pressure() >= Pressure.noValidation) return undefined
  const revision = last.revision + 1
  return yield* propose(run, {
    thread,
    plan,
    strategy,
    step: last.step,
    revision,
    context,
    mustConclude: true,
    objection: { previous: last.text, counterexample }
  }).pipe(
    Effect.flatMap((proposal) => {
      const revised = [...steps.slice(0, -1), { step: last.step, revision, text: proposal.text }]
      const answer = proposal.answer ?? namedAnswer(proposal.text)
      run.note({ type: "StepAccepted", thread, step: last.step, revision, tested: false, votes: noVotes })
      return conclude(run, { thread, plan, strategy, steps: revised, context, proposal, answer, tested: false }, true)
    }),
    Effect.catch(() => Effect.succeed(undefined))
  )
})

interface Proposed {
  readonly thread: number
  readonly plan: Plan
  readonly strategy: Strategy
  readonly step: number
  readonly revision: number
  readonly context: string
  readonly mustConclude: boolean
  readonly objection: Objection | undefined
}

/** Asks the thinker for a step. */
const propose = (
  { ask, prompts, request }: RunContext,
  { context, mustConclude, objection, plan, strategy, ...place }: Proposed
) => {
  const call = placeKey(place)
  return ask({
    key: call,
    role: "thinker",
    thread: place.thread,
    messages: prompts.thinker({
      request,
      strategy,
      form: plan.form,
      context,
      step: place.step,
      steps: request.settings.steps.max,
      maxLength: request.settings.steps.max_length,
      mustConclude,
      objection
    }),
    keep: 1,
    isReply: isProposal,
    read: (said, bill): Proposal | undefined => {
      const read = readStep(said.text)
      if (read === undefined) return undefined
      return {
        type: "StepProposed",
        ...place,
        call,
        bill,
        text: read.text,
        isLast: read.isLast,
        ...(read.answer === undefined ? {} : { answer: read.answer }),
        ...(read.confidence === undefined ? {} : { confidence: read.confidence })
      }
    }
  })
}

interface Concluding extends Pick<Conclusion, "thread" | "strategy" | "steps" | "context" | "tested"> {
  readonly plan: Plan
  readonly proposal: Proposal
  readonly answer: string | undefined
}

/** Ends a thread with its answer, or with the error that it gave none. */
const conclude = Effect.fnUntraced(function* (
  { request, tell }: RunContext,
  { answer, context, plan, proposal, steps, strategy, tested, thread }: Concluding,
  reconsidered = false
) {
  const isClosed = plan.form !== "open"
  if (isClosed && (answer === undefined || isNonAnswer(answer, plan.form, request.choices))) {
    return yield* new NoAnswer({ said: answer ?? proposal.text })
  }
  const said = answer ?? lastLine(proposal.text)
  const conclusion: Conclusion = {
    thread,
    strategy,
    steps,
    context,
    answer: said,
    normalised: normaliseAnswer(said, plan.form, request.choices),
    confidence: proposal.confidence ?? confidenceUnsaid,
    tested
  }
  yield* tell({
    type: "ThreadConcluded",
    thread,
    answer: said,
    normalised: conclusion.normalised,
    confidence: conclusion.confidence,
    tested,
    ...(reconsidered ? { reconsidered } : {})
  })
  return conclusion
})

const refutedBySums = (text: string): Verdict => ({
  passed: false,
  tested: true,
  votes: noVotes,
  counterexample: wrongSums(text)
    .map(({ said, value }) => `${said} ✗ → ${value}`)
    .join("\n")
})

const isDecision = (event: { readonly type: string }): event is StepDecision =>
  event.type === "StepAccepted" || event.type === "StepRevised" || event.type === "StepRejected"

// An answer at the end of a text that is not marked as one is short; a longer last line is more thought.
const longestBareAnswer = 60

const shortEnd = (text: string): string | undefined => {
  const line = lastLine(text)
  return line !== "" && line.length <= longestBareAnswer ? line : undefined
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.trim() ?? ""
