import type { FinishReason } from "../ChatModel.ts"
import { Malformed, Overloaded, type ProviderErrorReason, Unavailable } from "../ProviderError.ts"

const known: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["length", "length"],
  ["max_tokens", "length"],
  // Mistral, Zhipu: the context is full
  ["model_length", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_calls", "tool_calls"],
  // the former name of the same
  ["function_call", "tool_calls"],
  ["content_filter", "filter"],
  // Zhipu
  ["sensitive", "filter"]
])

/** Why a reply ended, from the platform's word for it. */
export const finishOf = (said: string): FinishReason => known.get(said) ?? "other"

/** The reason where the platform's word says that it broke off itself: such a reply is not finished. */
export const brokenOff = (said: string): ProviderErrorReason | undefined => {
  const detail = `the platform broke off: finish_reason ${said}`
  switch (said) {
    // DeepSeek
    case "insufficient_system_resource":
      return new Overloaded({ detail })
    // Zhipu
    case "network_error":
      return new Unavailable({ detail })
    // OpenRouter; vLLM and SGLang
    case "error":
    case "abort":
      return new Malformed({ detail })
    default:
      return undefined
  }
}
