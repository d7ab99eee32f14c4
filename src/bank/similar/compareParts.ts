// A title that is a part of another: cut off by a page that was too narrow, or typed in part by a person who searches.
import type { Question } from "../Question.ts"
import { comparisons, negations, numbers, opposites } from "./guards.ts"
import type { Token, Wording } from "./Wording.ts"

/** How near a part is to the whole; below 1, as nobody knows what is missing. */
const nearness = 0.95

const isCut = (title: string): boolean => /(?:…|\.{3}|。{3})[\s）)]*$/.test(title)
const lightestBeginning = 6
const lightestFragment = 10
/** How much of a title a fragment must be. */
const leastShare = 0.6

/**
 * The similarity of a title that is the beginning of the stored one, cut off with `…`; or one without options and type that stands
 * whole within it and asks something. What the stored one says beyond must turn nothing round. Whoever calls sees to it that
 * the options are the same.
 */
export const compareParts = (asked: Question, wording: Wording, stored: Wording): number | undefined => {
  const [part, whole] = [said(wording.tokens), said(stored.tokens)]
  if (part.length >= whole.length) return undefined
  if (isCut(asked.title)) {
    return asked.options.length > 1 &&
      weightOf(part) >= lightestBeginning &&
      part.every(({ text }, at) => text === whole[at]?.text || (at === part.length - 1 && isBegun(text, whole[at]))) &&
      isHarmless(whole.slice(part.length))
      ? nearness
      : undefined
  }
  if (asked.options.length > 0 || asked.type !== "unknown" || weightOf(part) < lightestFragment) return undefined
  if (weightOf(part) < leastShare * weightOf(whole) || !asks(part)) return undefined
  const at = placeOf(part, whole)
  if (at < 0) return undefined
  const [before, after] = [withoutDate(whole.slice(0, at), part), whole.slice(at + part.length)]
  return isHarmless(before) && isHarmless(after) ? nearness : undefined
}

const said = (tokens: ReadonlyArray<Token>): ReadonlyArray<Token> =>
  tokens.filter(({ kind }) => kind !== "filler" && kind !== "blank")

const weightOf = (tokens: ReadonlyArray<Token>): number => tokens.reduce((total, { weight }) => total + weight, 0)

const isBegun = (text: string, token: Token | undefined): boolean =>
  token?.kind === "word" && text.length > 1 && token.text.startsWith(text)

const placeOf = (part: ReadonlyArray<Token>, whole: ReadonlyArray<Token>): number => {
  for (let at = 0; at + part.length <= whole.length; at++) {
    if (part.every(({ text }, place) => text === whole[at + place]?.text)) return at
  }
  return -1
}

const isQuestionWord =
  /^(?:哪|谁|何|什么|哪里|哪个|哪些|哪项|哪种|哪年|如何|为什么|什么时候|what|which|who|whom|whose|where|when|why|how)$/
const asks = (tokens: ReadonlyArray<Token>): boolean => tokens.some(({ text }) => isQuestionWord.test(text))

// When something happened that the fragment names itself; how much there was of it depends on when.
const withoutDate = (before: ReadonlyArray<Token>, part: ReadonlyArray<Token>): ReadonlyArray<Token> =>
  /^\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?$/.test(textOf(before)) && !/多少|几|多大|多长|多高/.test(textOf(part))
    ? []
    : before

const textOf = (tokens: ReadonlyArray<Token>): string => tokens.map(({ text }) => text).join("")

const polar = /正确|符合|属于|合适|恰当|是否|[对真]|\b(?:true|correct|right)\b/
// Words in which a direction or a size is none.
const ofOtherSense =
  /内容|主要|重要|大约|大会|大学|中心|下列|上述|前提|外国|国内|国外|内部|外部|方面|高等|初级|中级|高级|基本/g
const isHarmless = (tokens: ReadonlyArray<Token>): boolean => {
  const rest: Wording = { tokens, weight: 0, blanks: 0, core: textOf(tokens).replace(ofOtherSense, "") }
  return (
    !polar.test(rest.core) &&
    [negations, comparisons, numbers, opposites].every((guard) => guard(rest).length === 0) &&
    tokens.every(({ kind }) => kind !== "sign")
  )
}
