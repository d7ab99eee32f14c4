// What happens in a run, in the order it happens. The log of these events is the run: its state, its bill, what a client is
// shown and what is left to do after a crash are all read from them, so everything that a model was paid for is in here.
import { Schema } from "effect"
import { WhyClosed } from "../accounts/WhyClosed.ts"
import { AnswerForm } from "./AnswerForm.ts"
import { Bill } from "./Bill.ts"
import type { HowItEnds } from "./LeaveOpen.ts"
import { ReasoningRequest } from "./ReasoningRequest.ts"
import { RunId } from "./RunId.ts"

/** The part that a model plays. */
export const ThinkingRole = Schema.Literals(["planner", "thinker", "summarizer", "challenger", "voter", "fusion"])
export type ThinkingRole = typeof ThinkingRole.Type

/**
 * The name of a model call within its run, the same whenever the run comes to it again: `plan`, `t2/s3/r0`, `t2/s3/r0/c1`,
 * `t2/s3/r0/v2`, `t2/m5`, `fusion`.
 */
export const CallKey = Schema.String
export type CallKey = string

const Confidence = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Thread = Schema.Int
/** Where a step stands: the thread, the step from 1, and how often it was revised. */
const Place = { thread: Thread, step: Schema.Int, revision: Schema.Int }
/** A call that ended well, and what it came to. */
const Paid = { call: CallKey, bill: Bill }

export const Strategy = Schema.Struct({
  name: Schema.String,
  /** What the thinker is told to do. */
  hint: Schema.String
})
export type Strategy = typeof Strategy.Type

export const RunStarted = Schema.Struct({
  type: Schema.tag("RunStarted"),
  request: ReasoningRequest,
  background: Schema.Boolean
})
/** The process had ended in between. `lost` calls were under way: what came of them is not known. */
export const RunResumed = Schema.Struct({ type: Schema.tag("RunResumed"), lost: Schema.Array(CallKey) })

/** A model is about to be asked. */
export const CallStarted = Schema.Struct({
  type: Schema.tag("CallStarted"),
  call: CallKey,
  role: ThinkingRole,
  thread: Schema.optionalKey(Thread)
})
/** `reason`: that of the provider error, `interrupted` where nobody wanted the reply any more, or `lost` with the process. */
export const CallFailed = Schema.Struct({
  type: Schema.tag("CallFailed"),
  ...Paid,
  role: ThinkingRole,
  reason: Schema.String,
  detail: Schema.String
})

export const Planned = Schema.Struct({
  type: Schema.tag("Planned"),
  difficulty: Schema.Literals(["trivial", "easy", "medium", "hard"]),
  form: AnswerForm,
  /** One for each thread there may be, in the order they are taken. */
  strategies: Schema.Array(Strategy),
  /** `rule`: no model was asked, or what it said was no plan. */
  by: Schema.Literals(["model", "rule"]),
  call: Schema.optionalKey(CallKey),
  bill: Schema.optionalKey(Bill)
})

export const ThreadStarted = Schema.Struct({ type: Schema.tag("ThreadStarted"), thread: Thread, strategy: Strategy })
export const StepProposed = Schema.Struct({
  type: Schema.tag("StepProposed"),
  ...Place,
  ...Paid,
  text: Schema.String,
  isLast: Schema.Boolean,
  /** With the last step. */
  answer: Schema.optionalKey(Schema.String),
  /** What the thinker said of itself. */
  confidence: Schema.optionalKey(Confidence)
})
/** A challenger has looked at a step. */
export const Challenged = Schema.Struct({
  type: Schema.tag("Challenged"),
  ...Place,
  ...Paid,
  challenger: Schema.Int,
  found: Schema.Boolean,
  counterexample: Schema.String
})
export const Vote = Schema.Literals(["accept", "reject", "abstain"])
export type Vote = typeof Vote.Type
export const Voted = Schema.Struct({
  type: Schema.tag("Voted"),
  ...Place,
  ...Paid,
  voter: Schema.Int,
  vote: Vote,
  reason: Schema.String
})
const Tally = Schema.Struct({ accept: Schema.Int, reject: Schema.Int, abstain: Schema.Int })
/** The step stands; `tested`: after a challenge or a vote. */
export const StepAccepted = Schema.Struct({
  type: Schema.tag("StepAccepted"),
  ...Place,
  tested: Schema.Boolean,
  votes: Tally
})
/** The step lost its vote and is thought anew in the light of the counterexample. */
export const StepRevised = Schema.Struct({
  type: Schema.tag("StepRevised"),
  ...Place,
  votes: Tally,
  counterexample: Schema.String
})
/** The step lost its vote for good: the thread goes on from the step before. */
export const StepRejected = Schema.Struct({
  type: Schema.tag("StepRejected"),
  ...Place,
  votes: Tally,
  counterexample: Schema.String
})
/** The steps up to and including this one in fewer words. */
export const Summarised = Schema.Struct({
  type: Schema.tag("Summarised"),
  ...Paid,
  thread: Thread,
  upTo: Schema.Int,
  text: Schema.String
})
export const ThreadConcluded = Schema.Struct({
  type: Schema.tag("ThreadConcluded"),
  thread: Thread,
  answer: Schema.String,
  /** As it is compared: letters of options, a number, `true` or `false`, folded words. Empty where it cannot be. */
  normalised: Schema.String,
  confidence: Confidence,
  /** Whether its last step was tested. */
  tested: Schema.Boolean,
  /** Its conclusion was refuted, and this is what it came to in the light of the objection. */
  reconsidered: Schema.optionalKey(Schema.Boolean)
})
export const ThreadFailed = Schema.Struct({
  type: Schema.tag("ThreadFailed"),
  thread: Thread,
  reason: Schema.String,
  detail: Schema.String
})
/** Others were enough, or there is nothing left to pay it with. */
export const ThreadStopped = Schema.Struct({
  type: Schema.tag("ThreadStopped"),
  thread: Thread,
  why: Schema.Literals(["agreed", "straggler", "budget"])
})

