/**
 * What a reply's headers ask to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date.
 * `now` is the time in milliseconds.
 */
export const retryAfterMillis = (
  headers: Readonly<Record<string, string | undefined>>,
  now: number
): number | undefined => {
  const millis = Number(headers["retry-after-ms"]?.trim() || Number.NaN)
  if (Number.isFinite(millis) && millis >= 0) return millis
  const header = headers["retry-after"]?.trim()
  if (header === undefined || header === "") return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : seconds * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
