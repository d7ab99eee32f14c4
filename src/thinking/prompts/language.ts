import type { ChatMessage } from "../../providers/ChatModel.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import { lastUserText, textOf } from "./lastUserText.ts"

export type PromptLanguage = "zh" | "en"

const languageOfText = (text: string): PromptLanguage | undefined => {
  // kana and hangul: Japanese and Korean are closer to English prompts than to Chinese ones
  if (/[\u3040-\u30ff\uac00-\ud7af]/.test(text)) return "en"
  if (/[\u3400-\u9fff]/.test(text)) return "zh"
  return /\p{L}{2}/u.test(text) ? "en" : undefined
}

/**
 * The language of a run's prompts: that of the settings, or with `auto` that of the last thing the user said; where that is all
 * figures or images, of the choices, then of the rest of the conversation.
 */
export const languageOf = ({ choices, messages, settings }: ReasoningRequest): PromptLanguage =>
  settings.language !== "auto"
    ? settings.language
    : (languageOfText(lastUserText(messages)) ??
      languageOfText((choices?.options ?? []).join("\n")) ??
      languageOfText(messages.filter(isSpoken).map(textOf).join("\n")) ??
      "en")

const isSpoken = ({ role }: ChatMessage): boolean => role !== "tool"
