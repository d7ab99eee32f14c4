// The JSON objects in a model's reply. Models are asked for one object and mostly give one: bare, in a code fence, or after
// some words; sometimes with line breaks or LaTeX inside its texts, or a comma too many.
import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"

const decodeObject = decodeJson(Schema.Record(Schema.String, Schema.Unknown))

// What is looked at, so that no reply, however hostile, costs more than a few passes over it.
const mostObjects = 8
const mostOpeningsThatNeverClose = 4

/** The objects that a reply holds, none of them part of another, the last one first; at most eight. */
export const jsonObjects = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  objectTexts(text).flatMap((raw) => {
    const decoded = decodeObject(raw)
    return Option.toArray(Option.isSome(decoded) ? decoded : decodeObject(repaired(raw)))
  })

const objectTexts = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let failures = 0
  for (let at = text.indexOf("{"); at >= 0 && failures < mostOpeningsThatNeverClose;) {
    const end = endOfObject(text, at)
    if (end === undefined) failures++
    else {
      found.push(text.slice(at, end))
      if (found.length > mostObjects) found.shift()
    }
    at = text.indexOf("{", end ?? at + 1)
  }
  return found.reverse()
}

/** Where the object that opens at `start` has closed; braces inside its texts do not count. */
const endOfObject = (text: string, start: number): number | undefined => {
  let depth = 0
  let isInText = false
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (isInText) {
      if (char === "\\") at++
      else if (char === '"') isInText = false
    } else if (char === '"') isInText = true
    else if (char === "{") depth++
    else if (char === "}" && --depth === 0) return at + 1
  }
  return undefined
}

const escapes = '"\\/bfnrtu'
const controlEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** The same object with line breaks and lone backslashes in its texts escaped, and without idle commas. */
const repaired = (raw: string): string => {
  const pieces: Array<string> = []
  let isInText = false
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at] ?? ""
    if (!isInText) {
      if (char === '"') isInText = true
      if (char !== "," || !closesNext(raw, at + 1)) pieces.push(char)
    } else if (char === "\\") {
      const next = raw[at + 1] ?? ""
      pieces.push(next !== "" && escapes.includes(next) ? char + next : `\\\\${next}`)
      at++
    } else {
      if (char === '"') isInText = false
      pieces.push(controlEscapes[char] ?? char)
    }
  }
  return pieces.join("")
}

const closesNext = (raw: string, from: number): boolean => {
  // a few spaces and a line break are all that stands there in practice
  const next = /^\s{0,40}([}\]])/.exec(raw.slice(from, from + 41))
  return next !== null
}
