import { Cause, Clock, Context, Effect, Exit, Fiber, FiberMap, Layer, Option, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { UnderWay } from "../../accounts/UnderWay.ts"
import type { WhyClosed } from "../../accounts/WhyClosed.ts"
import { CurrentRoute, CurrentUser, maySee } from "../../platform/Caller.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { type HowItEnds, LeaveOpen } from "../LeaveOpen.ts"
import { Reasoner } from "../Reasoner.ts"
import type { ReasoningError } from "../ReasoningError.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import type { RunId } from "../RunId.ts"
import { RunLog } from "../RunLog.ts"
import { emptyRun, fold, type RunState } from "../RunState.ts"
import { cancelled, type LoggedEvent, type ThoughtEvent } from "../ThoughtEvent.ts"
import { RunAttended, RunEnded, type TooManyRuns, UnknownRun } from "./errors.ts"
import { makeFairTurns } from "./FairTurns.ts"
import { ownerOf } from "./ownerOf.ts"
import { isOpen, type RunRow, type RunStatus } from "./RunRow.ts"
import { accountOf, makeRunPlaces } from "./RunPlaces.ts"
import { makeRunRows } from "./runRows.ts"

/** Background runs under way at the same time; the others wait for a turn, which each account gets as often as the others. */
export const mostRunning = 64
/** Background runs that are under way or wait; more are refused, and of one owner half of that. */
export const mostOpen = 1064

/** A run, and what its events tell of it. */
export interface RunView {
  readonly row: RunRow
  readonly state: RunState
}

/**
 * The runs there are, for who asks (`CurrentUser`): those of other accounts do not exist for them. Those in the background go on when nobody
 * listens, and after a restart, as runs of who asked for them. A failing database is a defect.
 */
export class Runs extends Context.Service<
  Runs,
  {
    /** Takes a run on in the background; it is stored when this succeeds. */
    readonly submit: (
      request: ReasoningRequest,
      options: { readonly requestId: string }
    ) => Effect.Effect<RunRow, TooManyRuns>
    readonly find: (id: string) => Effect.Effect<RunView, UnknownRun>
    /** Those of the caller's account, of all for who manages; the newest first, those before `before` (an id) where it is given. */
    readonly list: (options: {
      readonly limit: number
      readonly before?: string | undefined
      readonly state?: RunStatus | undefined
    }) => Effect.Effect<ReadonlyArray<RunRow>>
    /** Ends a run in the background with all its model calls; succeeds once its log says so. */
    readonly cancel: (id: string) => Effect.Effect<RunRow, UnknownRun | RunEnded | RunAttended>
    /** The events after number `after` (0: all), those in the log and those to come; ends with the run. */
    readonly follow: (id: string, after: number) => Effect.Effect<Stream.Stream<LoggedEvent>, UnknownRun>
    /** Whether nothing comes after event `after` any more. */
    readonly isOver: (id: string, after: number) => Effect.Effect<boolean, UnknownRun>
  }
>()("siku/thinking/runs/Runs") {
  static readonly layer: Layer.Layer<Runs, never, LiveSettings | Reasoner | RunLog | SqlClient.SqlClient | UnderWay> =
    Layer.effect(
      Runs,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const reasoner = yield* Reasoner
  const log = yield* RunLog
  const rows = yield* makeRunRows
  const live = yield* LiveSettings
  const underWay = yield* UnderWay
  const turns = makeFairTurns(mostRunning)
  const places = makeRunPlaces(mostOpen)
  const fibers = yield* FiberMap.make<RunId>()

  // Runs that the end of the service interrupts go on at its next start. Comes before the fibers' own end.
  const leaving = { current: false }
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      leaving.current = true
    })
  )

  const rowOf = Effect.fnUntraced(function* (id: string) {
    const row = yield* rows.find(id)
    return row !== undefined && maySee(yield* CurrentUser, row.account_id) ? row : yield* new UnknownRun({ id })
  })

  /** Ends a run that nobody thinks on any more. */
  const end = Effect.fnUntraced(function* (id: RunId, event: ThoughtEvent) {
    const seq = (yield* rows.lastSeq(id)) + 1
    const at = yield* Clock.currentTimeMillis
    yield* log
      .append([{ run: id, seq, at, event }])
      .pipe(
        Effect.catchCause((cause) =>
          Effect.andThen(
            Effect.logError("the log of a run cannot be used", cause).pipe(Effect.annotateLogs({ run: id })),
            rows.abandon(id, "its log cannot be used")
          )
        )
      )
  })

  /**
   * Thinks a run through, and leaves it ended whatever comes, but for the end of the service. It ends also where who asked for it is
   * closed: before it is begun, or in the middle of it.
   */
  const carry = (
    row: RunRow,
    events: Stream.Stream<LoggedEvent, ReasoningError>,
    giveBack: () => void
  ): Effect.Effect<void> =>
    Effect.withFiber((fiber) => {
      const { id, request_id, route } = row
      const owner = ownerOf(row)
      let ownerClosed: WhyClosed | undefined
      const ending: HowItEnds = {
        get current() {
          return leaving.current && ownerClosed === undefined
        },
        get ownerClosed() {
          return ownerClosed
        }
      }
      const close = (why: WhyClosed) => {
        ownerClosed = why
        fiber.interruptUnsafe()
      }
      const leave = underWay.add(owner, close)
      const checked = Effect.flatMap(underWay.whyClosed(owner), (why) => {
        // What others leave behind as the service ends is not begun.
        if (leaving.current) return Effect.interrupt
        return why === undefined
          ? Effect.void
          : Effect.andThen(
              Effect.sync(() => close(why)),
              Effect.never
            )
      })
      return turns.inTurn(accountOf(owner), Effect.andThen(checked, Stream.runDrain(events))).pipe(
        Effect.provideService(LeaveOpen, ending),
        Effect.provideService(RequestId, request_id),
        Effect.provideService(CurrentUser, owner),
        Effect.provideService(CurrentRoute, route ?? ""),
        Effect.onExit((exit) => settle(id, exit, ending)),
        Effect.ensuring(
          Effect.sync(() => {
            leave()
            giveBack()
          })
        ),
        Effect.ignore
      )
    })

  const settle = Effect.fnUntraced(
    function* (id: RunId, exit: Exit.Exit<void, ReasoningError>, ending: HowItEnds) {
      const isInterrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      if (isInterrupted && ending.current) return
      if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) {
        yield* Effect.logError("a run failed", exit.cause).pipe(Effect.annotateLogs({ run: id }))
      }
      const row = yield* rows.find(id)
      if (row === undefined || !isOpen(row)) return
      yield* end(id, isInterrupted ? cancelled(ending) : aDefect)
    },
    Effect.tapCause((cause) => Effect.logError("a run could not be ended", cause))
  )

  const fork = (row: RunRow, events: Stream.Stream<LoggedEvent, ReasoningError>, giveBack: () => void) =>
    // At once, so that they begin in order, and none is cancelled before it can say so.
    FiberMap.run(fibers, row.id, carry(row, events, giveBack), { startImmediately: true })

  const fromQueue = (id: RunId) =>
    Stream.unwrap(
      Effect.map(rows.requestOf(id), (request) =>
        request === undefined ? Stream.empty : reasoner.run({ id, request, background: true })
      )
    )

  const takeUp = (row: RunRow): Effect.Effect<unknown> => {
    if (!row.background) return end(row.id, interrupted)
    const events = row.state === "queued" ? fromQueue(row.id) : reasoner.resume(row.id)
    return fork(row, events, places.occupy(ownerOf(row)))
  }
  // Before anybody can ask for a new one.
  yield* Effect.flatMap(rows.open, Effect.forEach(takeUp, { discard: true }))

  const submit = Effect.fn("Runs.submit")(function* (
    request: ReasoningRequest,
    { requestId }: { readonly requestId: string }
  ) {
    const giveBack = yield* places.take(yield* CurrentUser, live.current.thinking)
    const id = yield* reasoner.makeId
    const row = yield* rows.add({ id, request, background: true }, "queued", requestId).pipe(
      Effect.andThen(Effect.orDie(rowOf(id))),
      Effect.onError(() => Effect.sync(giveBack))
    )
    yield* fork(row, reasoner.run({ id, request, background: true }), giveBack)
    return row
  }, Effect.uninterruptible)

  const find = Effect.fn("Runs.find")(function* (id: string) {
    const row = yield* rowOf(id)
    const state = yield* Stream.runFold(log.read(row.id, 0), () => emptyRun, fold)
    return { row, state }
  })

  const cancel = Effect.fn("Runs.cancel")(function* (id: string) {
    const row = yield* rowOf(id)
    if (!isOpen(row)) return yield* new RunEnded({ id })
    if (!row.background) return yield* new RunAttended({ id })
    const fiber = yield* FiberMap.get(fibers, row.id)
    if (Option.isSome(fiber)) yield* Fiber.interrupt(fiber.value)
    const after = yield* rowOf(id)
    return after.state === "cancelled" ? after : yield* new RunEnded({ id })
  })

  return Runs.of({
    submit,
    find,
    list: Effect.fn("Runs.list")(function* ({ before, limit, state }) {
      const { accountId, scopes } = yield* CurrentUser
      return yield* rows.list({ limit, before, state, account: scopes.has("admin") ? undefined : accountId })
    }),
    cancel,
    isOver: Effect.fn("Runs.isOver")(function* (id, after) {
      const row = yield* rowOf(id)
      return !isOpen(row) && (yield* rows.lastSeq(row.id)) <= after
    }),
    follow: (id, after) => Effect.map(rowOf(id), (row) => log.follow(row.id, after))
  })
})

const interrupted = {
  type: "RunFailed",
  reason: "interrupted",
  detail: "the service ended before the run did"
} as const
const aDefect = {
  type: "RunFailed",
  reason: "defect",
  detail: "something went wrong here; the log of the service says what"
} as const
