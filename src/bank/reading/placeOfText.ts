import { optionKey, unified } from "../normalise.ts"
import { optionsIn, type TextForm } from "./optionForms.ts"

const forms: ReadonlyArray<TextForm> = [(raw) => raw.trim(), unified, optionKey]

/**
 * The place (from 0) of the option that is this text as a whole, never by a part of it: `C` is not `C++`. From the strictest
 * reading to the loosest, each only if it is unambiguous: `Aa` and `AA` are told apart by the first two.
 */
export const placeOfText = (options: ReadonlyArray<string>, text: string): number | undefined => {
  for (const form of forms) {
    const hits = optionsIn(form, options).placesOf(form(text))
    if (hits.length === 1) return hits[0]
    // the same text twice on a page: either tick is right
    if (hits.length > 1 && new Set(hits.map((place) => options[place])).size === 1) return hits[0]
    if (hits.length > 1) return undefined
  }
  return undefined
}
