import { Clock, Effect, type Exit, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { RequestId } from "../../platform/RequestContext.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"
import { CallLimits } from "../policy/CallLimits.ts"
import type { CallLedger } from "./CallLedger.ts"
import { AttemptListener, type AttemptRecord, type CallOutcome, type CallRecord } from "./CallRecord.ts"
import { sumOfCosts } from "./price.ts"
import { sumOfUsage } from "./usage.ts"

/** How calls in a role are limited beyond their caller's deadline. */
export type RoleLimits = Pick<CallLimits, "timeout" | "maxRetries">

/**
 * A model whose calls are written into the ledger with all their attempts, however they end: before a reply is given back, before
 * a stream tells of its end, and when the caller leaves.
 */
export const accounted = (
  model: ChatModel,
  options: { readonly role: string; readonly limits: RoleLimits; readonly ledger: CallLedger["Service"] }
): ChatModel => {
  const { ledger, role } = options

  const begin = Effect.fnUntraced(function* (stream: boolean) {
    const clock = yield* Clock.Clock
    const at = clock.currentTimeMillisUnsafe()
    const requestId = yield* RequestId
    const outer = yield* AttemptListener
    const limits = { ...(yield* CallLimits), ...options.limits }
    const id = `call_${SecureRandom.uuidV7Unsafe()}`
    const attempts: Array<AttemptRecord> = []
    let firstByteMillis: number | undefined
    let isWritten = false
    const write = (outcome: CallOutcome): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (isWritten) return Effect.void
        isWritten = true
        return ledger.append(
          recordOf({
            id,
            at,
            role,
            requestId,
            stream,
            outcome,
            attempts,
            elapsedMillis: clock.currentTimeMillisUnsafe() - at,
            firstByteMillis
          })
        )
      })
    return {
      limits,
      listener: (attempt: AttemptRecord) => {
        attempts.push(attempt)
        outer(attempt)
      },
      heard: () => {
        firstByteMillis ??= clock.currentTimeMillisUnsafe() - at
      },
      receipt: () => ({ callId: id, attempts: attempts.length, cost: sumOfCosts(attempts.map(({ cost }) => cost)) }),
      write
    }
  })

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    Effect.flatMap(begin(false), ({ heard, limits, listener, receipt, write }) =>
      model.complete(request).pipe(
        Effect.provideService(AttemptListener, listener),
        Effect.provideService(CallLimits, limits),
        Effect.onExit((exit) => {
          heard()
          return write(outcomeOf(exit))
        }),
        Effect.map((reply) => ({ ...reply, receipt: receipt() }))
      )
    )

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    Stream.unwrap(
      Effect.map(begin(true), ({ heard, limits, listener, write }) => {
        let end: ChatEvent | undefined
        return model.stream(request).pipe(
          Stream.provideService(AttemptListener, listener),
          Stream.provideService(CallLimits, limits),
          Stream.filter((event) => {
            heard()
            if (event._tag !== "Finish") return true
            end = event
            return false
          }),
          Stream.concat(
            Stream.unwrap(
              Effect.suspend(() => Effect.as(write("answered"), end === undefined ? Stream.empty : Stream.succeed(end)))
            )
          ),
          Stream.onExit((exit) => write(exit._tag === "Success" ? "interrupted" : outcomeOf(exit)))
        )
      })
    )

  return { ...model, complete, stream }
}

const recordOf = (
  call: Omit<CallRecord, "provider" | "model" | "usage" | "cost"> & { readonly attempts: ReadonlyArray<AttemptRecord> }
): CallRecord => {
  const answering =
    call.outcome === "answered" ? call.attempts.findLast(({ outcome }) => outcome === "answered") : undefined
  return {
    ...call,
    attempts: [...call.attempts],
    provider: answering?.provider,
    model: answering?.model,
    usage: sumOfUsage(call.attempts.map(({ usage }) => usage)),
    cost: sumOfCosts(call.attempts.map(({ cost }) => cost))
  }
}

const outcomeOf = (exit: Exit.Exit<unknown, ProviderError>): CallOutcome => {
  if (exit._tag === "Success") return "answered"
  for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return reason.error.reason._tag
  return exit.cause.reasons.some((reason) => reason._tag === "Die") ? "defect" : "interrupted"
}
