import { judgementOf } from "../judgement.ts"
import { undressings } from "./undressed.ts"

const right = "正确|正確|对|對|成立|属实|无误|right|true|correct|正しい"
const wrong = "错误|錯誤|错|錯|不正确|不正確|不对|不對|不成立|有误|wrong|false|incorrect|untrue|誤り|間違い"

// "这个说法是错误的", "The statement is false", "该说法并不正确"
const verdict = new RegExp(
  `^(?:(?:该|这|此|本|题)[^,，。;；]{0,12}?|[^,，。;；]{0,6}?(?:说法|命题|观点|表述|描述|论断|叙述|题干|结论)|(?:the|this)\\s+(?:statement|claim|sentence|proposition|answer)|it)\\s*(?:is|应?是|应?为|显然)?\\s*(并?不是?|并?非|not\\s+)?(${wrong}|${right})\\s*的?$`,
  "i"
)
// "正确，因为…", "False. The sky is blue."
const opening = new RegExp(`^(${wrong}|${right})的?\\s*(?:[,，。.;；:：!！(（\\n]|because|因为|理由)`, "i")
const isWrong = new RegExp(`^(?:${wrong})$`, "i")
const lettered = /^[([（【]?[A-Za-z][.、．:：)\]）】\s]+(\S[\s\S]*)$|^(\S+?)\s*[(（][A-Za-z][)）]$/

/** Whether an expression says right (`true`), wrong (`false`), or neither: a word for it, with or without a sentence around it. */
export const valueSaid = (expression: string): boolean | undefined => {
  for (const text of undressings(expression)) {
    const [, after, before] = lettered.exec(text) ?? []
    const value = judgementOf(text) ?? judgementOf(after ?? before ?? "")
    if (value !== undefined) return value
    const [, negation, word = opening.exec(text)?.[1]] = verdict.exec(text) ?? []
    if (word !== undefined) return isWrong.test(word) === (negation !== undefined)
  }
  return undefined
}
