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
  "ja",
  "richtig",
  "wahr",
  "oui",
  "vrai",
  "sí",
  "si",
  "verdadero",
  "cierto",
  "да",
  "верно",
  "правда",
  "はい",
  "正しい",
  "○",
  "예",
  "네",
  "맞다",
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
  "nein",
  "falsch",
  "non",
  "faux",
  "falso",
  "нет",
  "неверно",
  "ложь",
  "いいえ",
  "誤り",
  "正しくない",
  "아니요",
  "아니오",
  "틀리다",
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

/**
 * Whether an answer says true or false: the whole of it, or the word that it begins with before a mark or in brackets, unless what
 * follows says the opposite ("no, it is true").
 */
export const readBoolean = (answer: string): boolean | undefined => {
  const folded = foldAnswer(answer)
    .replace(
      /^(?:(?:the|this|that) )?(?:it|statement|claim|proposition|该?(?:说法|命题|陈述|题目|表述|判断))\s?(?:is|'s|是|为)?\s?/,
      ""
    )
    .replace(/^[([]([^()[\]]{1,20})[)\]]$/, "$1")
  const whole = values.get(folded)
  if (whole !== undefined) return whole
  const parts = /^([^,.;:!?。、(\n-]{1,16})(?:[,;!?。、(\n]|[.:](?!\d)|\s-|-\s)(.*)$/s.exec(folded)
  const first = values.get((parts?.[1] ?? "").trim())
  if (first === undefined || /^\d/.test(folded)) return undefined
  const rest = (parts?.[2] ?? "").slice(0, longestRest)
  const opposite = first ? saysNo : saysYes
  return opposite.test(rest) ? undefined : first
}

const longestRest = 400
// Only what speaks of the statement as a whole: a reason may hold any word.
const saysYes =
  /\b(?:is|are|it's) (?:in fact |actually |indeed )?(?:true|correct|right)\b|(?:是|应为)(?:正确|对)的?(?=[,。;!]|$)/
const saysNo =
  /\b(?:is|are|it's) (?:in fact |actually |indeed )?(?:false|incorrect|wrong|not (?:true|correct|right))\b|\bif wrong\b|(?:是|应为)(?:错误?|不对|不正确)的?(?=[,。;!]|$)/
