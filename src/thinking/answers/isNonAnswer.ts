import type { AnswerForm } from "../AnswerForm.ts"
import type { AnswerChoices } from "../ReasoningRequest.ts"
import { foldAnswer } from "./foldAnswer.ts"
import { normaliseAnswer } from "./normaliseAnswer.ts"

/**
 * Whether what stands in the place of an answer answers nothing: it names no option or truth value where one is wanted; else it is a
 * refusal, a call for more information, not knowing, a placeholder.
 */
export const isNonAnswer = (said: string, form: AnswerForm, choices: AnswerChoices | undefined): boolean => {
  if (form === "option" || form === "boolean") return normaliseAnswer(said, form, choices) === ""
  return saysNothing(said)
}

/** The same of a text whose question is not known: its words alone decide. */
export const saysNothing = (said: string): boolean => {
  const text = foldAnswer(said.slice(0, longestRefusal)).replace(/’/g, "'")
  return placeholder.test(text) || (said.length <= longestRefusal && patterns.some((pattern) => pattern.test(text)))
}

// Who explains at length what can be said has said something.
const longestRefusal = 400

const placeholder =
  /^(?:\W{0,8}|n\/?a|none|null|nil|undefined|tbd|todo|unknown|\?{1,5}|无|暂无|未知|待定|不详|不明|なし|不明です|없음|unbekannt|inconnu|desconocido)$/

// Each says that the speaker, not the matter, gives no answer.
const patterns: ReadonlyArray<RegExp> = [
  /\b(?:i|we) (?:(?:would|will|'ll|'d) )?(?:still )?(?:need|require|want) (?:some |a bit |a little )?(?:more|further|additional|extra|to know)\b/,
  /\b(?:please|could you|can you|would you) (?:please )?(?:provide|share|give|specify|clarify|supply|tell|upload|send|restate)\b/,
  /\b(?:more|further|additional) (?:information|info|context|details?|data|input) (?:is|are|would be|needed|required|necessary)\b/,
  /\b(?:need|needs|require|requires|requiring|without|lack|lacks|lacking) (?:more|further|additional|enough|sufficient) (?:information|info|context|details?|data|input)\b/,
  /\b(?:not enough|insufficient|too little|inadequate|missing) (?:information|info|context|details?|data|input)\b/,
  /\b(?:i|we)(?: am|'m| are|'re)? (?:sorry|afraid|unable|not able|not sure|uncertain|unsure)\b/,
  /\b(?:i|we) (?:can ?not|can't|could not|couldn't|won't|will not|do not|don't|did not|didn't) (?:know|help|assist|answer|determine|say|tell|decide|solve|provide|comply|find|see|do that|be sure|discuss|conclude)\b/,
  /^(?:sorry|unable|no idea|no answer|not sure|unclear|undetermined|inconclusive|cannot answer|can't answer|cannot say|skip|pass)\b/,
  /\b(?:as an ai|as a language model|against (?:my|the) (?:policy|guidelines))\b/,
  /^(?:it |this |that |the answer |the question |the result )?(?:can ?not|can't|could not) be (?:determined|answered|decided|solved|known|calculated|inferred|concluded)\b/,
  /^(?:it |this )?(?:is |remains )?(?:impossible|not possible) to (?:say|tell|know|answer|determine|decide)\b/,
  /(?:需要|请|请您|还需|麻烦)(?:您|你|用户)?(?:提供|补充|给出|说明|告知|上传)?(?:更多|进一步|其他|额外|具体|完整|详细)(?:的)?(?:信息|资料|条件|上下文|背景|数据|细节|题目|内容)/,
  /(?:信息|条件|资料|数据|题目|已知|上下文)(?:并)?(?:不足|不够|不全|不完整|缺失|太少)/,
  /(?:无法|不能|难以|没法|没办法|不便)(?:根据[^,。]{0,20})?(?:确定|判断|回答|作答|得出|给出|解答|提供|得知|计算|确认|完成|协助)/,
  /(?:我)?(?:不知道|不清楚|不确定|不会(?:做|答)?|没有答案|没有头绪)$|^(?:我)?(?:不知道|不清楚|不确定|抱歉|对不起|很遗憾)/,
  /(?:情報|条件|データ)(?:が)?(?:不足|足り)|(?:わかりません|分かりません|判断できません|答えられません|回答できません|お答えできません)/,
  /(?:정보가|조건이) ?(?:부족|더 필요)|(?:모르겠|알 수 없|답할 수 없|판단할 수 없)/,
  /\b(?:weitere|mehr) informationen|\b(?:nicht genug|unzureichende|fehlende) informationen|\bkann (?:ich )?nicht (?:beantwort|bestimm|sagen)|\bweiß ich nicht|\bich weiß (?:es )?nicht/,
  /\b(?:plus d'informations|informations insuffisantes|je ne sais pas|je ne peux pas|impossible de (?:dire|répondre|déterminer))/,
  /\b(?:más información|información insuficiente|no (?:lo )?sé|no puedo|no se puede (?:determinar|responder|saber))/,
  /(?:недостаточно (?:информации|данных)|нужна? (?:дополнительн|больше)|не знаю|не могу (?:ответить|определить|помочь)|невозможно (?:определить|ответить))/
]
