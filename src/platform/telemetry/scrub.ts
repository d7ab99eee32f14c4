const longest = 1000

// What looks like a key, a login or a query goes; what names the fault stays.
const rules: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, "$1 ***"],
  [/\b(?:sk|pk|rk|gsk|xai|ghp|siku)[-_][\w-]{8,}/gi, "***"],
  [/\bAIza[\w-]{20,}/g, "***"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***"],
  [/\b((?:api[-_]?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*)["']?[^\s"',;&}]+/gi, "$1***"],
  [/(\w+:\/\/)[^\s/@]+@/g, "$1***@"],
  [/(\w+:\/\/[^\s?"'#]+)[?#][^\s"')]*/g, "$1"],
  [/[\w-]{40,}/g, "***"]
]

/** A text without what may be a secret, short enough for a report. */
export const scrub = (text: string): string =>
  rules.reduce((scrubbed, [pattern, by]) => scrubbed.replace(pattern, by), text.slice(0, 4 * longest)).slice(0, longest)
