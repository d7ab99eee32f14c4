// The answers to the blanks of a title, one part each.
import { Result } from "effect"
import { parseJson } from "../../platform/decodeJson.ts"

const numbered =
  /(?:^|[\s,，;；、。])(?:第?[(（]?([1-9]\d?|[一二三四五六七八九十])[)）]?\s*(?:空|格)?\s*[.、．:：)）]\s*(?!\d)|([①-⑩])\s*)/g
const order = "一二三四五六七八九十"
const circled = "①②③④⑤⑥⑦⑧⑨⑩"

/** The parts that "1. 思维 2. 存在", "①思维；②存在", "第一空：思维；第二空：存在" number from one on. */
const numberedParts = (text: string): ReadonlyArray<string> | undefined => {
  const marks = [...text.matchAll(numbered)]
  const isCounting = marks.every(([, number = "", circle], at) => {
    const value = circle === undefined ? Number(number) || order.indexOf(number) + 1 : circled.indexOf(circle) + 1
    return value === at + 1
  })
  if (marks.length < 2 || !isCounting || (marks[0]?.index ?? 1) > 0) return undefined
  return marks.map((mark, at) =>
    text
      .slice(mark.index + mark[0].length, marks[at + 1]?.index)
      .replace(/^[\s,，;；、]+|[\s,，;；、。]+$/g, "")
      .trim()
  )
}

// Whichever gives one part for each blank; the weakest last.
const separators: ReadonlyArray<RegExp> = [
  /###/,
  /===/,
  /---/,
  /[\r\n]+/,
  /#/,
  /\|/,
  /[;；]/,
  /、/,
  // neither 1,000 nor 1/2
  /，|,(?!\d{3}(?!\d))/,
  /(?<!\d)\s*\/\s*(?!\d)/,
  /\t|\s{2,}/,
  // "思维 存在", but not "New York"
  /(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])/
]

/**
 * A text as the parts of this many blanks: the one part that it is, where no separator in it makes as many parts as there are
 * blanks, or where there is only one.
 */
export const splitBlanks = (text: string, blanks: number): ReadonlyArray<string> => {
  const whole = text.trim()
  if (blanks < 2) return whole.includes("###") ? partsBy(whole, /###/) : [whole]
  const byNumbers = numberedParts(whole)
  if (byNumbers?.length === blanks) return byNumbers
  for (const separator of separators) {
    const parts = partsBy(whole, separator)
    if (parts.length === blanks) return parts
  }
  return [whole]
}

// A blank may stay empty: "甲##丙" is three parts.
const partsBy = (text: string, separator: RegExp): ReadonlyArray<string> =>
  text.split(separator).map((part) => part.trim())

/** The texts of a JSON list; `undefined` for other texts, and for an interval like [0,1] where one text is asked for. */
export const jsonTexts = (text: string, blanks: number): ReadonlyArray<string> | undefined => {
  if (!text.startsWith("[")) return undefined
  const parsed = parseJson(text)
  if (Result.isFailure(parsed) || !Array.isArray(parsed.success)) return undefined
  const items: ReadonlyArray<unknown> = parsed.success
  const isPlain = items.every((item) => ["string", "number", "boolean"].includes(typeof item))
  const isInterval = blanks !== items.length && blanks > 0 && items.every((item) => typeof item === "number")
  return isPlain && !isInterval ? items.map(String) : undefined
}
