import type { Result } from "effect"
import type { Preset } from "../platform/config/Presets.ts"
import type { ChatEvent, ChatReply, ChatRequest, Usage } from "./ChatModel.ts"
import type { BadRequest, ProviderErrorReason } from "./ProviderError.ts"

/** Which model is called where. */
export interface Target {
  readonly preset: Preset
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly model: string
  /** The key's value; `undefined` where the platform takes none. */
  readonly key: string | undefined
}

/** A call as it goes over the wire: always a POST of JSON. */
export interface WireRequest {
  readonly url: string
  /** Lower-case names; without content-type and accept, which the sender sets. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** The most tokens that the platform is told it may write; `undefined` where it is told none. */
  readonly outputLimit: number | undefined
}

/** A whole reply as read from its body. */
export type DecodedReply = Pick<ChatReply, "text" | "reasoning" | "toolCalls" | "finish" | "stopSequence"> & {
  /** `undefined` where the platform reported none. */
  readonly usage: ChatReply["usage"] | undefined
  /** The model as the platform names it, if it does. */
  readonly model: string | undefined
}

/** One server-sent event of a streamed reply. */
export interface WireEvent {
  readonly event: string
  readonly data: string
}

/**
 * Reads one streamed reply. `push` gives the events that a server-sent event holds, maybe none; `end` is called when the
 * body ended, and gives what is still owed or says that the stream was cut: a stream that did not say it is finished is
 * never passed off as finished. Both fail with the reason; a reader is of no use afterwards.
 */
export interface StreamReader {
  readonly push: (event: WireEvent) => Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>
  readonly end: () => Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>
  /** The tokens that the platform has told of so far, for a stream that does not come to its end. */
  readonly usage: () => Usage | undefined
}

/** What sets one kind of platform apart from the others: how it is asked and how it answers. Pure, so that it is tested on bodies. */
export interface Family {
  /** The call for a request, whole or streamed; refuses by name what the platform cannot do. */
  readonly encode: (
    target: Target,
    request: ChatRequest,
    options: { readonly stream: boolean }
  ) => Result.Result<WireRequest, BadRequest>
  /** Reads the body of a 2xx reply that is not streamed. */
  readonly decodeReply: (body: string) => Result.Result<DecodedReply, ProviderErrorReason>
  readonly makeStreamReader: () => StreamReader
  /** The reason behind a reply with another status. `now` is the time in milliseconds. */
  readonly readError: (
    target: Target,
    status: number,
    headers: Readonly<Record<string, string | undefined>>,
    body: string,
    now: number
  ) => ProviderErrorReason
}
