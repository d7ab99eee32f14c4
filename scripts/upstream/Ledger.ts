// What an upstream has seen: the requests, how each call ended, and who waits to hear of it.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import { boundedList } from "./BoundedList.ts"
import type { FaultKind } from "./Faults.ts"

/** "pending" until the reply has ended one way or another; it stays so if the upstream is closed first. */
export type Outcome = "pending" | "answered" | "faulted" | "aborted"

/** One request under `/v1`. The object is live: `outcome` and `endedAt` fill in as the call proceeds. */
export interface RecordedRequest {
  /** When the whole of it had arrived, in milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
  readonly fault: FaultKind | undefined
  readonly outcome: Outcome
  /** When the outcome was known, in milliseconds since the epoch. */
  readonly endedAt: number | undefined
}

/** The counters. All but `active` and `openSockets`, which say how things stand, count calls since the last reset. */
export interface UpstreamStats {
  readonly calls: number
  readonly active: number
  readonly openSockets: number
  readonly answered: number
  readonly faulted: number
  /** Calls whose client closed before the reply ended. */
  readonly aborted: number
}

/** A chat-completions call in progress. */
export interface Call {
  /** Counts from 0 since the last reset. */
  readonly index: number
  readonly met: (fault: FaultKind) => void
  /** Only the first end counts. */
  readonly end: (outcome: Outcome) => void
}

/** The books of one upstream. */
export interface Ledger {
  readonly begin: (request: IncomingMessage, body: unknown) => Call
  /** Records a request that is no call. */
  readonly note: (request: IncomingMessage, body: unknown) => void
  readonly socketOpened: () => void
  readonly socketClosed: () => void
  readonly stats: () => UpstreamStats
  readonly requests: () => ReadonlyArray<RecordedRequest>
  readonly abortedAt: () => ReadonlyArray<number>
  readonly when: (holds: (stats: UpstreamStats) => boolean) => Promise<void>
  readonly reset: () => void
  /** Rejects what still waits in `when`. */
  readonly close: () => void
}

interface Waiter {
  readonly holds: (stats: UpstreamStats) => boolean
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

type Draft = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }

const noCalls = { calls: 0, answered: 0, faulted: 0, aborted: 0 }

/** Empty books that keep the last `keepRequests` requests. */
export const makeLedger = (keepRequests: number): Ledger => {
  const requests = boundedList<RecordedRequest>(keepRequests)
  const abortedAt = boundedList<number>(keepRequests)
  const waiters = new Set<Waiter>()
  let counts = { ...noCalls }
  let active = 0
  let openSockets = 0
  let closed = false

  const stats = (): UpstreamStats => ({ ...counts, active, openSockets })

  const changed = () => {
    if (waiters.size === 0) return
    const now = stats()
    for (const waiter of waiters) {
      if (!waiter.holds(now)) continue
      waiters.delete(waiter)
      waiter.resolve()
    }
  }

  return {
    begin: (request, body) => {
      const draft = draftOf(request, body)
      // A call that ends after a reset is counted in the books it began in, which nobody reads any more.
      const began = counts
      const index = began.calls++
      let ended = false
      active++
      requests.push(draft)
      changed()
      return {
        index,
        met: (fault) => {
          draft.fault = fault
        },
        end: (outcome) => {
          if (ended) return
          ended = true
          active--
          draft.outcome = outcome
          draft.endedAt = Date.now()
          if (outcome !== "pending") began[outcome]++
          if (outcome === "aborted" && began === counts) abortedAt.push(draft.endedAt)
          changed()
        }
      }
    },
    note: (request, body) => {
      const draft = draftOf(request, body)
      requests.push({ ...draft, outcome: "answered", endedAt: draft.at })
    },
    socketOpened: () => {
      openSockets++
      changed()
    },
    socketClosed: () => {
      openSockets--
      changed()
    },
    stats,
    requests: requests.recent,
    abortedAt: abortedAt.recent,
    when: (holds) =>
      new Promise((resolve, reject) => {
        if (holds(stats())) resolve()
        else if (closed) reject(closedTooSoon())
        else waiters.add({ holds, resolve, reject })
      }),
    reset: () => {
      counts = { ...noCalls }
      requests.clear()
      abortedAt.clear()
      changed()
    },
    close: () => {
      closed = true
      for (const waiter of waiters) waiter.reject(closedTooSoon())
      waiters.clear()
    }
  }
}

const closedTooSoon = () => new Error("the upstream was closed before what was waited for happened")

const draftOf = (request: IncomingMessage, body: unknown): Draft => ({
  at: Date.now(),
  method: request.method ?? "",
  path: request.url ?? "",
  headers: request.headers,
  body,
  fault: undefined,
  outcome: "pending",
  endedAt: undefined
})
