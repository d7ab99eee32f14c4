import { optionKey, plainText, unified } from "../normalise.ts"
import { optionsIn, type TextForm } from "./optionForms.ts"

const asItIs: TextForm = (text) => text.trim()

// From the strictest reading to the loosest: `Aa` and `AA` are told apart by the first two.
const forms: ReadonlyArray<TextForm> = [asItIs, unified, optionKey]

/** Whether a text is longer than any of the options that it may be: marks, quotes and markup make it somewhat longer. */
const isTooLong = (text: string, options: ReadonlyArray<string>): boolean =>
  text.length > 2 * optionsIn(asItIs, options).longest + 200

/**
 * The place (from 0) of the option that is this text as a whole, never by a part of it: `C` is not `C++`. Each reading only if it is
 * unambiguous.
 */
export const placeOfText = (options: ReadonlyArray<string>, raw: string): number | undefined => {
  if (isTooLong(raw, options)) return undefined
  const text = plainText(raw) || raw.trim()
  for (const form of forms) {
    const [first, ...more] = optionsIn(form, options).placesOf(form(text))
    if (first === undefined) continue
    // the same text twice on a page: either tick is right
    return more.every((place) => options[place] === options[first]) ? first : undefined
  }
  return undefined
}

// Looser readings of a whole text, each only where it makes no two options the same: without quotes and the brackets of titles
// (“三个代表”重要思想 and "三个代表"重要思想, 《论语》 and 论语); as the pieces between marks (富强#民主#文明 and 富强、民主、文明); and
// without the letter or number of its place that an option may still carry (C男女平等, 1.矛盾论).
const looseForms: ReadonlyArray<TextForm> = [
  (text) => optionKey(text).replace(/["'`《》〈〉「」『』*]|(?<!\d)[,](?!\d)/g, ""),
  (text) => piecesOf(text),
  (text, place) => optionKey(withoutPlace(text, place))
]

const piecesOf = (text: string): string => {
  const pieces = optionKey(text)
    .split(/[\s,;:#|!?，、；：！？/]+|(?<!\d)\./)
    .filter((piece) => piece !== "")
  return pieces.length > 1 && pieces.every((piece) => piece.length > 1) ? pieces.join("\n") : optionKey(text)
}

/** An option without the letter or number of its place that it may still carry. */
export const withoutPlace = (text: string, place: number | undefined): string => {
  if (place === undefined) return text
  const [, letter, number, rest = ""] =
    /^(?:([A-Z])(?:[.、．:：)）]\s*|\s+|(?=[\u3400-\u9fff]))|(\d{1,2})[.、．)）]\s*(?!\d))(.+)$/s.exec(text) ?? []
  return letter?.charCodeAt(0) === 65 + place || Number(number) === place + 1 ? rest : text
}

/** Longest option that is read loosely, in characters: longer ones are no words. */
const longest = 2000

/** The place of the option that is this text but for marks in and around it, or for its letter. */
export const placeOfWords = (options: ReadonlyArray<string>, text: string): number | undefined => {
  if (isTooLong(text, options) || optionsIn(asItIs, options).longest > longest) return undefined
  for (const form of looseForms) {
    const wanted = form(text)
    if (wanted.length < 2) continue
    const { areDistinct, placesOf } = optionsIn(form, options)
    const [place] = placesOf(wanted)
    if (place !== undefined && areDistinct) return place
  }
  return undefined
}
