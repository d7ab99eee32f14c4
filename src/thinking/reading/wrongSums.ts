import { exactNumber } from "../answers/exactNumber.ts"
import { valueOfExpression } from "../answers/expression.ts"

/** A sum in a text whose sides are not the same: `12 × 7 = 86`, and what the left side really is. */
export interface WrongSum {
  readonly said: string
  readonly value: string
}

// Bounds of what is looked at in one text.
const longest = 8000
const mostSums = 60
const longestSide = 80

const mathematical = "[\\d\\s.,+\\-−–*/×·÷^(){}\\\\%$¥€£]"
const side = `${mathematical}{1,${longestSide}}`
// The right side may be the left side of the next.
const sum = new RegExp(
  `(?<left>${side}(?:\\\\(?:times|cdot|div)${side}){0,6})[=＝]` +
    "(?=(?<right>\\s{0,3}[$¥€£]?\\s{0,2}[-−]?(?:\\d{1,3}(?:,\\d{3})+|\\d{1,30})(?:\\.\\d{1,20})?%?))",
  "g"
)

// Words and signs that make the left side more, or other, than it shows: `2x + 3`, `f(2)`, `sqrt 16 + 9`, "half of 8 + 2".
const joined = /[\p{Script=Latin}\p{Script=Greek}\p{N}_^√∑∏∫!'′|<>≠≤≥≈~°:+\-−*/×÷(.]$/u
const wordBefore = /(\p{Script=Latin}+|[+\-−*/×÷^<>≠≤≥≈|])\s*$/u
const changing = new Set(
  "of by minus plus times over sqrt root log ln lg sin cos tan mod gcd lcm max min abs average mean half twice double".split(
    " "
  )
)
const changingInChinese = /(?:根号|平均数?|之和|的|减|加|乘|除以|余|第)\s*$/

const isOpen = (before: string): boolean => {
  if (/\S$/.test(before) && joined.test(before)) return true
  const word = wordBefore.exec(before)?.[1]?.toLowerCase()
  return word === undefined ? changingInChinese.test(before) : word.length === 1 || changing.has(word)
}

/** What makes it a supposition. */
const supposed =
  /(?:\b(?:if|suppose|assume|assuming|whether|check|not|wrong|instead of|rather than)|假设|假如|如果|若|检验|验证|误|不是)[^.。;；\n]{0,30}$/i
const doubted =
  /^\s{0,3}(?:[?？]|[([]?\s?(?:(?:is|was|would be|which is|that is)\s)?(?:no\b|not\b|wrong|false|incorrect|✗|×(?!\s?\d)|错|不对|不成立|remainder|rem\b|r\s?\d|余|mod\b))/i
const rounded = /约|≈|四舍五入|取整|舍|进一|\b(?:round(?:ed|s)?|approx\w*|about|floor|ceil\w*|truncat\w*)\b|[…]|\.{3}/i

/** The sums of a text that are worked out wrongly. What is no plain sum, a supposition or a rounded figure is let pass. */
export const wrongSums = (text: string): ReadonlyArray<WrongSum> => {
  const found: Array<WrongSum> = []
  let seen = 0
  for (const match of text.slice(0, longest).matchAll(sum)) {
    if (++seen > mostSums) break
    const { left = "", right = "" } = match.groups ?? {}
    const end = match.index + match[0].length + right.length
    const before = text.slice(Math.max(0, match.index - 40), match.index)
    const wrong = judged(left, right, before, text.slice(end, end + 40))
    if (wrong !== undefined) found.push(wrong)
  }
  return found
}

const judged = (rawLeft: string, rawRight: string, before: string, after: string): WrongSum | undefined => {
  // A sentence may end where the sum begins: "in all 12. 3 × 4 = 12"
  const start = Math.max(rawLeft.lastIndexOf("\n"), lastBreak(rawLeft)) + 1
  const left = rawLeft.slice(start)
  if (start === 0 && isOpen(`${before}${/^\s*/.exec(left)?.[0] ?? ""}`)) return undefined
  if (supposed.test(before) || doubted.test(after) || rounded.test(`${before}${after}`)) return undefined
  // The right side goes on: `= 80 + 4`, `= 3x`, `= 12/5`.
  if (/^\s{0,3}(?:[+\-−*/×·÷^(\\]|\d|[.,]\d|[a-z](?![a-z]))/i.test(after)) return undefined
  // "100 - 20%" is 80 to some.
  if (/[+\-−–]\s?\d+(?:\.\d+)?\s?\\?%/.test(left)) return undefined
  const [one, other] = [plainSide(left), plainSide(rawRight)]
  if (!/\d\s?\)?\s?(?:[+*/^×·÷−–-]|\\times|\\cdot|\\div)\s?\(?\s?[-(]?\d/.test(one)) return undefined
  const value = valueOfExpression(one)
  const said = valueOfExpression(other)
  if (value === undefined || said === undefined || value.equals(said)) return undefined
  const places = /\.(\d+)/.exec(other)?.[1]?.length ?? 0
  // 10 / 3 = 3.33 is a way to write it.
  const isRoundedFigure =
    value.d !== 1n &&
    value
      .sub(said)
      .abs()
      .lt(`1/${10n ** BigInt(places)}`)
  if (isRoundedFigure) return undefined
  return { said: `${left.trim()} = ${rawRight.trim()}`, value: exactNumber(value) }
}

const lastBreak = (text: string): number => {
  let at = -1
  for (const match of text.matchAll(/(?:[.,;]\s+|\s{2,})(?=\S)/g)) at = match.index + match[0].length - 1
  return at
}

const plainSide = (text: string): string =>
  text
    .replace(/[$¥€£]/g, "")
    .replace(/(\d),(?=\d{3}(?:\D|$))/g, "$1")
    .replace(/(\d+(?:\.\d+)?)\s?\\?%/g, "($1/100)")
    .trim()
