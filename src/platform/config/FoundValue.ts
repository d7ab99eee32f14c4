/**
 * How a value that was found is shown to people. What may be secret is described, never quoted: problems end up in terminals, logs and issues.
 */
const LONGEST_QUOTE = 80

const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** Text that is likely a key pasted into the wrong place, or a URL that carries a user name, a password or a query. */
const mayHoldSecret = (text: string): boolean =>
  /^\s*(?:sk-|AIza|Bearer\s)/i.test(text) || (text.includes("://") && /[@?]/.test(text))

/** The length of a text, for values that must not be shown. */
export const describeLength = (text: string): string => `a value of ${countOf(text.length, "character", "characters")}`

/** A text in quotes, shortened, with control characters escaped. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text)

/** A key as part of a path; one of odd characters is quoted. */
export const showKey = (key: string): string => (/^[\w.-]{1,60}$/.test(key) ? key : quote(key))

/** What was found at a setting, in words; the content of a secret setting is never part of it. */
export const describeFound = (value: unknown, secret: boolean): string => {
  if (typeof value === "string") return secret || mayHoldSecret(value) ? describeLength(value) : quote(value)
  if (Array.isArray(value)) return `a list of ${countOf(value.length, "entry", "entries")}`
  if (typeof value === "object" && value !== null)
    return `a group of ${countOf(Object.keys(value).length, "setting", "settings")}`
  return secret ? `a ${typeof value}` : String(value)
}
