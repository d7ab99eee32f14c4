// A list of options as clients and files send it.
import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"

// A letter or number of a place, as it stands before an option: `A.`, `（A）`, `a)`, `①`, or alone on its line.
const marker =
  /^[([（【]?\s*(?:([A-Z])|([a-z])|([\u2460-\u2473]))(?:\s*[.、．:：)\]）】]\s*|\s+|$|(?<=[\u2460-\u2473])\s*)/

const placeOf = (
  option: string
): { readonly place: number; readonly style: number; readonly rest: string } | undefined => {
  const found = marker.exec(option)
  if (found === null) return undefined
  const [, capital, small, circled] = found
  const rest = option.slice(found[0].length).trim()
  if (capital !== undefined) return { place: capital.charCodeAt(0) - 65, style: 0, rest }
  if (small !== undefined) return { place: small.charCodeAt(0) - 97, style: 1, rest }
  // ①② are statements, and no mark of a place before another
  return circled === undefined || startsWithCircled.test(rest)
    ? undefined
    : { place: circled.charCodeAt(0) - 0x2460, style: 2, rest }
}

const startsWithCircled = /^[\u2460-\u2473]/
// `A、B`, `B、C`: which of the statements are right, and no letter of a place.
const lettersOnly = /^[A-Z](?:\s*[、,，和与及&/]?\s*[A-Z])*$/

/** Strips `A.`, `（B）`, `c)`, `④` when every option carries the mark of its place; else they are part of the texts. */
export const stripLetters = (options: ReadonlyArray<string>): ReadonlyArray<string> => {
  const texts: Array<string> = []
  let style: number | undefined
  for (const [index, option] of options.entries()) {
    const found = placeOf(option)
    if (found === undefined || found.place !== index || found.rest === "") return options
    style ??= found.style
    // A lone `a` before a space is a word of a sentence.
    if (found.style !== style || (style === 1 && /^[a-z]\s/.test(option))) return options
    texts.push(found.rest)
  }
  const arePairs =
    style === 0 && options.length > 1 && options.every((option) => isSetOfLetters(option, options.length))
  return arePairs ? options : texts
}

// Statements are named in their order, each once, and there are hardly more of them than options: `A、TCP` and `D、A` are no sets.
const isSetOfLetters = (option: string, most: number): boolean => {
  if (!/^[A-Z]\s*[、,，]/.test(option) || !lettersOnly.test(option)) return false
  const places = Array.from(option.replace(/[^A-Z]/g, ""), (letter) => letter.charCodeAt(0) - 65)
  return places.every((place, at) => place <= most && place > (places[at - 1] ?? -1))
}

const Text = Schema.Union([Schema.String, Schema.Finite])
const decodeList = decodeJson(Schema.Array(Text))

const inlineLetters = /(?:^|\s)(?=[A-Z][.、．:：)）]\s*\S)/

/** Splits options sent as one string: a JSON list, lines, `###`, or `A. … B. …` in one line. */
export const splitOptions = (raw: string): ReadonlyArray<string> => {
  const text = raw.trim()
  if (text.startsWith("[")) {
    const list = Option.getOrUndefined(decodeList(text))
    if (list !== undefined) return list.map(String)
  }
  const parts = text.includes("\n")
    ? text.split(/\r?\n/)
    : text.includes("###")
      ? text.split("###")
      : text.split(inlineLetters)
  return joinLines(parts.map((part) => part.trim()).filter((part) => part !== ""))
}

/** More than these are no list of options. */
const mostLines = 2000

/**
 * Puts together the lines of one option: where lines carry the marks A, B, C … in this order, those between two of them
 * belong to the former. Without marks each line is an option.
 */
export const joinLines = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (lines.length > mostLines) return lines
  const options: Array<Array<string>> = []
  let style: number | undefined
  for (const line of lines) {
    const found = placeOf(line)
    if (found?.place === options.length && found.style === (style ?? found.style)) {
      style = found.style
      options.push([line])
    } else {
      const open = options.at(-1)
      if (open === undefined) return lines
      open.push(line)
    }
  }
  if (options.length < 2 || options.length === lines.length) return lines
  // Two lettered lines and more without a letter: the letters end there, not the options.
  if (options.length === 2 && options[0]?.length === 1 && (options[1]?.length ?? 0) > 2) return lines
  const joined = options.map((parts) => parts.join("\n"))
  const rests = joined.map((option) => placeOf(option)?.rest ?? "")
  // A, B, AB and O are four texts.
  return rests.includes("") || rests.every((rest) => lettersOnly.test(rest)) ? lines : joined
}
