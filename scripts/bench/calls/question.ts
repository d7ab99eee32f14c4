// The call that is made over and over: a question as the answer service asks it, and what the upstream says to it.
import type { ChatRequest } from "../../../src/providers/ChatModel.ts"
import { generatedQuestion } from "../GeneratedQuestion.ts"

const { options, title } = generatedQuestion(4)

/** The call. */
export const request: ChatRequest = {
  messages: [
    {
      role: "system",
      content:
        '你是一位严谨的答题专家。请阅读题目和选项，选出唯一正确的一项，只输出一个 JSON 对象，例如 {"answer":["选项的文字"]}，不要输出任何其他内容。'
    },
    {
      role: "user",
      content: `${title}\n\n${options.map((option, place) => `${"ABCD"[place]}. ${option}`).join("\n")}`
    }
  ]
}

/** The text of a right reply. */
export const answer = JSON.stringify({ answer: [options[0]] })
