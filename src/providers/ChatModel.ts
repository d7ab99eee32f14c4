import type { Effect } from "effect"
import type { ProviderError } from "./ProviderError.ts"

/** One message of a conversation, as every platform understands it. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}

/** A model call. Sampling fields are sent only when they are set here or in the provider's settings. */
export interface ChatRequest {
  readonly messages: ReadonlyArray<ChatMessage>
  /** 0–2 */
  readonly temperature?: number
  readonly maxTokens?: number
}

/** Tokens as the platform counted them; `estimated` where it reported none. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly reasoningTokens: number
  readonly estimated: boolean
}

/** A whole reply. `text` is the answer alone: what the model thought aloud is in `reasoning`. Never empty. */
export interface ChatReply {
  readonly text: string
  readonly reasoning: string
  readonly finish: "stop" | "length" | "other"
  readonly usage: Usage
  /** The provider's id here, and the model as the platform names it. */
  readonly provider: string
  readonly model: string
}

/**
 * One model at one provider, with the call policy (time-outs, retries) already around it. Interrupting a call closes its
 * connection.
 */
export interface ChatModel {
  readonly provider: string
  /** The provider's name for people. */
  readonly name: string
  readonly model: string
  readonly complete: (request: ChatRequest) => Effect.Effect<ChatReply, ProviderError>
}
