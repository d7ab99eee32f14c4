/** What stands in the last `\boxed{…}` that closes; `undefined` where there is none. */
export const lastBoxed = (text: string): string | undefined => {
  const opening = /\\(?:boxed|fbox)\s{0,4}\{/g
  let found: string | undefined
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const end = closingBrace(text, match.index + match[0].length)
    // one that does not close holds all that follows, so nothing after it is outside of it
    if (end === undefined) break
    found = text.slice(match.index + match[0].length, end).trim()
    opening.lastIndex = end
  }
  return found === "" ? undefined : found
}

const closingBrace = (text: string, from: number): number | undefined => {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === "\\") at++
    else if (char === "{") depth++
    else if (char === "}" && --depth === 0) return at
  }
  return undefined
}
