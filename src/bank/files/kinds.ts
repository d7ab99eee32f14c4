// What a text says of the type of the questions below or beside it: a sheet's name, a heading, a chapter, a prefix.
import type { QuestionType } from "../QuestionType.ts"

const words: ReadonlyArray<readonly [QuestionType, RegExp]> = [
  ["multiple", /多项|多选|不定项|复选|[XＸ]型题|multiple|multi.?(?:choice|select)|checkbox|\bMA\b|MCQ.?multi/i],
  ["single", /单项|单选|[AＡ]\d?[型题]|single|radio|multiple[\s_-]?choice$/i],
  ["judgement", /判断|是非题|对错题|正误|true.{0,4}false|judge?ment|judge|\bT\/?F\b/i],
  ["completion", /填空|完形|补全|completion|fill|blank|cloze/i],
  ["essay", /简答|问答|论述|名词解释|案例分析|计算题|essay|short.?answer|subjective/i]
]

/** The type that a text names; `undefined` where it names none, or several. */
export const kindIn = (text: string): QuestionType | undefined => {
  if (text.length > 200) return undefined
  // "Multiple choice" is one of several, but for who says that several are right.
  if (/^multiple[\s_-]?choices?(?:[\s_-]?questions?)?$/i.test(text.trim())) return undefined
  const found = words.filter(([, pattern]) => pattern.test(text)).map(([type]) => type)
  return found.length === 1 ? found[0] : undefined
}

const prefix =
  /^\s*(\d{1,4}\s*[.．、)）:：]?\s*)?[[【(（〔]\s*(单项?选择?|多项?选择?|不定项(?:选择)?|选择|判断|填空|简答|问答|论述|名词解释|是非|single(?: choice)?|multiple(?: answers?)?|judge?ment|true\/false|completion|essay|short answer)题?(?:[,，:：;；、\s/].{0,12})?\s*[\]】)）〕]\s*(\S.*)$/is

/** A title without the type that stands before it in brackets (`【单选题】…`), and that type. */
export const withoutKind = (title: string): { readonly title: string; readonly kind: QuestionType | undefined } => {
  const parts = prefix.exec(title)
  const kind = parts?.[2] === undefined ? undefined : kindIn(parts[2])
  return parts?.[3] === undefined || (kind === undefined && parts[2] !== "选择")
    ? { title, kind: undefined }
    : { title: parts[3], kind }
}

const onlyKind =
  /^[\s[【(（]*(?:[一二三四五六七八九十]{1,3}\s*[、.．]\s*)?(?:单项?选择?|多项?选择?|不定项选择|判断|填空|简答|问答|论述|选择|名词解释|是非|单选|多选)题?(?:部分)?[\s\]】)）:：]*$/

/** A text that cannot be a question's words: a number, a date, the name of a type. */
export const isNoQuestion = (text: string): boolean =>
  /^[\s\d.,、:：/年月日-]*$/.test(text) || /^第?\s*\d{1,4}\s*[题条]?$/.test(text) || onlyKind.test(text)
