const kept = 128
const fewest = 20

/** The latencies of the last calls, in milliseconds, and the one that nineteen of twenty stayed under. */
export const makeLatencyWindow = () => {
  const latencies: Array<number> = []
  let next = 0
  return {
    add: (millis: number): void => {
      latencies[next] = millis
      next = (next + 1) % kept
    },
    /** `undefined` until there are enough calls to tell. */
    p95: (): number | undefined =>
      latencies.length < fewest
        ? undefined
        : latencies.toSorted((left, right) => left - right)[Math.ceil(latencies.length * 0.95) - 1]
  }
}
