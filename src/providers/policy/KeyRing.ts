import { Array as Arr, Clock, Duration, Effect, Result, Scope } from "effect"
import { CircuitBreaker } from "effect/persistence"
import type { BreakerSettings } from "../../platform/config/Settings.ts"
import { onSteadyTime, steadyMillis, steadyNow } from "../../platform/steadyTime.ts"
import {
  AuthFailed,
  NoBalance,
  Overloaded,
  type ProviderErrorReason,
  RateLimited,
  Unavailable
} from "../ProviderError.ts"
import type { KeyState } from "./KeyState.ts"

/** How an attempt ended: with a reply, with a reason, or because nobody wanted it any more. */
export type AttemptEnd = "answered" | "interrupted" | ProviderErrorReason

/** The right to make one attempt with a key. */
export interface Lease {
  readonly key: string | undefined
  readonly label: string | undefined
  /** To be told once, at the end of the attempt. */
  readonly settle: (end: AttemptEnd) => Effect.Effect<void>
}

/** No attempt was made, and why. `mayWait`: the pause in `reason` is one that the platform asked for. */
export interface Refusal {
  readonly reason: ProviderErrorReason
  readonly mayWait: boolean
}

/** The keys of one provider: which of them the next attempt takes. */
export interface KeyRing {
  /** Waits for a place; the scope gives it back. */
  readonly lease: Effect.Effect<Lease, Refusal, Scope.Scope>
  /** Whether a key is left that the platform has not refused; `now` is that of `steadyMillis`, as below. */
  readonly hasUsable: (now: number) => boolean
  /** Milliseconds until a key rests no more; 0 when one could go at once. */
  readonly restMillis: (now: number) => number
  /** Takes back what a refused key was put aside for. */
  readonly forgive: Effect.Effect<void>
  readonly states: ReadonlyArray<KeyState>
}

// A key that was refused is tried again now and then, for somebody may have paid or lifted the block: soon at first, then
// ever more seldom.
const shortestAside = Duration.toMillis("15 seconds")
const longestAside = Duration.toMillis("5 minutes")
const longestOpen = Duration.toMillis("10 minutes")

/**
 * The keys of a provider take turns: the one with the fewest calls in progress is next. A key that the platform refuses
 * (wrong, without balance) is put aside, for 15 seconds and up to five minutes; one that it wants to rest, rests; one whose attempts mostly fail
 * is left alone by its circuit breaker. At most `concurrency` attempts at once go out with a key, and `queue` wait.
 */
export const makeKeyRing = (options: {
  readonly states: Arr.NonEmptyReadonlyArray<KeyState>
  readonly store: CircuitBreaker.CircuitBreakerStore["Service"]
  readonly breaker: BreakerSettings
  readonly queue: number
}): KeyRing => {
  const { breaker, queue, states, store } = options
  const tripPolicy = CircuitBreaker.rate({
    threshold: breaker.failureRatio,
    size: breaker.window,
    minimumCalls: Math.min(breaker.minimumCalls, breaker.window)
  })
  const firstOpen = Duration.toMillis(breaker.open)
  let turn = 0

  const hasUsable = (now: number) => states.some((state) => state.asideUntil <= now)

  const restMillis = (now: number) => {
    const usable = states.filter((state) => state.asideUntil <= now)
    return Math.max(0, Math.min(...usable.map((state) => state.restsUntil - now)))
  }

  const settle = Effect.fnUntraced(function* (state: KeyState, admission: CircuitBreaker.Admission, end: AttemptEnd) {
    const clock = yield* Clock.Clock
    note(state, end, steadyMillis(clock), clock.currentTimeMillisUnsafe())
    yield* store
      .record({
        key: state.circuit,
        generation: admission.generation,
        outcome: outcomeOf(end),
        tripPolicy,
        openFor: Duration.millis(Math.min(longestOpen, firstOpen * 2 ** admission.consecutiveOpenings))
      })
      .pipe(onSteadyTime, Effect.orDie)
  })

  /** A lease of this key, or why there is none. */
  const leaseOf = Effect.fnUntraced(function* (state: KeyState) {
    if (state.inFlight >= state.concurrency && state.waiting >= queue) {
      return Result.fail<Refusal>({ reason: new Overloaded({ detail: `${queue} calls wait already` }), mayWait: false })
    }
    const scope = yield* Effect.scope
    state.waiting++
    let isHeld = true
    const giveBack = Effect.suspend(() => {
      if (!isHeld) return Effect.void
      isHeld = false
      return state.permits.release(1)
    })
    const taken = Effect.ensuring(
      state.permits.take(1),
      Effect.sync(() => state.waiting--)
    )
    // Not by `acquireRelease` and `addFinalizer`: each copies the whole context for its finalizer.
    yield* Effect.uninterruptibleMask((restore) => Effect.andThen(restore(taken), Scope.addFinalizer(scope, giveBack)))
    // While it waited, the platform may have refused the key or asked for a pause.
    const changed = unusable([state], yield* steadyNow)
    if (changed !== undefined) {
      yield* giveBack
      return Result.fail(changed)
    }
    const admitted = yield* Effect.result(onSteadyTime(store.admit(state.circuit)))
    if (Result.isFailure(admitted)) {
      yield* giveBack
      return Result.fail<Refusal>({ reason: leftAlone(admitted.failure), mayWait: false })
    }
    let isSettled = false
    const end = (end: AttemptEnd) =>
      Effect.suspend(() => {
        if (isSettled) return Effect.void
        isSettled = true
        state.inFlight--
        return settle(state, admitted.success, end)
      })
    state.inFlight++
    // Whatever happens, the breaker hears of it: a probe that nobody reports on would keep the circuit half open.
    yield* Scope.addFinalizer(scope, end("interrupted"))
    return Result.succeed<Lease>({ key: state.key, label: state.label, settle: end })
  })

  const lease = Effect.gen(function* () {
    const now = yield* steadyNow
    const none = unusable(states, now)
    if (none !== undefined) return yield* Effect.fail(none)
    const ready = states.filter((state) => state.asideUntil <= now && state.restsUntil <= now)
    let refusal: Refusal | undefined
    for (const state of inTurn(ready, turn++)) {
      const result = yield* leaseOf(state)
      if (Result.isSuccess(result)) return result.success
      refusal = result.failure
    }
    return yield* Effect.fail(refusal ?? { reason: new Overloaded({ detail: "no key is free" }), mayWait: false })
  })

  const forgive = Effect.sync(() => {
    for (const state of states) {
      state.asideUntil = 0
      state.refusals = 0
      state.restsUntil = 0
    }
  })

  return { lease, hasUsable, restMillis, forgive, states }
}

