// A family driven with plain `fetch`, as far as its own part goes: no time-outs, no retries, no policy.
import { Result, Struct } from "effect"
import * as Sse from "effect/encoding/Sse"
import type { ChatEvent, ChatRequest, FinishReason } from "../../../src/providers/ChatModel.ts"
import type { DecodedReply, Family, Target } from "../../../src/providers/Family.ts"
import { Network, type ProviderErrorReason } from "../../../src/providers/ProviderError.ts"
import { fold } from "../openai/streams.ts"

/** What a call comes to, whole or streamed. */
export type Outcome = Result.Result<
  Omit<DecodedReply, "model" | "finish"> & { readonly finish: FinishReason | undefined },
  ProviderErrorReason
>

export interface Call {
  readonly outcome: Promise<Outcome>
  readonly leave: () => void
}

/** Calls the family's platform, whole or streamed. */
export const call = (
  family: Family,
  target: Target,
  request: ChatRequest,
  options: { readonly stream: boolean }
): Call => {
  const controller = new AbortController()
  const wire = Result.getOrThrow(family.encode(target, request, options))
  const run = async (): Promise<Outcome> => {
    const response = await fetch(wire.url, {
      method: "POST",
      headers: { ...wire.headers, "content-type": "application/json" },
      body: JSON.stringify(wire.body),
      signal: controller.signal
    })
    const body = await response.text()
    if (!response.ok) {
      return Result.fail(family.readError(target, response.status, Object.fromEntries(response.headers), body, 0))
    }
    // Whatever is no stream is read as a whole reply, also where a stream was asked for: it holds the error then.
    return response.headers.get("content-type")?.startsWith("text/event-stream") === true
      ? readStream(family, body)
      : Result.map(family.decodeReply(body), (reply) => Struct.omit(reply, ["model"]))
  }
  return {
    outcome: run().catch((cause: unknown) => Result.fail(new Network({ detail: String(cause) }))),
    leave: () => controller.abort()
  }
}

const readStream = (family: Family, body: string): Outcome => {
  const reader = family.makeStreamReader()
  const read: Array<Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>> = []
  Sse.makeParser((event) => {
    if (event._tag === "Event") read.push(reader.push(event))
  }).feed(body)
  return Result.map(Result.all([...read, reader.end()]), (events) => fold(events.flat()))
}

/** The text of a call that was answered, or the reason's name. */
export const told = (outcome: Outcome): string =>
  Result.match(outcome, { onSuccess: ({ text }) => `answered: ${text}`, onFailure: ({ _tag }) => _tag })
