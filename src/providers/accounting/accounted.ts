import { Array as Arr, Cause, Clock, Effect, Exit, Pull, Scope, type Stream } from "effect"
import type { Credit } from "../../accounts/credit/Credit.ts"
import { CurrentRoute, CurrentUser } from "../../platform/Caller.ts"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { timesFrom } from "../../platform/steadyTime.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest, Receipt } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"
import { begin, opening } from "../policy/begin.ts"
import { CallLimits } from "../policy/CallLimits.ts"
import type { CallLedger } from "./CallLedger.ts"
import { AttemptListener, type AttemptRecord, type CallOutcome, type CallRecord } from "./CallRecord.ts"
import { makePayment } from "./payment.ts"
import { rowIfLost } from "./callRows.ts"
import { sourceOfSum, sumOfCosts } from "./price.ts"
import { sumOfUsage } from "./usage.ts"

type Pieces = Arr.NonEmptyReadonlyArray<ChatEvent>

/** How calls in a role are limited beyond their caller's deadline. */
export type RoleLimits = Pick<CallLimits, "timeout" | "maxRetries">

/**
 * A model whose calls are written into the ledger with all their attempts, however they end: before a reply is given back, before
 * a stream tells of its end, and when the caller leaves. The account of whoever asks pays for them (`CurrentUser`).
 */
export const accounted = (
  model: ChatModel,
  options: {
    readonly role: string
    readonly limits: RoleLimits
    readonly ledger: CallLedger["Service"]
    readonly credit: Credit["Service"]
  }
): ChatModel => {
  const { credit, ledger, role } = options

  const start = Effect.fnUntraced(function* (stream: boolean) {
    const clock = yield* Clock.Clock
    const time = timesFrom(clock)
    const at = time()
    const requestId = yield* RequestId
    const outer = yield* AttemptListener
    const { accountId, keyId, userId } = yield* CurrentUser
    const route = yield* CurrentRoute
    const id = `call_${sortableUuid()}`
    const payer = { accountId, userId, keyId }
    const call = { id, at, role, requestId, payer, route, stream }
    const payment =
      accountId === null
        ? undefined
        : makePayment(credit, { account: accountId, call: id, ifLost: (lost) => JSON.stringify(rowIfLost(call, lost)) })
    const limits = { ...(yield* CallLimits), ...options.limits, payment }
    const attempts: Array<AttemptRecord> = []
    let firstByteMillis: number | undefined
    let isWritten = false
    // Whoever leaves waits for it: it is written once, and by nobody else.
    const write = (outcome: CallOutcome): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (isWritten) return Effect.void
        isWritten = true
        return ledger.append(
          recordOf({
            ...call,
            held: payment?.held(),
            outcome,
            attempts,
            elapsedMillis: time() - at,
            firstByteMillis
          })
        )
      }).pipe(Effect.uninterruptible)
    return {
      limits,
      listener: (attempt: AttemptRecord) => {
        attempts.push(attempt)
        if (!stream && attempt.outcome === "answered" && attempt.firstByteMillis !== undefined) {
          firstByteMillis = attempt.at + attempt.firstByteMillis - at
        }
        outer(attempt)
      },
      heard: () => {
        firstByteMillis ??= time() - at
      },
      receipt: (): Receipt => ({
        callId: id,
        attempts: attempts.length,
        usage: sumOfUsage(attempts.map(({ usage }) => usage)),
        cost: sumOfCosts(attempts.map(({ cost }) => cost)),
        costSource: sourceOfSum(attempts)
      }),
      write
    }
  })

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    Effect.flatMap(start(false), ({ limits, listener, receipt, write }) =>
      model.complete(request).pipe(
        Effect.provideService(AttemptListener, listener),
        Effect.provideService(CallLimits, limits),
        Effect.onExit((exit) => write(outcomeOf(exit))),
        Effect.map((reply) => ({ ...reply, receipt: receipt() }))
      )
    )

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    opening(
      Effect.gen(function* () {
        const { heard, limits, listener, write } = yield* start(true)
        // A listener that leaves closes the scope.
        yield* Scope.addFinalizer(yield* Effect.scope, write("interrupted"))
        const { pull } = yield* begin(model.stream(request)).pipe(
          Effect.provideService(AttemptListener, listener),
          Effect.provideService(CallLimits, limits),
          Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.sync(heard) : write(outcomeOf(exit))))
        )
        return endingWith(pull, write)
      })
    )

  return { ...model, complete, stream }
}

/** Holds the end of a reply back until what came before it has ended and is written down. */
const endingWith = (
  pull: Pull.Pull<Pieces, ProviderError>,
  write: (outcome: CallOutcome) => Effect.Effect<void>
): Pull.Pull<Pieces, ProviderError> => {
  let end: ChatEvent | undefined
  let isOver = false
  const next: Pull.Pull<Pieces, ProviderError> = Effect.suspend(() => (isOver ? Cause.done() : more))
  const more = pull.pipe(
    Effect.flatMap((events): Pull.Pull<Pieces, ProviderError> => {
      if (events.at(-1)?._tag !== "Finish") return Effect.succeed(events)
      end = events.at(-1)
      const before = events.slice(0, -1)
      return Arr.isReadonlyArrayNonEmpty(before) ? Effect.succeed(before) : next
    }),
    Effect.onError((cause) => (Pull.isDoneCause(cause) ? Effect.void : write(outcomeOf(Exit.failCause(cause))))),
    Pull.catchDone((): Pull.Pull<Pieces, ProviderError> => {
      isOver = true
      return Effect.flatMap(write(end === undefined ? "interrupted" : "answered"), () =>
        end === undefined ? Cause.done() : Effect.succeed([end])
      )
    })
  )
  return next
}

const recordOf = (
  call: Omit<CallRecord, "provider" | "model" | "usage" | "cost" | "costSource"> & {
    readonly attempts: ReadonlyArray<AttemptRecord>
  }
): CallRecord => {
  const answering =
    call.outcome === "answered" ? call.attempts.findLast(({ outcome }) => outcome === "answered") : undefined
  return {
    ...call,
    attempts: [...call.attempts],
    provider: answering?.provider,
    model: answering?.model,
    usage: sumOfUsage(call.attempts.map(({ usage }) => usage)),
    cost: sumOfCosts(call.attempts.map(({ cost }) => cost)),
    costSource: sourceOfSum(call.attempts)
  }
}

const outcomeOf = (exit: Exit.Exit<unknown, ProviderError | Cause.Done>): CallOutcome => {
  if (exit._tag === "Success") return "answered"
  for (const reason of exit.cause.reasons)
    if (reason._tag === "Fail" && !Cause.isDone(reason.error)) return reason.error.reason._tag
  return exit.cause.reasons.some((reason) => reason._tag === "Die") ? "defect" : "interrupted"
}
