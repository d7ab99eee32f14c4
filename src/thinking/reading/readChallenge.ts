import { fieldsOf, fieldText, firstField } from "./fields.ts"
import { jsonObjects } from "./jsonObjects.ts"
import { truthOf } from "./truthOf.ts"

const longest = 4000
const found = ["found", "hascounterexample", "counterexamplefound", "errorfound", "haserror", "存在", "发现"]
const texts = ["counterexample", "counterexamples", "error", "objection", "explanation", "reason", "反例", "理由"]

const nothingFound =
  /\bno (?:counter-?examples?|errors?|mistakes?|flaws?|problems?|issues?)\b|\bnone (?:was |were )?found\b|(?:没有|未|无)(?:发现|找到)?(?:任何)?(?:反例|错误|问题|漏洞)/i
const label = /^[\s>#*_-]{0,10}(?:counter-?example|反例)[\s*_]{0,4}[:：][\s*_]{0,4}/im

/**
 * What a challenger found. Without a counterexample in words nothing was found that anyone could act on, so a bare "found" is
 * as unreadable (`undefined`) as no statement at all.
 */
export const readChallenge = (
  text: string
): { readonly found: boolean; readonly counterexample: string } | undefined => {
  for (const object of jsonObjects(text)) {
    const fields = fieldsOf(object)
    const isFound = truthOf(firstField(fields, found))
    if (isFound === false) return { found: false, counterexample: "" }
    const counterexample = fieldText(firstField(fields, texts), longest)
    if (isFound === true && counterexample !== "") return { found: true, counterexample }
  }
  return readWords(text)
}

// Without a readable object: `"found": false` of one that was cut short, then what plain words say.
const readWords = (text: string): { readonly found: boolean; readonly counterexample: string } | undefined => {
  const said = truthOf(/["']?\bfound["']?\s{0,4}[:：=]\s{0,4}["']?(\w{1,8})/i.exec(text)?.[1])
  if (said === false) return { found: false, counterexample: "" }
  if (said === true) {
    const told = /["']?counter_?example["']?\s{0,4}[:：=]\s{0,4}["']?/i.exec(text)
    const rest = told === null ? "" : text.slice(told.index + told[0].length, told.index + told[0].length + longest)
    const counterexample = rest.replace(/["'\s}]{1,20}$/, "").trim()
    return counterexample === "" ? undefined : { found: true, counterexample }
  }
  const labelled = label.exec(text)
  if (labelled !== null) {
    const counterexample = text
      .slice(labelled.index + labelled[0].length)
      .slice(0, longest)
      .trim()
    const isNone = /^(?:none|no|n\/a|nothing|无|没有|未发现)[\s.。*]{0,4}$/i.test(counterexample)
    if (counterexample !== "") return { found: !isNone, counterexample: isNone ? "" : counterexample }
  }
  const isShort = text.length <= 400
  return (isShort && nothingFound.test(text)) ||
    /^[\s*"'`]{0,8}(?:none|无|没有)[\s*"'`.。]{0,8}$/i.test(text.slice(0, 40))
    ? { found: false, counterexample: "" }
    : undefined
}
