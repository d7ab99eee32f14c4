// Raised and lowered characters, as tags and as characters of their own, in the form that maths is written in.
import { decodeHTML } from "entities"
import { isPlainIndex, isPlainPower } from "../maths/pieces.ts"

const superscriptTag = /<sup(?:\s[^<>]*)?>([^<]{0,200})<\/sup>(?=(\d?))/gi
const subscriptTag = /<sub(?:\s[^<>]*)?>([^<]{0,200})<\/sub>(?=(\d?))/gi
const strayScriptTag = /<\/?sub(?:\s[^<>]*)?>/gi
const endsInDigit = /\d$/

// `x<sup>2</sup>` is x^2, but `x<sup>2</sup>3` and `x<sup>n+1</sup>` need to say where the exponent ends.
const raise = (_: string, inside: string, next: string): string => {
  const text = decodeHTML(inside).trim()
  return isPlainPower(text.normalize("NFKC")) && !(endsInDigit.test(text) && next !== "") ? `^${text}` : `^{${text}}`
}
// An index is dropped as a tag, so that H<sub>2</sub>O is H2O, unless it would run into what follows.
const lower = (_: string, inside: string, next: string): string => {
  const text = decodeHTML(inside).trim()
  return isPlainIndex(text.normalize("NFKC")) && !(endsInDigit.test(text) && next !== "") ? inside : `_{${text}}`
}

/** A text with its `<sup>` and `<sub>` as `^` and `_`. */
export const withoutScriptTags = (text: string): string =>
  text.replace(superscriptTag, raise).replace(subscriptTag, lower).replace(strayScriptTag, "")

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ"
const superscript = new RegExp(`[${superscripts}]`)
const superscriptRun = new RegExp(`[${superscripts}]+(?=(\\p{Nd}?))`, "gu")
const plainOfSuperscript = (run: string, next: string) => {
  const text = run.normalize("NFKC").replaceAll("−", "-")
  return isPlainPower(text) && !(endsInDigit.test(text) && next !== "") ? `^${text}` : `^{${text}}`
}
const subscript = /[₀-₎ₐ-ₜᵢ-ᵥⱼ]/
const subscriptRun = /[₀-₎ₐ-ₜᵢ-ᵥⱼ]+(?=(\p{Nd}?))/gu
const plainOfSubscript = (run: string, next: string) => {
  const text = run.normalize("NFKC").replaceAll("−", "-")
  return isPlainIndex(text) && !(endsInDigit.test(text) && next !== "") ? text : `_{${text}}`
}

/** A text with its raised and lowered characters as `^` and `_`. */
export const withoutScriptCharacters = (text: string): string => {
  const raised = superscript.test(text) ? text.replace(superscriptRun, plainOfSuperscript) : text
  return subscript.test(raised) ? raised.replace(subscriptRun, plainOfSubscript) : raised
}
