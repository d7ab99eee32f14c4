import { Effect, Schema } from "effect"
import { findAnswer } from "./answers/findAnswer.ts"
import { normaliseAnswer } from "./answers/normaliseAnswer.ts"
import type { AskFailed } from "./AskFailed.ts"
import { placeKey } from "./Journal.ts"
import type { Plan } from "./Planner.ts"
import { Pressure } from "./pressure.ts"
import { readStep } from "./reading/readStep.ts"
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
  /** What others were refuted with, "" if nothing. */
  readonly warning: string
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
// A thread that loses its vote so often has nothing to say.
const mostRejections = 2

/** The steps of a thread lost their votes too often. */
export class Refuted extends Schema.TaggedError<Refuted>()("Refuted", { counterexample: Schema.String }) {}

/**
 * Thinks step by step until it is done. A step that loses its vote is thought anew in the light of the counterexample; one that loses
 * for good is taken back, and the thread goes on from the step before.
 */
export const think = Effect.fn("ThinkingThread.think")(function* (run: RunContext, options: ThreadOptions) {
  const { plan, progress, strategy, thread, warning } = options
  const { prompts, request, tell } = run
  const { settings } = request
  const language = prompts.languageOf(request)
  let steps: ReadonlyArray<Step> = []
  let summary: { readonly upTo: number; readonly text: string } | undefined
  let objection: Objection | undefined = warning === "" ? undefined : { previous: "", counterexample: warning }
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

  const propose = (step: number, revision: number, context: string, mustConclude: boolean) => {
    const call = placeKey({ thread, step, revision })
    return run.ask({
      key: call,
      role: "thinker",
      thread,
      messages: prompts.thinker({
        request,
        strategy,
        form: plan.form,
        context,
        step,
        steps: settings.steps.max,
        maxLength: settings.steps.max_length,
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
          thread,
          step,
          revision,
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

  const decide = Effect.fnUntraced(function* (proposal: Proposal, context: string) {
    const { revision, step, text } = proposal
    const place = { thread, step, revision }
    const known = run.journal.verdictOf(place, "verdict")
    if (known !== undefined && isDecision(known)) return known
    const verdict = (yield* wantsTest(run, plan, proposal))
      ? yield* judge(run, { ...place, context, text })
      : ({
          passed: true,
          tested: false,
          votes: { accept: 0, reject: 0, abstain: 0 },
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
      const proposal: Proposal = yield* propose(step, revision, context, isAtEnd)
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
      steps = [...steps, { step, revision, text: proposal.text }]
      progress.steps = steps
      // A run that is taken up again may find itself nearer to its end than it was, and further on.
      const goesOn = run.journal.callOf(placeKey({ thread, step: step + 1, revision: 0 })) !== undefined
      if (!proposal.isLast && (!isAtEnd || goesOn)) break
      const answer = proposal.answer ?? findAnswer(proposal.text) ?? lastLine(proposal.text)
      const conclusion: Conclusion = {
        thread,
        strategy,
        steps,
        context,
        answer,
        normalised: normaliseAnswer(answer, plan.form, request.choices),
        confidence: proposal.confidence ?? confidenceUnsaid,
        tested: decision.tested
      }
      yield* tell({
        type: "ThreadConcluded",
        thread,
        answer,
        normalised: conclusion.normalised,
        confidence: conclusion.confidence,
        tested: conclusion.tested
      })
      return conclusion
    }
  }
}) satisfies (run: RunContext, options: ThreadOptions) => Effect.Effect<Conclusion, AskFailed | Refuted>

const isDecision = (event: { readonly type: string }): event is StepDecision =>
  event.type === "StepAccepted" || event.type === "StepRevised" || event.type === "StepRejected"

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.trim() ?? ""
