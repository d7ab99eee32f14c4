import { anthropicForm } from "./AnthropicForm.ts"
import type { Form } from "./Form.ts"
import { geminiForm } from "./GeminiForm.ts"
import { openAiForm } from "./OpenAiForm.ts"

/** The form of the calls at this path, or undefined where there are none. */
export const formOf = (method: string | undefined, path: string): Form | undefined => {
  if (method !== "POST") return undefined
  if (path === "/v1/chat/completions") return openAiForm
  if (path === "/v1/messages") return anthropicForm
  const [, model, verb] = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(path) ?? []
  return model === undefined ? undefined : geminiForm(decodeURIComponent(model), verb === "streamGenerateContent")
}
