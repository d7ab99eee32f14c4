import { lastUserText } from "../prompts/lastUserText.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import type { AnswerForm } from "../AnswerForm.ts"

const judgement =
  /[[(【（](?:判断题?|对错|正误|true\s?\/\s?false|t\s?\/\s?f)[\])】）]|判断题|判断(?:下列|以下|下面|这个)?[^。？\n]{0,12}(?:对错|正误|是否正确|真假)|(?:对还是错|正确还是错误|是真是假)|\btrue or false\b|(?:是否正确|对吗|对不对)[？?]?\s{0,8}$/i
const optionA = /^\s{0,8}[([（]?A[.、:：)\]）．][^\n]{1,400}$/m
const optionB = /^\s{0,8}[([（]?B[.、:：)\]）．][^\n]{1,400}$/m
const wantsWords =
  /解释|说明|证明|为什么|为何|理由|过程|步骤|分析|如何|怎么|\b(?:explain|prove|proof|why|show that|derive|describe|discuss|justify|how (?:do|does|can|to|would|should))\b/i
const howMany =
  /(?:\bhow (?:many|much)\b[^?]{0,200}\?|(?:多少|几)[^，。？?\n]{0,12}[？?]|(?:是|为|等于|得)多少)\s{0,8}$/i

// Beyond this a prompt is a text to work on, and what it asks for is not told by a few words in it.
const longestQuestion = 2000

/**
 * The form of answer that a request wants, where that is beyond doubt; `undefined` leaves it to the plan. Choices are options
 * whatever they say; what the caller knows holds; an answer in JSON is compared with nothing.
 */
export const answerFormOf = (request: ReasoningRequest): AnswerForm | undefined => {
  if (request.choices !== undefined) return "option"
  if (request.form !== undefined) return request.form
  if (request.format !== undefined && request.format.type !== "text") return "open"
  const question = lastUserText(request.messages)
  if (question.length > longestQuestion) return undefined
  if (optionA.test(question) && optionB.test(question)) return "option"
  if (wantsWords.test(question)) return undefined
  if (judgement.test(question)) return "boolean"
  return howMany.test(question) ? "number" : undefined
}
