// Latencies in buckets that are as narrow as the values in them ask for, as in HdrHistogram: the size is fixed, however
// many values are recorded.

/** A count of recorded times. */
export interface Histogram {
  /** Number of values recorded. */
  readonly count: () => number
  /** Records a time in milliseconds, to the microsecond; half an hour and more count as half an hour. */
  readonly record: (millis: number) => void
  /**
   * The time in milliseconds that a share `q` (0 to 1) of the recorded ones do not exceed: never below the exact value,
   * above it by less than 0.8 %. NaN while nothing is recorded.
   */
  readonly quantile: (q: number) => number
}

// Below 256 µs a bucket is a microsecond; from there on every doubling of the time is cut into 128 buckets.
const cuts = 128
const exactBelow = 2 * cuts
const longestMicros = 2 ** 31 - 1
const doublings = 23

/** An empty histogram; takes 14 KB. */
export const makeHistogram = (): Histogram => {
  const buckets = new Uint32Array(exactBelow + doublings * cuts)
  let count = 0
  let longest = 0
  return {
    count: () => count,
    record: (millis) => {
      const micros = Math.min(longestMicros, Math.max(0, Math.round(millis * 1000)))
      const bucket = bucketOf(micros)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count++
      if (micros > longest) longest = micros
    },
    quantile: (q) => {
      const rank = Math.max(1, Math.ceil(q * count))
      let seen = 0
      for (const [bucket, values] of buckets.entries()) {
        seen += values
        if (seen >= rank) return Math.min(longest, lastMicrosOf(bucket)) / 1000
      }
      return NaN
    }
  }
}

// The shift leaves the eight leading bits of a value.
const bucketOf = (micros: number): number => {
  if (micros < exactBelow) return micros
  const shift = 24 - Math.clz32(micros)
  return shift * cuts + (micros >>> shift)
}

const lastMicrosOf = (bucket: number): number => {
  if (bucket < exactBelow) return bucket
  const shift = Math.floor(bucket / cuts) - 1
  return (bucket - shift * cuts + 1) * 2 ** shift - 1
}
