import { Effect, Layer, Option, Stream } from "effect"
import { Catalog } from "../../src/providers/Catalog.ts"
import type { ChatModel, ChatReply, ChatRequest } from "../../src/providers/ChatModel.ts"
import { replyEvents } from "../../src/providers/events.ts"
import { ProviderError, type ProviderErrorReason } from "../../src/providers/ProviderError.ts"

/** A model that does what a test says, and remembers what it was asked. */
export const scriptedModel = (
  reply: (request: ChatRequest, call: number) => Effect.Effect<string, ProviderErrorReason>
) => {
  const calls: Array<ChatRequest> = []
  const complete: ChatModel["complete"] = (request) =>
    Effect.suspend(() => {
      calls.push(request)
      return reply(request, calls.length)
    }).pipe(
      Effect.map(replyOf),
      Effect.mapError((reason) => new ProviderError({ provider: "scripted", model: "script", reason }))
    )
  const model: ChatModel = {
    provider: "scripted",
    name: "Scripted",
    model: "script",
    complete,
    stream: (request) =>
      Stream.unwrap(Effect.map(complete(request), (reply) => Stream.fromIterable(replyEvents(reply))))
  }
  return { calls, layer: catalogOf(model) }
}

/** A catalog that has this model, or none, for every role. */
export const catalogOf = (model: ChatModel | undefined) =>
  Layer.succeed(
    Catalog,
    Catalog.of({
      forRole: () => Effect.succeed(Option.fromUndefinedOr(model)),
      find: () => Effect.succeed(Option.fromUndefinedOr(model)),
      priceOf: () => Effect.succeed(undefined),
      keysOf: () => Effect.succeed(undefined),
      circuit: (key) => Effect.succeed({ _tag: "Closed", key }),
      install: () => Effect.void
    })
  )

const replyOf = (text: string): ChatReply => ({
  text,
  reasoning: "",
  toolCalls: [],
  finish: "stop",
  usage: {
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false
  },
  provider: "scripted",
  model: "script"
})

/** The last thing the user said to the model. */
export const askedLast = (request: ChatRequest): string => {
  const content = request.messages.at(-1)?.content ?? ""
  return typeof content === "string" ? content : ""
}
