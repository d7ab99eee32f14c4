// A run as its events tell it. The console, the command line, the chat endpoint and the evaluation all read this state, so that
// they agree.
import type { WhyClosed } from "../accounts/WhyClosed.ts"
import { noRunUsage, type RunUsage, withBill } from "./Bill.ts"
import type { ReasoningRequest } from "./ReasoningRequest.ts"
import type { RunStatus } from "./runs/RunRow.ts"
import { foldThread, newThread, type ThreadState } from "./runs/ThreadState.ts"
import type { LoggedEvent, ThinkingRole, ThoughtEvent } from "./ThoughtEvent.ts"

type Event<Type extends ThoughtEvent["type"]> = Extract<ThoughtEvent, { readonly type: Type }>

/** Times are milliseconds since 1970. */
export interface RunState {
  /** Of the last event; 0 before the first. */
  readonly seq: number
  readonly status: RunStatus
  readonly request: ReasoningRequest | undefined
  readonly background: boolean
  readonly plan: Pick<Event<"Planned">, "difficulty" | "form" | "strategies" | "by"> | undefined
  /** In the order they started. */
  readonly threads: ReadonlyArray<ThreadState>
  /** Model calls under way. */
  readonly openCalls: ReadonlyArray<{
    readonly call: string
    readonly role: ThinkingRole
    readonly thread: number | undefined
  }>
  /** What the threads' conclusions were found to say last: one answer, or several. */
  readonly answers: ReadonlyArray<{ readonly normalised: string; readonly threads: ReadonlyArray<number> }>
  /** The answer as it is being written. */
  readonly fusion: { readonly kind: Event<"FusionStarted">["kind"]; readonly text: string } | undefined
  readonly outcome: Pick<Event<"Answered">, "text" | "answer" | "confidence" | "degraded" | "finish"> | undefined
  readonly failure:
    | { readonly reason: Event<"RunFailed">["reason"] | "owner_closed"; readonly detail: string }
    | undefined
  /** What less was done than was asked for. */
  readonly degraded: ReadonlyArray<Pick<Event<"Degraded">, "why" | "detail">>
  readonly usage: RunUsage
  /** Limits that were reached. */
  readonly spent: ReadonlyArray<Pick<Event<"BudgetSpent">, "what" | "limit" | "used">>
  /** How often it was taken up again. */
  readonly resumed: number
  readonly startedAt: number | undefined
  readonly updatedAt: number | undefined
  readonly endedAt: number | undefined
}

/** In words, for whoever may still see the run. */
export const ownerClosed: Readonly<Record<WhyClosed, string>> = {
  key_closed: "the key that it was asked for with was revoked or has expired",
  inactive: "the user or the account that it was asked for by is not active any more"
}

/** Before the first event: the run waits. */
export const emptyRun: RunState = {
  seq: 0,
  status: "queued",
  request: undefined,
  background: false,
  plan: undefined,
  threads: [],
  openCalls: [],
  answers: [],
  fusion: undefined,
  outcome: undefined,
  failure: undefined,
  degraded: [],
  usage: noRunUsage,
  spent: [],
  resumed: 0,
  startedAt: undefined,
  updatedAt: undefined,
  endedAt: undefined
}

/** The run with one more event. What tells of a thread that never started is left out. */
export const fold = (state: RunState, { at, event, seq }: LoggedEvent): RunState => {
  const told = { ...withPaid(state, event), seq, updatedAt: at }
  switch (event.type) {
    case "RunStarted":
      return { ...told, status: "running", request: event.request, background: event.background, startedAt: at }
    case "RunResumed":
      return { ...told, resumed: state.resumed + 1 }
    case "CallStarted":
      return {
        ...told,
        openCalls: [...state.openCalls, { call: event.call, role: event.role, thread: event.thread }]
      }
    case "CallFailed":
      return told
    case "Planned": {
      const { by, difficulty, form, strategies } = event
      return { ...told, plan: { difficulty, form, strategies, by } }
    }
    case "ThreadStarted":
      return { ...told, threads: [...state.threads.filter(({ thread }) => thread !== event.thread), newThread(event)] }
    case "Agreed":
      return { ...told, answers: [{ normalised: event.normalised, threads: event.threads }] }
    case "Disagreed":
      return { ...told, answers: event.answers }
    case "FusionStarted":
      return { ...told, fusion: { kind: event.kind, text: "" } }
    case "FusionDelta":
      return state.fusion === undefined
        ? told
        : { ...told, fusion: { kind: state.fusion.kind, text: state.fusion.text + event.text } }
    case "Answered": {
      const { answer, confidence, degraded, finish, text } = event
      const outcome = { text, confidence, degraded, finish, ...(answer === undefined ? {} : { answer }) }
      return { ...told, status: "answered", outcome, endedAt: at }
    }
    case "Degraded":
      return { ...told, degraded: [...state.degraded, { why: event.why, detail: event.detail }] }
    case "BudgetSpent":
      return { ...told, spent: [...state.spent, { what: event.what, limit: event.limit, used: event.used }] }
    case "RunFailed":
      return { ...told, status: "failed", failure: { reason: event.reason, detail: event.detail }, endedAt: at }
    case "RunCancelled":
      return {
        ...told,
        status: "cancelled",
        endedAt: at,
        ...(event.owner === undefined
          ? {}
          : { failure: { reason: "owner_closed" as const, detail: ownerClosed[event.owner] } })
      }
    default: {
      const index = state.threads.findIndex(({ thread }) => thread === event.thread)
      const thread = state.threads[index]
      return thread === undefined ? told : { ...told, threads: state.threads.with(index, foldThread(thread, event)) }
    }
  }
}

const withPaid = (state: RunState, event: ThoughtEvent): RunState => {
  if (!("bill" in event) || event.bill === undefined) return state
  return {
    ...state,
    usage: withBill(state.usage, event.bill),
    openCalls: state.openCalls.filter(({ call }) => call !== event.call)
  }
}
