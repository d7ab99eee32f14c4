/** A figure and the interval that holds it with 95 % confidence. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

// The normal quantile of 95 %, two-sided.
const z = 1.959964

/** A share of `total` with Wilson's interval, which stays within 0 and 1 and holds for small numbers as well. */
export const wilson = (count: number, total: number): Interval => {
  if (total === 0) return { value: 0, low: 0, high: 1 }
  const share = count / total
  const middle = share + z ** 2 / (2 * total)
  const half = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2))
  const scale = 1 + z ** 2 / total
  return {
    value: share,
    low: count === 0 ? 0 : (middle - half) / scale,
    high: count === total ? 1 : (middle + half) / scale
  }
}

/**
 * The difference between two shares of the same `total` cases, of which `gained` were right only in the first and `lost` only
 * in the second: Wald's interval for pairs with a half added to each cell (Agresti and Min, 2005).
 */
export const pairedDifference = (gained: number, lost: number, total: number): Interval => {
  if (total === 0) return { value: 0, low: -1, high: 1 }
  const [more, less, all] = [gained + 0.5, lost + 0.5, total + 2]
  const middle = (more - less) / all
  const half = (z * Math.sqrt(more + less - (more - less) ** 2 / all)) / all
  return { value: (gained - lost) / total, low: Math.max(-1, middle - half), high: Math.min(1, middle + half) }
}

/** The least of the values that a share `q` of them does not exceed; NaN of none. */
export const quantile = (values: ReadonlyArray<number>, q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? NaN

/** NaN of none. */
export const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