export const Agreed = Schema.Struct({
  type: Schema.tag("Agreed"),
  threads: Schema.Array(Thread),
  normalised: Schema.String
})
export const Disagreed = Schema.Struct({
  type: Schema.tag("Disagreed"),
  answers: Schema.Array(Schema.Struct({ normalised: Schema.String, threads: Schema.Array(Thread) }))
})

/** What comes in deltas begins here; begun anew, what came before counts no longer. */
export const FusionStarted = Schema.Struct({
  type: Schema.tag("FusionStarted"),
  kind: Schema.Literals(["direct", "intelligent", "concat", "consensus", "vote"])
})
export const FusionDelta = Schema.Struct({ type: Schema.tag("FusionDelta"), text: Schema.String })
/** The run has its answer. A call and its bill where a model wrote it. */
export const Answered = Schema.Struct({
  type: Schema.tag("Answered"),
  text: Schema.String,
  /** The answer alone, where the question is closed. */
  answer: Schema.optionalKey(Schema.String),
  confidence: Confidence,
  degraded: Schema.Boolean,
  /** Why the text ended: `length` where a limit cut it short. */
  finish: Schema.Literals(["stop", "length", "filter", "other"]),
  call: Schema.optionalKey(CallKey),
  bill: Schema.optionalKey(Bill)
})

/** Less was done than was asked for, and why. */
export const Degraded = Schema.Struct({
  type: Schema.tag("Degraded"),
  why: Schema.Literals([
    "plan_failed",
    "thread_failed",
    "thread_repeats",
    "no_answer",
    "challenge_failed",
    "vote_failed",
    "summary_failed",
    "fusion_failed",
    "validation_skipped",
    "fewer_steps",
    "fewer_threads",
    "no_fusion"
  ]),
  detail: Schema.String
})
export const BudgetSpent = Schema.Struct({
  type: Schema.tag("BudgetSpent"),
  what: Schema.Literals(["calls", "tokens", "cost", "deadline"]),
  limit: Schema.Finite,
  used: Schema.Finite
})
export const RunFailed = Schema.Struct({
  type: Schema.tag("RunFailed"),
  reason: Schema.Literals(["no_model", "models_failed", "budget", "interrupted", "defect"]),
  detail: Schema.String
})
export const RunCancelled = Schema.Struct({
  type: Schema.tag("RunCancelled"),
  /** Where it was ended because who asked for it may not any more. */
  owner: Schema.optionalKey(WhyClosed)
})

export const ThoughtEvent = Schema.Union([
  RunStarted,
  RunResumed,
  CallStarted,
  CallFailed,
  Planned,
  ThreadStarted,
  StepProposed,
  Challenged,
  Voted,
  StepAccepted,
  StepRevised,
  StepRejected,
  Summarised,
  ThreadConcluded,
  ThreadFailed,
  ThreadStopped,
  Agreed,
  Disagreed,
  FusionStarted,
  FusionDelta,
  Answered,
  Degraded,
  BudgetSpent,
  RunFailed,
  RunCancelled
]).annotate({ identifier: "ThoughtEvent" })
export type ThoughtEvent = typeof ThoughtEvent.Type

/** An event in its log: `seq` counts from 1 without a gap, `at` is milliseconds since 1970. */
export const LoggedEvent = Schema.Struct({
  run: RunId,
  seq: Schema.Int,
  at: Schema.Finite,
  event: ThoughtEvent
}).annotate({ identifier: "LoggedEvent" })
export type LoggedEvent = typeof LoggedEvent.Type

/** The end of a run that is wanted no more, or whose owner is closed. */
export const cancelled = ({ ownerClosed }: HowItEnds): typeof RunCancelled.Type =>
  ownerClosed === undefined ? { type: "RunCancelled" } : { type: "RunCancelled", owner: ownerClosed }

/** Whether nothing comes after it. */
export const endsRun = ({ type }: ThoughtEvent): boolean =>
  type === "Answered" || type === "RunFailed" || type === "RunCancelled"
