// One cell: a call to an upstream of its own through a client of its own, and what both have to say of it.
import { Cause, Clock, Deferred, Duration, Effect, Exit, Fiber, Metric, Option, Scope, Stream } from "effect"
import { AttemptListener, type CallOutcome } from "../../src/providers/accounting/CallRecord.ts"
import type { ChatModel, ChatRequest, FinishReason } from "../../src/providers/ChatModel.ts"
import type { ProviderError } from "../../src/providers/ProviderError.ts"
import { upstream } from "../upstream/UpstreamLayer.ts"
import type { UpstreamStats } from "../upstream/Ledger.ts"
import type { Cell } from "./Cell.ts"
import { makeCellModel } from "./CellModel.ts"
import { makeFiberCount } from "./FiberCount.ts"
import type { Found } from "./Found.ts"
import { longestClose } from "./Judge.ts"
import { outcomeOf } from "./Outcome.ts"
import { refusingPort } from "./RefusingPort.ts"

// Half of it holds whole events in every family.
const answer = "二，因为一加一等于二。".repeat(8)
const request: ChatRequest = { messages: [{ role: "user", content: "1+1?" }] }

// Where nothing stalls, time must not be what ends a call, however busy the machine is.
const ample = { timeout: Duration.seconds(5), stallTimeout: Duration.seconds(5) }
// They differ, so that the one is not taken for the other.
const short = { timeout: Duration.millis(500), stallTimeout: Duration.millis(300) }
const longestCall = Duration.seconds(10)

/** Runs a cell; `alter` stands between the caller and the model. Nothing of it is left afterwards. */
export const runCell = (cell: Cell, alter: (model: ChatModel) => ChatModel = (model) => model): Effect.Effect<Found> =>
  Effect.scoped(run(cell, alter))

const run = Effect.fnUntraced(function* ({ family, fault, mode }: Cell, alter: (model: ChatModel) => ChatModel) {
  const server = yield* upstream({
    fallback: fault.upstream === "refused" ? "ok" : fault.upstream,
    answer: () => answer
  })
  const port = fault.upstream === "refused" ? yield* refusingPort : server.port
  const fibers = makeFiberCount()
  const counted = Effect.provideService(Metric.FiberRuntimeMetrics, fibers.service)
  const clientScope = yield* Scope.fork(yield* Effect.scope)
  const begun = yield* Deferred.make<void>()
  const begin = Deferred.succeed(begun, undefined)
  const model = yield* makeCellModel({
    family,
    port,
    ...(fault.endedBy === "caller" && !fault.callerLeaves ? short : ample),
    onHeaders: mode === "whole" ? begin : Effect.void
  }).pipe(Scope.provide(clientScope), counted, Effect.map(alter))

  const attempts: Array<CallOutcome> = []
  let finish: FinishReason | undefined
  const told = (reason: FinishReason) => {
    finish = reason
  }
  const call =
    mode === "whole"
      ? Effect.map(model.complete(request), (reply) => told(reply.finish))
      : Stream.runForEach(model.stream(request), (event) => {
          if (event._tag === "Finish") told(event.reason)
          return begin
        })
  const calling = yield* Effect.forkChild(call).pipe(
    Effect.provideService(AttemptListener, ({ outcome }) => void attempts.push(outcome)),
    counted
  )
  const leftAt = fault.callerLeaves ? yield* leave(calling, Deferred.await(begun)) : undefined
  const exit = yield* Effect.timeoutOption(Fiber.await(calling), longestCall)
  const endedAt = leftAt ?? (yield* Clock.currentTimeMillis)
  if (Option.isNone(exit)) yield* Fiber.interrupt(calling)

  const until = (holds: (stats: UpstreamStats) => boolean) => soon(Effect.promise(() => server.when(holds)))
  yield* until(({ active }) => active === 0)
  yield* until(({ openSockets }) => openSockets <= (fault.endedBy === "reply" ? 1 : 0))
  yield* soon(fibers.none)
  // Closing the client ends what was left of the call, which is then too late.
  const afterCall = {
    attempts: [...attempts],
    requests: server.calls,
    finish,
    active: server.active,
    openSockets: server.openSockets,
    fibers: fibers.alive()
  }
  const [abortedAt] = server.abortedAt
  yield* Scope.close(clientScope, Exit.void)
  yield* until(({ openSockets }) => openSockets === 0)
  return {
    outcome: Option.match(exit, { onNone: () => "no end" as const, onSome: outcomeOf }),
    detail: Option.getOrUndefined(Option.flatMap(exit, detailOf)),
    ...afterCall,
    socketsAfterClose: server.openSockets,
    closeMillis: abortedAt === undefined ? undefined : Math.max(0, abortedAt - endedAt)
  } satisfies Found
})

/** Interrupts the call once it has begun, and says when. */
const leave = Effect.fnUntraced(function* <A, E>(calling: Fiber.Fiber<A, E>, begun: Effect.Effect<void>) {
  yield* Effect.raceFirst(begun, Fiber.await(calling))
  // What came together with the headers is to be read before.
  yield* turn
  const now = yield* Clock.currentTimeMillis
  yield* Fiber.interrupt(calling)
  return now
})

// Where the event loop is late, the time is over before what came in time has been read: a turn makes up for that.
const soon = (happened: Effect.Effect<void>): Effect.Effect<unknown> =>
  Effect.timeoutOrElse(happened, { duration: Duration.millis(longestClose), orElse: () => turn })

const turn: Effect.Effect<void> = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

const detailOf = (exit: Exit.Exit<unknown, ProviderError>): Option.Option<string> => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return Option.none()
  const error = Cause.squash(exit.cause)
  return Option.some(error instanceof Error ? error.message : String(error))
}
