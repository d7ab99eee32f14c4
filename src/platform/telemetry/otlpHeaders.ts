/** The headers in a list such as `name=value,name=value` (W3C baggage, as OpenTelemetry has it); values may be URL-encoded. */
export const headersOf = (list: string): Record<string, string> =>
  Object.fromEntries(
    list.split(",").flatMap((entry) => {
      const at = entry.indexOf("=")
      return at <= 0 ? [] : [[entry.slice(0, at).trim().toLowerCase(), decoded(entry.slice(at + 1).trim())]]
    })
  )

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const entry = /^\s*[\w!#$%&'*.^`|~+-]+\s*=\s*[^\s,]+\s*$/

/** Whether a text is such a list. */
export const isHeaderList = (list: string): boolean => list.split(",").every((text) => entry.test(text))
