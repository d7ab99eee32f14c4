import type { Prompt } from "../../platform/PromptFiles.ts"
import type { ChatMessage } from "../../providers/ChatModel.ts"
import { optionLabel } from "../answers/optionLabel.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import { type PromptLanguage } from "./language.ts"
import { textOf } from "./lastUserText.ts"
import { wordings } from "./wording.ts"

/**
 * The caller's conversation as a role sees it: one system message (the role's, then the caller's, marked as such), the messages
 * unchanged, and after the last question its choices and what the role is to do.
 */
export const conversationFor = (
  request: ReasoningRequest,
  prompt: Prompt,
  language: PromptLanguage
): ReadonlyArray<ChatMessage> => {
  const wording = wordings[language]
  const own = request.messages
    .filter(({ role }) => role === "system")
    .map(textOf)
    .join("\n\n")
    .trim()
  const system = own === "" ? prompt.system : `${prompt.system}\n\n${wording.caller(own)}`
  const said = request.messages.filter(({ role }) => role !== "system")
  const instruction = [...choicesOf(request, language), prompt.user].join("\n\n")
  return [{ role: "system", content: system }, ...withInstruction(said, instruction)]
}

const choicesOf = ({ choices }: ReasoningRequest, language: PromptLanguage): ReadonlyArray<string> =>
  choices === undefined
    ? []
    : [
        `${wordings[language].choices(choices.several)}\n${choices.options
          .map((option, place) => `${optionLabel(place)}. ${option}`)
          .join("\n")}`
      ]

const withInstruction = (messages: ReadonlyArray<ChatMessage>, instruction: string): ReadonlyArray<ChatMessage> => {
  const last = messages.at(-1)
  if (last?.role !== "user") return [...messages, { role: "user", content: instruction }]
  const content =
    typeof last.content === "string"
      ? `${last.content}\n\n${instruction}`
      : [...last.content, { type: "text" as const, text: instruction }]
  return [...messages.slice(0, -1), { role: "user", content }]
}
