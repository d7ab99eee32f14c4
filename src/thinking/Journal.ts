import { type Bill, noRunUsage, type RunUsage, withBill } from "./Bill.ts"
import type { CallKey, LoggedEvent, Planned, ThoughtEvent } from "./ThoughtEvent.ts"

/** Of an event that ends a model call: which one, and its bill. */
export const paidFor = (event: ThoughtEvent): { readonly call: CallKey; readonly bill: Bill } | undefined =>
  "bill" in event && event.bill !== undefined && event.call !== undefined
    ? { call: event.call, bill: event.bill }
    : undefined

interface Place {
  readonly thread: number
  readonly step: number
  readonly revision: number
}

export const placeKey = ({ revision, step, thread }: Place): string => `t${thread}/s${step}/r${revision}`

/**
 * What an event decides, so that it is decided once: a run that is taken up again comes by the same places and keeps to what
 * was decided there. `undefined` for events that say something each time.
 */
const decisionOf = (event: ThoughtEvent): string | undefined => {
  switch (event.type) {
    case "RunStarted":
    case "Planned":
      return event.type
    case "ThreadStarted":
      return `t${event.thread}/start`
    case "StepAccepted":
    case "StepRevised":
    case "StepRejected":
      return `${placeKey(event)}/verdict`
    case "ThreadConcluded":
      return event.reconsidered === true ? `t${event.thread}/reconsidered` : `t${event.thread}/end`
    case "ThreadFailed":
    case "ThreadStopped":
      return `t${event.thread}/end`
    case "Agreed":
    case "Disagreed":
      return `${event.type}/${JSON.stringify(event)}`
    case "Degraded":
      return `Degraded/${event.why}/${event.detail}`
    case "BudgetSpent":
      return `BudgetSpent/${event.what}`
    default:
      return undefined
  }
}

/** What the log of one run holds, by what its events decide and what they paid for. */
export interface Journal {
  /** Takes an event in; `false` where the same was decided already, and the event is not to be logged. */
  readonly take: (event: ThoughtEvent) => boolean
  /** How a call ended, unless it is to be made (again). */
  readonly callOf: (key: CallKey) => ThoughtEvent | undefined
  /** What was decided of a step, first by its thread, then when its thread's conclusion was put to the test. */
  readonly verdictOf: (place: Place, test: "verdict" | "test") => ThoughtEvent | undefined
  readonly endOf: (thread: number) => ThoughtEvent | undefined
  readonly planned: () => typeof Planned.Type | undefined
  /** Whether less was done than was asked for. */
  readonly isDegraded: () => boolean
  /** The highest number of a thread that was started. */
  readonly threads: () => number
  readonly usage: () => RunUsage
  /** Calls that were started and of which no end is known. */
  readonly open: () => ReadonlyArray<Extract<ThoughtEvent, { readonly type: "CallStarted" }>>
}

export const makeJournal = (logged: Iterable<LoggedEvent> = []): Journal => {
  const calls = new Map<CallKey, ThoughtEvent>()
  const decisions = new Map<string, ThoughtEvent>()
  const open = new Map<CallKey, Extract<ThoughtEvent, { readonly type: "CallStarted" }>>()
  let planned: typeof Planned.Type | undefined
  let isDegraded = false
  let threads = 0
  let usage = noRunUsage

  const decided = (event: ThoughtEvent): boolean => {
    const key = decisionOf(event)
    if (key === undefined) return true
    // A step's second verdict is that of the test of its thread's conclusion.
    const free = !decisions.has(key) ? key : key.endsWith("/verdict") ? key.replace(/verdict$/, "test") : undefined
    if (free === undefined || decisions.has(free)) return false
    decisions.set(free, event)
    return true
  }

  const take = (event: ThoughtEvent): boolean => {
    if (!decided(event)) return false
    if (event.type === "CallStarted") open.set(event.call, event)
    if (event.type === "Degraded") isDegraded = true
    if (event.type === "Planned") planned = event
    if (event.type === "ThreadStarted") threads = Math.max(threads, event.thread)
    const paid = paidFor(event)
    if (paid !== undefined) {
      open.delete(paid.call)
      usage = withBill(usage, paid.bill)
      const isFinal = event.type !== "CallFailed" || (event.reason !== "interrupted" && event.reason !== "lost")
      if (isFinal) calls.set(paid.call, event)
    }
    return true
  }

  for (const { event } of logged) take(event)
  return {
    take,
    callOf: (key) => calls.get(key),
    verdictOf: (place, test) => decisions.get(`${placeKey(place)}/${test}`),
    planned: () => planned,
    endOf: (thread) => decisions.get(`t${thread}/end`),
    isDegraded: () => isDegraded,
    threads: () => threads,
    usage: () => usage,
    open: () => [...open.values()]
  }
}