/** The least busy first, and among those that are equally busy each in turn. */
const inTurn = (states: ReadonlyArray<KeyState>, turn: number): ReadonlyArray<KeyState> => {
  if (states.length === 1) return states
  const from = turn % states.length
  return [...states.slice(from), ...states.slice(0, from)].sort((left, right) => left.inFlight - right.inFlight)
}

const note = (state: KeyState, end: AttemptEnd, now: number, at: number): void => {
  if (end === "interrupted") return
  if (end === "answered") {
    state.lastSuccessAt = at
    state.refusals = 0
    return
  }
  state.lastFailure = { at, reason: end }
  if (end._tag === "AuthFailed" || end._tag === "NoBalance") {
    state.asideUntil = now + Math.min(longestAside, shortestAside * 2 ** state.refusals)
    state.refusals++
    state.refusal = end
  } else if ("retryAfterMillis" in end && end.retryAfterMillis !== undefined) {
    state.restsUntil = Math.max(state.restsUntil, now + end.retryAfterMillis)
  }
}

// A platform that refuses a request or limits its rate is alive: only what says that it is not opens the circuit.
const outcomeOf = (end: AttemptEnd): "Success" | "Failure" | "Ignored" => {
  if (end === "answered") return "Success"
  if (end === "interrupted") return "Ignored"
  switch (end._tag) {
    case "RateLimited":
      return "Ignored"
    case "Overloaded":
    case "Unavailable":
    case "Timeout":
    case "Network":
    case "Malformed":
      return "Failure"
    default:
      return "Success"
  }
}

const leftAlone = ({ reason }: CircuitBreaker.CircuitBreakerError): ProviderErrorReason =>
  new Unavailable({
    detail:
      reason._tag === "CircuitOpen"
        ? `left alone after too many failures, for ${Math.ceil(Duration.toMillis(reason.retryAfter) / 1000)} s more`
        : "left alone after too many failures, until a first call shows that it answers again"
  })

/** Why none of the keys can be used now; `undefined` where one can. */
const unusable = (states: Arr.NonEmptyReadonlyArray<KeyState>, now: number): Refusal | undefined => {
  const notRefused = states.filter((state) => state.asideUntil <= now)
  if (notRefused.length === 0) return { reason: putAside(states, now), mayWait: false }
  const millis = Math.min(...notRefused.map((state) => state.restsUntil - now))
  if (millis <= 0) return undefined
  const detail = `the platform asked for a pause of ${Math.ceil(millis / 1000)} s more`
  return { reason: new RateLimited({ detail, retryAfterMillis: millis }), mayWait: true }
}

const putAside = (states: Arr.NonEmptyReadonlyArray<KeyState>, now: number): ProviderErrorReason => {
  const [first, ...others] = states
  const next = others.reduce((soonest, state) => (state.asideUntil < soonest.asideUntil ? state : soonest), first)
  const { refusal } = next
  if (refusal === undefined) return new Unavailable({ detail: "no key is left" })
  const seconds = Math.ceil((next.asideUntil - now) / 1000)
  const detail = `not asked again for ${seconds} s, as it said: ${refusal.detail}`
  return refusal._tag === "NoBalance" ? new NoBalance({ detail }) : new AuthFailed({ detail })
}
