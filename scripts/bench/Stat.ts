/** A figure over the rounds. */
export interface Stat {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Median, least and most; null when there is nothing to take them of. */
export const statOf = (values: ReadonlyArray<number | undefined>): Stat | null => {
  const sorted = values
    .map((value) => value ?? NaN)
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const [min = NaN, max = NaN] = [sorted.at(0), sorted.at(-1)]
  const [low = NaN, high = NaN] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return sorted.length === 0 ? null : { median: (low + high) / 2, min, max }
}
