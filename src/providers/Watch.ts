import { Clock, Duration, Effect, Exit, Scope } from "effect"
import { steadyMillis } from "../platform/steadyTime.ts"
import { Timeout } from "./ProviderError.ts"

/** Known by identity: it is the caller's time that is over, the platform is not to blame. */
export const callerLeft = new Timeout({ phase: "total", detail: "the caller's time is over" })

/** What an attempt may wait for, as a time-out names it. */
export type Phase = "firstByte" | "stall" | "total"

/** The time-outs of one attempt. */
export interface Watch {
  /** For the connection: closed once a time is over, so that whoever waits for something fails. */
  readonly connection: Scope.Scope
  /** From now on this is waited for. */
  readonly waitFor: (phase: Phase, time: Duration.Duration) => void
  /** It has come; what we do ourselves takes the platform's time no more. */
  readonly stopWaiting: () => void
  /** The caller waits until then and not longer, by `steadyMillis`; never earlier than before. */
  readonly extend: (until: number) => void
  /** The reply has been read to its end: there is nothing to close. */
  readonly finish: () => void
  /** What time is over; `undefined` while none is. */
  readonly over: () => Timeout | undefined
}

/**
 * Watches over an attempt for as long as the scope is open. One fiber sees to all of its time-outs, for racing every wait
 * against the clock takes two more fibers each time. No wait may be shorter than `shortest`.
 */
export const makeWatch = Effect.fnUntraced(function* (callersEnd: number, shortest: Duration.Duration) {
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  // Once a request has finished there is nothing of it to close.
  const connection = Scope.makeUnsafe()
  let isFinished = false
  yield* Scope.addFinalizer(
    scope,
    Effect.suspend(() => (isFinished ? Effect.void : Scope.close(connection, Exit.void)))
  )
  const shortestMillis = Duration.toMillis(shortest)
  let until = callersEnd
  let wait: { readonly phase: Phase; readonly time: Duration.Duration; readonly end: number } | undefined
  let over: Timeout | undefined

  const look: Effect.Effect<void> = Effect.suspend(() => {
    const now = steadyMillis(clock)
    const end = Math.min(until, wait?.end ?? Number.POSITIVE_INFINITY)
    if (end - now > oneNanosecond) {
      // A wait that begins later cannot end before the next look.
      return Effect.andThen(Effect.sleep(Duration.millis(Math.min(end - now, shortestMillis))), look)
    }
    over = wait === undefined || end === until ? callerLeft : late(wait.phase, wait.time)
    return Scope.close(connection, Exit.void)
  })
  yield* Effect.forkIn(look, scope, { startImmediately: true })

  return {
    connection,
    waitFor: (phase, time) => {
      wait = { phase, time, end: steadyMillis(clock) + Duration.toMillis(time) }
    },
    stopWaiting: () => {
      wait = undefined
    },
    extend: (later) => {
      until = later
    },
    finish: () => {
      isFinished = true
    },
    over: () => over
  } satisfies Watch
})

// In milliseconds; a clock that is set by hand adds fractions, and no sleep is shorter.
const oneNanosecond = 1e-6

const waitedFor: Record<Phase, string> = {
  firstByte: "no reply",
  stall: "nothing more of the reply",
  total: "no whole reply"
}

const late = (phase: Phase, time: Duration.Duration) =>
  new Timeout({ phase, detail: `${waitedFor[phase]} in ${Duration.format(time)}` })
