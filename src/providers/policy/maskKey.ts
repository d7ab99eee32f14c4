/** The shortest key of which the ends may be shown. */
const shortestShown = 16

/**
 * A key for people: enough to tell it from another, not enough to use it. The ellipsis is no character of a key, so a
 * masked key that is sent back is never taken for one.
 */
export const maskKey = (key: string): string =>
  key.length < shortestShown ? "…" : `${key.slice(0, 3)}…${key.slice(-4)}`
