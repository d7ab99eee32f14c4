// From an answer, as a bank or a model worded it, to the exact texts of the options on the page.
import { judgementOf } from "./judgement.ts"
import { optionKey, plainText, unified } from "./normalise.ts"
import type { Question } from "./Question.ts"

/**
 * The answer in this question's own words, in the order of its options; `undefined` when it does not fit them.
 *
 * An option is met by its text, never by a part of it: `C` does not stand for `C++`. A lone letter stands for a place only
 * where no option has that letter as its text. Without options the texts stay as they are.
 */
export const matchAnswer = (question: Question, answer: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const given = answer.map(plainText).filter((text) => text !== "")
  if (given.length === 0) return undefined
  if (question.typeClass === "judgement") return matchJudgement(question, given)
  if (question.options.length === 0) return given
  const places = matchPlaces(question.options, given)
  if (places === undefined || (question.type === "single" && places.length !== 1)) {
    // A cloze keeps one answer per blank; its options are shared by all blanks, so repeats and order carry meaning.
    return undefined
  }
  return places.map((place) => question.options[place] ?? "")
}

const matchJudgement = (question: Question, given: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const [only, ...more] = given
  if (only === undefined || more.length > 0) return undefined
  const byLetter = /^[A-Z]$/.test(only) ? question.options[letterPlace(only)] : undefined
  const value = judgementOf(only) ?? (byLetter === undefined ? undefined : judgementOf(byLetter))
  if (value === undefined) return undefined
  return [question.options.find((option) => judgementOf(option) === value) ?? (value ? "正确" : "错误")]
}

const matchPlaces = (
  options: ReadonlyArray<string>,
  given: ReadonlyArray<string>
): ReadonlyArray<number> | undefined => {
  const places = new Set<number>()
  for (const text of given) {
    const found = placesOf(options, text)
    if (found === undefined) return undefined
    for (const place of found) places.add(place)
  }
  return places.size === 0 ? undefined : [...places].sort((a, b) => a - b)
}

const placesOf = (options: ReadonlyArray<string>, text: string): ReadonlyArray<number> | undefined => {
  const whole = placeByText(options, text) ?? placeByLetteredText(options, text)
  if (whole !== undefined) return [whole]
  const several = placesByLetters(options, text) ?? placesByParts(options, text)
  if (several !== undefined) return several
  const near = placeByLetter(options, text)
  return near === undefined ? undefined : [near]
}

// From the strictest reading to the loosest, each only if it is unambiguous: `Aa` and `AA` are told apart by the first two.
const placeByText = (options: ReadonlyArray<string>, text: string): number | undefined => {
  for (const form of [(raw: string) => raw.trim(), unified, optionKey]) {
    const wanted = form(text)
    const hits = options.flatMap((option, place) => (form(option) === wanted ? [place] : []))
    if (hits.length === 1) return hits[0]
    // the same text twice on a page: either tick is right
    if (hits.length > 1 && new Set(hits.map((place) => options[place])).size === 1) return hits[0]
    if (hits.length > 1) return undefined
  }
  return undefined
}

const letterPlace = (letter: string): number => letter.toUpperCase().charCodeAt(0) - 65

const splitLetter = (text: string): readonly [letter: string, rest: string] | undefined => {
  const parts = /^[([]?([A-Za-z])[.、．:：)\]）】]\s*(.+)$/s.exec(text)
  return parts?.[1] === undefined || parts[2] === undefined ? undefined : [parts[1], parts[2]]
}

// "B. 北京", "B、北京": the text decides, whatever letter stands before it.
const placeByLetteredText = (options: ReadonlyArray<string>, text: string): number | undefined => {
  const parts = splitLetter(text)
  return parts === undefined ? undefined : placeByText(options, parts[1])
}

// "B. 北京市" for the option 北京: the letter helps where letter and text agree but for a word more or less.
const placeByLetter = (options: ReadonlyArray<string>, text: string): number | undefined => {
  const [letter, rest] = splitLetter(text) ?? []
  const option = letter === undefined ? undefined : options[letterPlace(letter)]
  if (letter === undefined || rest === undefined || option === undefined) return undefined
  const [key, wanted] = [optionKey(option), optionKey(rest)]
  return key.length > 1 && wanted.length > 1 && (key.includes(wanted) || wanted.includes(key))
    ? letterPlace(letter)
    : undefined
}

// "C", "AC", "A,C", "A C", "C、A": capitals, each once, each a place that exists.
const placesByLetters = (options: ReadonlyArray<string>, text: string): ReadonlyArray<number> | undefined => {
  const bare = text.replace(/[\s,，、.。;；#|&和与及/]+/g, "")
  if (!/^(?:[A-Z]{1,26}|[a-z])$/.test(bare)) return undefined
  const places = [...bare].map(letterPlace)
  const each = new Set(places)
  return each.size === places.length && places.every((place) => place < options.length) ? places : undefined
}

// "北京###广州", "北京; 广州", "北京、广州": several options in one text, if every part is one.
const placesByParts = (options: ReadonlyArray<string>, text: string): ReadonlyArray<number> | undefined => {
  for (const separator of [/###|===|---/, /[#|\n]/, /[;；]/, /[,，、]/]) {
    const parts = text
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== "")
    if (parts.length < 2) continue
    const places = parts.map((part) => placeByText(options, part) ?? placeByLetteredText(options, part))
    if (places.every((place) => place !== undefined)) return places
  }
  return undefined
}
