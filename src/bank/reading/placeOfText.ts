import { optionKey, unified } from "../normalise.ts"

/**
 * The place (from 0) of the option that is this text as a whole, never by a part of it: `C` is not `C++`. From the strictest
 * reading to the loosest, each only if it is unambiguous: `Aa` and `AA` are told apart by the first two.
 */
export const placeOfText = (options: ReadonlyArray<string>, text: string): number | undefined => {
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
