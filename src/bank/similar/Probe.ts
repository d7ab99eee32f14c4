import { wordingOf } from "./Wording.ts"

/** What a question is looked for with: its wording without fillers and capitals, and a mark for each option. */
export interface Probe {
  readonly core: string
  readonly options: ReadonlyArray<string>
}

/** Fewer characters than this say too little to look for. */
export const shortestCore = 3

// Titles of many pages are found by their beginning, questions of many options by the first of them.
const longestCore = 400
const mostOptions = 6

/** Makes what a title and its options are indexed under, or looked for with. */
export const probeOf = (title: string, options: ReadonlyArray<string>): Probe => ({
  core: wordingOf(title.slice(0, 4 * longestCore))
    .core.toLowerCase()
    .slice(0, longestCore),
  options: [...new Set(options.map(optionMark))].sort().slice(0, mostOptions)
})

// Three characters of the private use area stand for an option: one trigram, which no title holds.
const firstPrivate = 0xe000
const privates = 6400
const optionMark = (option: string): string => {
  const { core } = wordingOf(option.slice(0, longestCore))
  const [low, high] = hashOf((core === "" ? option : core).toLowerCase())
  return String.fromCharCode(
    firstPrivate + (low % privates),
    firstPrivate + (high % privates),
    firstPrivate + (((low ^ high) >>> 13) % privates)
  )
}

/** Two hashes of 32 bits (FNV-1a from two starts). */
export const hashOf = (text: string): readonly [number, number] => {
  let low = 0x811c9dc5
  let high = 0x9747b28c
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 15)
  }
  return [low >>> 0, high >>> 0]
}

/** The trigrams of a text, each once, with the place where it first stands. */
export const trigramsOf = (text: string): ReadonlyMap<string, number> => {
  const chars = [...text]
  const grams = new Map<string, number>()
  for (let at = 0; at + 3 <= chars.length; at++) {
    const gram = `${chars[at]}${chars[at + 1]}${chars[at + 2]}`
    if (!grams.has(gram)) grams.set(gram, at)
  }
  return grams
}
