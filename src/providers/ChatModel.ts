import type { Effect, Stream } from "effect"
import type { CostSource } from "./accounting/CostSource.ts"
import type { ProviderError } from "./ProviderError.ts"

/** A part of what a user says: text, or an image by address or by content (base64). */
export type ContentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: "image"; readonly mediaType: string; readonly base64: string }

/** A call of a tool that a model asks for; `arguments` is JSON text, as the model wrote it. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** One message of a conversation, as every platform understands it. */
export type ChatMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string | ReadonlyArray<ContentPart> }
  | { readonly role: "assistant"; readonly content: string; readonly toolCalls?: ReadonlyArray<ToolCall> }
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: string }

/** A function that the model may call; `parameters` is a JSON schema. */
export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** Whether the platform is to hold the model to the schema. */
  readonly strict?: boolean
}

export type ToolChoice = "auto" | "none" | "required" | { readonly name: string }

/** The form that the reply's text must have. */
export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema"
      readonly name: string
      readonly schema: Readonly<Record<string, unknown>>
      /** Whether the platform is to hold the model to the schema. */
      readonly strict?: boolean
    }

/** How much a model is to think before it answers. `none` and `medium` send nothing: most models know neither word, and do the latter anyway. */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high"

/**
 * A model call. What is not set is not sent. What is set and cannot be had from a platform is refused by name, never left
 * out silently; sampling parameters that a model is known to refuse are the exception (see `config/presets.json`).
 */
export interface ChatRequest {
  readonly messages: ReadonlyArray<ChatMessage>
  /** 0–2 */
  readonly temperature?: number
  /** 0–1 */
  readonly topP?: number
  readonly maxTokens?: number
  readonly stop?: ReadonlyArray<string>
  readonly seed?: number
  /** −2–2 */
  readonly presencePenalty?: number
  /** −2–2 */
  readonly frequencyPenalty?: number
  readonly tools?: ReadonlyArray<ToolDefinition>
  readonly toolChoice?: ToolChoice
  readonly responseFormat?: ResponseFormat
  readonly reasoningEffort?: ReasoningEffort
}

/** Tokens as the platform counted them; `estimated` where it reported none. */
export interface Usage {
  /** All of them: with those that the platform had in its cache and those that it put there. */
  readonly promptTokens: number
  /** Includes `reasoningTokens`. */
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
  /** Of `cacheWriteTokens`, those that the platform keeps for an hour. */
  readonly hourCacheWriteTokens?: number
  readonly reasoningTokens: number
  /** What the platform says that it costs, in micro-USD. */
  readonly toldCost?: number
  readonly estimated: boolean
}

/** Why a reply ended. `filter`: the platform's content rules cut it short. */
export type FinishReason = "stop" | "length" | "tool_calls" | "filter" | "other"

/** Of a reply that a stop sequence of the request ended: which one, where the platform tells it. */
export interface StoppedBy {
  readonly stopSequence?: string
}

/** What a streamed reply consists of, in the order it comes; ends with `Finish`, or fails. */
export type ChatEvent =
  | { readonly _tag: "TextDelta"; readonly text: string }
  | { readonly _tag: "ReasoningDelta"; readonly text: string }
  /** A piece of the call at `index`: `id` and `name` come with its first piece, `arguments` grows. */
  | {
      readonly _tag: "ToolCallDelta"
      readonly index: number
      readonly id?: string
      readonly name?: string
      readonly arguments: string
    }
  | { readonly _tag: "UsageReported"; readonly usage: Usage }
  | ({ readonly _tag: "Finish"; readonly reason: FinishReason } & StoppedBy)

/** What a call came to with all its attempts: its id in the ledger, what it used, and what it cost in micro-USD (`undefined`: no price known). */
export interface Receipt {
  readonly callId: string
  readonly attempts: number
  readonly usage: Usage
  readonly cost: number | undefined
  readonly costSource: CostSource | undefined
}

/** A whole reply. `text` is the answer alone: what the model thought aloud is in `reasoning`. Text or tool calls, or both. */
export interface ChatReply extends StoppedBy {
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: ReadonlyArray<ToolCall>
  readonly finish: FinishReason
  readonly usage: Usage
  /** The provider's id here, and the model as the platform names it. */
  readonly provider: string
  readonly model: string
  /** Of a model whose calls are accounted for. */
  readonly receipt?: Receipt
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
  /** The same, piece by piece; retried only before its first piece. */
  readonly stream: (request: ChatRequest) => Stream.Stream<ChatEvent, ProviderError>
}
