// What a run could not have been faster than: the model calls that had to wait for each other.
import { paidFor } from "../../src/thinking/Journal.ts"
import type { LoggedEvent } from "../../src/thinking/ThoughtEvent.ts"

/** A call that a run waited for; times in milliseconds since 1970. */
interface Call {
  readonly thread: number | undefined
  /** Whether its thread had concluded already: it waited for others, too. */
  readonly isAfterwards: boolean
  readonly startedAt: number
  readonly endedAt: number
  /** Of the call alone. */
  readonly millis: number
}

/** A chain of calls: how many, and how long they took together. */
export interface CriticalPath {
  readonly calls: number
  readonly millis: number
}

/**
 * The chain of calls that led to a run's last one. A call waits for the last that had ended before it began: of its own thread,
 * or of any where it is the first of its thread, comes after its conclusion, or belongs to none. Calls that nobody wanted any
 * more were not waited for.
 */
export const criticalPath = (events: ReadonlyArray<LoggedEvent>): CriticalPath => {
  const calls = callsOf(events)
  const firsts = new Set([...Map.groupBy(calls, ({ thread }) => thread).values()].map((calls) => calls[0]))
  let path: CriticalPath = { calls: 0, millis: 0 }
  let at = lastOf(calls)
  while (at !== undefined) {
    const call: Call = at
    path = { calls: path.calls + 1, millis: path.millis + call.millis }
    const isFree = call.thread === undefined || call.isAfterwards || firsts.has(call)
    at = lastOf(
      calls.filter(
        (other) =>
          other !== call &&
          other.endedAt <= call.startedAt &&
          (isFree || other.thread === call.thread) &&
          startsBefore(other, call)
      )
    )
  }
  return path
}

// A call of no time at all must not wait for itself.
const startsBefore = (one: Call, other: Call): boolean => one.startedAt < other.startedAt || one.endedAt < other.endedAt

const lastOf = (calls: ReadonlyArray<Call>): Call | undefined =>
  calls.reduce<Call | undefined>(
    (last, call) => (last === undefined || call.endedAt > last.endedAt ? call : last),
    undefined
  )

const callsOf = (events: ReadonlyArray<LoggedEvent>): ReadonlyArray<Call> => {
  const started = new Map<string, Pick<Call, "thread" | "isAfterwards" | "startedAt">>()
  const concluded = new Set<number>()
  const calls: Array<Call> = []
  for (const { at, event } of events) {
    if (event.type === "ThreadConcluded") concluded.add(event.thread)
    if (event.type === "CallStarted") {
      const { thread } = event
      started.set(event.call, { thread, isAfterwards: thread !== undefined && concluded.has(thread), startedAt: at })
    }
    const paid = paidFor(event)
    const start = paid && started.get(paid.call)
    if (paid === undefined || start === undefined) continue
    if (event.type === "CallFailed" && event.reason === "interrupted") continue
    calls.push({ ...start, endedAt: at, millis: paid.bill.elapsed_ms })
  }
  return calls.toSorted((a, b) => a.startedAt - b.startedAt)
}
