import { optionKey } from "./normalise.ts"

// The words that sites and people use for right and wrong, as `optionKey` leaves them. Single letters other than T, F,
// Y and N stay out: A and B are places, not values.
const trueWords = [
  "正确",
  "对",
  "是",
  "√",
  "✓",
  "✔",
  "☑",
  "true",
  "t",
  "yes",
  "y",
  "right",
  "correct",
  "1",
  "对的",
  "正确的"
]
const falseWords = [
  "错误",
  "错",
  "否",
  "不是",
  "不对",
  "不正确",
  "×",
  "✗",
  "✘",
  "☒",
  "x",
  "false",
  "f",
  "no",
  "n",
  "wrong",
  "incorrect",
  "0",
  "错的",
  "错误的"
]
const values: ReadonlyMap<string, boolean> = new Map([
  ...trueWords.map((word): [string, boolean] => [optionKey(word), true]),
  ...falseWords.map((word): [string, boolean] => [optionKey(word), false])
])

/** Whether a text says right (`true`), wrong (`false`), or neither. */
export const judgementOf = (text: string): boolean | undefined => values.get(optionKey(text))
