import { type Array as Arr, Context, Effect, Layer, Metric, Option, Queue, Stream } from "effect"
import type { SqlClient } from "effect/sql"
import { RequestId } from "../platform/RequestContext.ts"
import { collecting } from "../platform/telemetry/Collectors.ts"
import { noRunUsage, type RunUsage, withBill } from "./Bill.ts"
import type { NewRun } from "./NewRun.ts"
import type { RunId } from "./RunId.ts"
import { eventsPerPage, makeEventPages } from "./runs/eventPages.ts"
import { makeEventWriter } from "./runs/eventWriter.ts"
import { makeFollowers } from "./runs/followers.ts"
import { isOpen } from "./runs/RunRow.ts"
import { makeRunRows } from "./runs/runRows.ts"
import { endsRun, type LoggedEvent, type ThoughtEvent } from "./ThoughtEvent.ts"

// Another process may have written, too.
const atLeastEvery = "3 seconds"

/**
 * The events of all runs in SQL. What is appended is committed before anyone is shown it, so it outlives the process. A run has
 * one writer at a time, who numbers its events. A failing database is a defect.
 */
export class RunLog extends Context.Service<
  RunLog,
  {
    /** Opens the log of a new run. */
    readonly create: (run: NewRun) => Effect.Effect<void>
    /** Appends events, in their order; what several runs append at the same time is one transaction. */
    readonly append: (events: Arr.NonEmptyReadonlyArray<LoggedEvent>) => Effect.Effect<void>
    /** What the log holds after event `after` (0: all of it), read in pages. */
    readonly read: (id: RunId, after: number) => Stream.Stream<LoggedEvent>
    /** The same, and then what is appended; ends with the run. */
    readonly follow: (id: RunId, after: number) => Stream.Stream<LoggedEvent>
  }
>()("siku/thinking/RunLog") {
  static readonly layer: Layer.Layer<RunLog, never, SqlClient.SqlClient> = Layer.effect(
    RunLog,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const rows = yield* makeRunRows
  const pageAfter = yield* makeEventPages
  const followers = makeFollowers()
  const write = yield* makeEventWriter(followers.signal)

  // Of the runs under way here; of those that were taken up again it is read from their logs.
  const usages = new Map<RunId, RunUsage>()

  yield* collecting(Effect.suspend(() => Metric.update(inFlight, usages.size)))

  const read = (id: RunId, after: number): Stream.Stream<LoggedEvent> =>
    Stream.paginate(after, (after: number) =>
      Effect.map(pageAfter(id, after), (events) => [
        events,
        events.length < eventsPerPage ? Option.none() : Option.some(after + events.length)
      ])
    )

  const usageBefore = ({ run, seq }: LoggedEvent): Effect.Effect<RunUsage> => {
    const known = seq === 1 ? noRunUsage : usages.get(run)
    return known === undefined
      ? Stream.runFold(
          Stream.takeWhile(read(run, 0), (event) => event.seq < seq),
          () => noRunUsage,
          withEvent
        )
      : Effect.succeed(known)
  }

  const append = Effect.fnUntraced(function* (events: Arr.NonEmptyReadonlyArray<LoggedEvent>) {
    const [{ run }] = events
    const usage = events.reduce(withEvent, yield* usageBefore(events[0]))
    if (events.some(({ event }) => endsRun(event))) usages.delete(run)
    else usages.set(run, usage)
    yield* write({ events, usage })
    for (const { event } of events) yield* countEnd(event)
  }, Effect.uninterruptible)

  /** The next events, waited for as long as the run may bring some; none once it has ended. */
  const nextAfter = Effect.fnUntraced(function* (id: RunId, after: number, signals: Queue.Dequeue<void>) {
    for (;;) {
      const events = yield* pageAfter(id, after)
      if (events.length > 0) return events
      const row = yield* rows.find(id)
      // Its last event may have come between the two.
      if (row === undefined || !isOpen(row)) return yield* pageAfter(id, after)
      yield* Effect.timeoutOption(Queue.take(signals), atLeastEvery)
    }
  })

  const follow = (id: RunId, after: number): Stream.Stream<LoggedEvent> =>
    Stream.unwrap(
      Effect.map(followers.signalsOf(id), (signals) =>
        Stream.paginate(after, (after: number) =>
          Effect.map(nextAfter(id, after, signals), (events) => {
            const last = events.at(-1)
            return [events, last === undefined || endsRun(last.event) ? Option.none() : Option.some(last.seq)]
          })
        )
      )
    )

  return RunLog.of({
    create: Effect.fnUntraced(function* (run) {
      // One that waited for its turn has its row.
      if (run.background && (yield* rows.find(run.id)) !== undefined) return
      yield* rows.add(run, "running", yield* RequestId)
    }),
    append,
    read,
    follow
  })
})

const withEvent = (usage: RunUsage, { event }: LoggedEvent): RunUsage =>
  "bill" in event && event.bill !== undefined ? withBill(usage, event.bill) : usage

const inFlight = Metric.gauge("siku_runs_in_flight", { description: "Runs of the reasoning engine under way" })
const ended = (state: string) =>
  Metric.counter("siku_runs_total", {
    description: "Runs of the reasoning engine, by how they ended",
    incremental: true,
    attributes: { state }
  })
const ends = { Answered: ended("answered"), RunFailed: ended("failed"), RunCancelled: ended("cancelled") }

const countEnd = ({ type }: ThoughtEvent): Effect.Effect<void> =>
  type === "Answered" || type === "RunFailed" || type === "RunCancelled" ? Metric.update(ends[type], 1) : Effect.void
