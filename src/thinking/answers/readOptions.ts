// From an answer as a model worded it to the places of options. An option is met by its letter or by its whole text, never by a
// part of it: `C` does not stand for `C++`.
import { nfkc } from "../../platform/normalForms.ts"
import type { AnswerChoices } from "../ReasoningRequest.ts"
import { foldAnswer, withoutMarkup } from "./foldAnswer.ts"
import { readBoolean } from "./readBoolean.ts"

type Places = ReadonlyArray<number>

/** The places, from 0, in their order; `undefined` where the answer is not surely one of options, or several where one is asked for. */
export const readOptions = (answer: string, { options, several }: AnswerChoices): Places | undefined => {
  const said = withoutMarkup(answer)
  // as it stands first: one option may be another in bold
  const exact = options.indexOf(answer.trim())
  const found = exact >= 0 ? [exact] : (placesOf(options, said) ?? placesOf(options, bareChoice(said)))
  if (found === undefined) return undefined
  const places = [...new Set(found)].sort((a, b) => a - b)
  return places.length === 0 || (!several && places.length > 1) ? undefined : places
}

/** The same without the options at hand: letters alone, of which more than one only from A to H. */
export const readLetters = (answer: string): Places | undefined => {
  const said = bareChoice(withoutMarkup(answer))
  const lone = /^\(?([A-Za-z])\)?$/.exec(said)?.[1] ?? letteredText(said)?.letter
  return lone === undefined ? lettersOf(said, 8)?.toSorted((a, b) => a - b) : [placeOf(lone)]
}

const placesOf = (options: ReadonlyArray<string>, said: string): Places | undefined => {
  if (said === "") return undefined
  const whole = placeByText(options, said) ?? placeByLetteredText(options, said)
  if (whole !== undefined) return [whole]
  return placesByLetters(options, said) ?? placesByParts(options, said) ?? placeByLetter(options, said)
}

const lead =
  /^(?:(?:so|thus|therefore|hence|所以|因此|故)[,，]?\s?)?(?:(?:the |my )?(?:final |correct )?(?:answers?|choices?|options?)(?: is| are|:)?|(?:最终|正确)?(?:的)?(?:答案|选项)(?:应该?)?(?:是|为)?|应?选择?|choose|select|pick)\s{0,4}[:：]?\s{0,4}(?:(?:options?|选项)\s)?/i

/** Without the words that introduce a choice, and without brackets or closing marks around it. */
const bareChoice = (said: string): string => {
  const text = nfkc(said)
    .trim()
    .replace(lead, "")
    .replace(/[\s.。,;!]{1,20}$/, "")
    .replace(/(?<=[A-Z])\s?(?:项|选项)$/, "")
  return /^[[({][^[\](){}]{1,400}[\])}]$/.test(text) ? text.slice(1, -1).trim() : text
}

// From the strictest reading to the loosest, each only if it is unambiguous: `Aa` and `AA` are told apart by the first.
const placeByText = (options: ReadonlyArray<string>, said: string): number | undefined => {
  for (const form of [(raw: string) => raw.trim(), foldAnswer]) {
    const wanted = form(said)
    const hits = wanted === "" ? [] : options.flatMap((option, place) => (form(option) === wanted ? [place] : []))
    // the same text twice: either is right
    if (hits.length === 1 || (hits.length > 1 && new Set(hits.map((place) => options[place])).size === 1))
      return hits[0]
    if (hits.length > 1) return undefined
  }
  const value = readBoolean(said)
  const hits = value === undefined ? [] : options.flatMap((option, at) => (readBoolean(option) === value ? [at] : []))
  return hits.length === 1 ? hits[0] : undefined
}

const placeOf = (letter: string): number => letter.toUpperCase().charCodeAt(0) - 65

const letteredText = (said: string): { readonly letter: string; readonly rest: string } | undefined => {
  const [, letter, rest] =
    /^[[(]?([A-Za-z])(?:[.、:)\]．：）】]|,(?! ?[A-Z]\b)|\s[-–—]\s)\s{0,8}(.{1,2000})$/s.exec(said) ?? []
  return letter === undefined || rest === undefined ? undefined : { letter, rest: rest.trim() }
}

// "B. Paris": the text decides, whatever letter stands before it.
const placeByLetteredText = (options: ReadonlyArray<string>, said: string): number | undefined => {
  const parts = letteredText(said)
  return parts === undefined ? undefined : placeByText(options, parts.rest)
}

// "B. the capital", where that is no option's text: the letter, unless the text speaks of another option and not of its own.
const placeByLetter = (options: ReadonlyArray<string>, said: string): Places | undefined => {
  const parts = letteredText(said)
  if (parts === undefined) return undefined
  const place = placeOf(parts.letter)
  const own = options[place]
  if (own === undefined || /^[A-Za-z][.、:)\s]/.test(parts.rest)) return undefined
  const told = foldAnswer(parts.rest)
  const speaksOf = (option: string) => foldAnswer(option).length > 1 && told.includes(foldAnswer(option))
  return speaksOf(own) || !options.some(speaksOf) ? [place] : undefined
}

const placesByLetters = (options: ReadonlyArray<string>, said: string): Places | undefined => {
  const lone = /^\(?([a-z])\)?$/.exec(said)?.[1]
  const places = lone === undefined ? lettersOf(said, 26) : [placeOf(lone)]
  return places?.every((place) => place < options.length) === true ? places : undefined
}

// Separators between letters only: "C+" and "C#" are no letters.
const letterList = /^[A-Z](?:[\s,，、.。;；#|&和与及/+]{0,6}[A-Z]){0,25}$/

/** "C", "AC", "A,C", "A and C", "(A)(C)", "A、C": capitals, each once, each below `most`. */
const lettersOf = (said: string, most: number): Places | undefined => {
  if (said.length > 200) return undefined
  const bare = said
    .replace(/\b(?:and|&)\b/g, "")
    .replace(/[()[\]{}]/g, " ")
    .trim()
  if (!letterList.test(bare)) return undefined
  const places = [...bare.matchAll(/[A-Z]/g)].map(([letter]) => placeOf(letter))
  return new Set(places).size === places.length && places.every((place) => place < most || places.length === 1)
    ? places
    : undefined
}

const placeOfPart = (options: ReadonlyArray<string>, part: string): number | undefined =>
  placeByText(options, part) ??
  placeByLetteredText(options, part) ??
  (/^[A-Z]$/.test(part) && placeOf(part) < options.length ? placeOf(part) : undefined)

// "Paris; London", "A. Paris, B. London": several options in one text, if every part is one.
const placesByParts = (options: ReadonlyArray<string>, said: string): Places | undefined => {
  for (const separator of [/###|\n/, /[;；|]/, /[,，、]/, / and |和|与/]) {
    const parts = said
      .slice(0, 4000)
      .split(separator)
      .slice(0, 101)
      .map((part) => part.trim())
      .filter((part) => part !== "")
    if (parts.length < 2 || parts.length > 100) continue
    const places = parts.map((part) => placeOfPart(options, part))
    if (places.every((place) => place !== undefined)) return places
  }
  return undefined
}
