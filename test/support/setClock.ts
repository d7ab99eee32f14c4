import { Clock, Effect } from "effect"

/** A clock that runs as the real one does, and can be set: the time of day, or both that and the steady time, as if so much had gone by. */
export const makeSetClock = () => {
  const real = Clock.Clock.defaultValue()
  let wall = 0
  let gone = 0
  const millis = () => real.currentTimeMillisUnsafe() + wall + gone
  const nanos = () => real.currentTimeNanosUnsafe() + BigInt(wall + gone) * 1_000_000n
  const steady = () => real.monotonicTimeNanosUnsafe() + BigInt(gone) * 1_000_000n
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: steady,
    monotonicTimeNanos: Effect.sync(steady),
    sleep: (duration) => real.sleep(duration)
  }
  return {
    clock,
    /** Sets the time of day so many milliseconds from the right one. */
    setWrong: (by: number): void => {
      wall = by
    },
    /** So many milliseconds go by at once; who sleeps sleeps on. */
    pass: (by: number): void => {
      gone += by
    }
  }
}
