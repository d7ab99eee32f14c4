import type {
  ChatEvent,
  ChatMessage,
  ChatRequest,
  FinishReason,
  ReasoningEffort,
  StoppedBy
} from "../providers/ChatModel.ts"
import type { ProviderError } from "../providers/ProviderError.ts"
import type { ThinkingOverrides } from "../thinking/presets.ts"
import type { ReasoningError } from "../thinking/ReasoningError.ts"
import type { RunId } from "../thinking/RunId.ts"
import type { LoggedEvent } from "../thinking/ThoughtEvent.ts"

/** What a client asks for in one turn of a conversation, whichever of the wire forms it came in. */
export interface Turn {
  /** As the client named it: `siku`, `siku-lite`, `siku:<preset>@<provider>/<model>`, `<provider>/<model>`, `demo`, … */
  readonly model: string
  /** The whole conversation. */
  readonly messages: ReadonlyArray<ChatMessage>
  /** Sampling, tools, response format: what is set is honoured or refused by name. */
  readonly options: Omit<ChatRequest, "messages" | "reasoningEffort">
  /** How deep a run thinks; a model that is asked directly is told it. */
  readonly effort: ReasoningEffort | undefined
  readonly thinking: ThinkingOverrides | undefined
  /** Whether the reply is wanted as one piece: a model is then asked for it as one, and its text comes in one event. */
  readonly whole?: boolean
  /** How many replies are wanted side by side, each from a call of its own; one unless set. */
  readonly choices?: number
}

/** What a turn took: all of a run's model calls together, of which what did not become the answer counts as reasoning. */
export interface TurnUsage {
  readonly promptTokens: number
  /** Includes `reasoningTokens`. */
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
  readonly reasoningTokens: number
  readonly estimated: boolean
  /** In micro-USD; `undefined` where no price is known. */
  readonly cost: number | undefined
}

/** What comes of a turn, in order. `Finish` is the last, unless it fails; of several choices each has its own, which tells what that one took. */
export type TurnEvent = OfTurn & {
  /** Which of several choices it belongs to, from 0. */
  readonly choice?: number
}

type OfTurn =
  | Extract<ChatEvent, { readonly _tag: "TextDelta" | "ReasoningDelta" | "ToolCallDelta" }>
  /** Of a run: what just happened in it, for clients that show progress. */
  | { readonly _tag: "Progress"; readonly event: LoggedEvent }
  | ({ readonly _tag: "Finish"; readonly reason: FinishReason; readonly usage: TurnUsage } & StoppedBy)

/** A turn under way. */
export interface RunningTurn {
  /** The run that thinks it through; `undefined` for a plain call. */
  readonly run: RunId | undefined
  /** The model's name to tell the client. */
  readonly model: string
}

/** Why a turn that had begun has no end. */
export type TurnError = ProviderError | ReasoningError
