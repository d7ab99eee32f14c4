import { foldAnswer } from "./foldAnswer.ts"

const yes = [
  "true",
  "t",
  "yes",
  "y",
  "correct",
  "right",
  "valid",
  "1",
  "正确",
  "对",
  "是",
  "真",
  "对的",
  "是的",
  "正确的",
  "成立",
  "√",
  "✓",
  "✔",
  "☑"
]
const no = [
  "false",
  "f",
  "no",
  "n",
  "incorrect",
  "not correct",
  "not true",
  "wrong",
  "invalid",
  "0",
  "错误",
  "错",
  "否",
  "假",
  "不是",
  "不对",
  "不正确",
  "错的",
  "错误的",
  "不成立",
  "×",
  "✗",
  "✘",
  "☒",
  "x"
]
const values: ReadonlyMap<string, boolean> = new Map([
  ...yes.map((word) => [word, true] as const),
  ...no.map((word) => [word, false] as const)
])

/** Whether an answer says true or false: the whole of it, or the word that it begins with before a mark or in brackets. */
export const readBoolean = (answer: string): boolean | undefined => {
  const folded = foldAnswer(answer)
    .replace(
      /^(?:(?:the|this) )?(?:statement|claim|proposition|该?(?:说法|命题|陈述|题目|表述|判断))\s?(?:is|是|为)?\s?/,
      ""
    )
    .replace(/^[([]([^()[\]]{1,20})[)\]]$/, "$1")
  const whole = values.get(folded)
  if (whole !== undefined) return whole
  const first = /^([^,.;:!?。、(\n-]{1,16})[,.;:!?。、(\n-]/.exec(folded)?.[1]
  return first === undefined ? undefined : values.get(first.trim())
}
