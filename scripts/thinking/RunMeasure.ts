import { Effect, Stream } from "effect"
import { paidFor } from "../../src/thinking/Journal.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import type { ReasoningRequest } from "../../src/thinking/ReasoningRequest.ts"
import type { RunId } from "../../src/thinking/RunId.ts"
import { endsRun, type LoggedEvent } from "../../src/thinking/ThoughtEvent.ts"
import { criticalPath, type CriticalPath } from "./criticalPath.ts"

/** One run as whoever asked for it saw it; times in milliseconds. */
export interface RunMeasure {
  readonly run: RunId
  readonly firstEvent: number
  readonly wall: number
  /** Model calls, and the requests that were made for them. */
  readonly calls: number
  readonly attempts: number
  readonly path: CriticalPath
  readonly events: number
  /** Why it did not answer, or not in order; undefined where all is well. */
  readonly fault: string | undefined
}

/** Makes a run and measures it. A run that fails is measured too. */
export const measureRun = Effect.fnUntraced(function* (request: ReasoningRequest) {
  const reasoner = yield* Reasoner
  const run = yield* reasoner.makeId
  const startedAt = performance.now()
  let firstEvent = NaN
  const events: Array<LoggedEvent> = []
  const failure = yield* reasoner.run({ id: run, request, background: false }).pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        if (events.length === 0) firstEvent = performance.now() - startedAt
        events.push(event)
      })
    ),
    Effect.as(undefined),
    Effect.catch(({ message }) => Effect.succeed(message))
  )
  const bills = events.flatMap(({ event }) => paidFor(event)?.bill ?? [])
  return {
    run,
    firstEvent,
    wall: performance.now() - startedAt,
    calls: bills.length,
    attempts: bills.reduce((sum, { attempts }) => sum + attempts, 0),
    path: criticalPath(events),
    events: events.length,
    fault: failure ?? faultIn(events)
  } satisfies RunMeasure
})

/** What is wrong with the events of a run that has ended: a gap, or no end. */
export const faultIn = (events: ReadonlyArray<LoggedEvent>): string | undefined => {
  const gap = events.findIndex(({ seq }, at) => seq !== at + 1)
  if (gap >= 0) return `event ${gap + 1} is missing`
  const last = events.at(-1)
  return last !== undefined && endsRun(last.event) ? undefined : "it has no end"
}
