// How long something lasts is measured by a clock that nobody sets. The wall clock steps: a machine wakes up, a person sets it, the time
// of a network arrives late. What counts by it is over too soon or goes on for as long as the step was.
import { Clock, Effect } from "effect"

/** Milliseconds since some moment of its own, for differences only: it never goes back, and means nothing to another process. */
export const steadyMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

/** The same as an effect. */
export const steadyNow: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** Runs an effect whose durations are measured by what it takes for the time of day, such as another's circuit breaker. */
export const onSteadyTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, Clock.Clock, steadied)

const steadied = (clock: Clock.Clock): Clock.Clock => {
  const known = steadiedClocks.get(clock)
  if (known !== undefined) return known
  const made: Clock.Clock = {
    currentTimeMillisUnsafe: () => steadyMillis(clock),
    currentTimeMillis: Effect.sync(() => steadyMillis(clock)),
    currentTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    currentTimeNanos: clock.monotonicTimeNanos,
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
  steadiedClocks.set(clock, made)
  return made
}

// One each, as an update that changes nothing costs nothing.
const steadiedClocks = new WeakMap<Clock.Clock, Clock.Clock>()

/**
 * Milliseconds since 1970 as they are now, and go on from here whatever becomes of the wall clock: between two readings lies what was
 * measured. Whole ones.
 */
export const timesFrom = (clock: Clock.Clock): (() => number) => {
  const from = clock.currentTimeMillisUnsafe()
  const start = steadyMillis(clock)
  return () => from + Math.round(steadyMillis(clock) - start)
}
