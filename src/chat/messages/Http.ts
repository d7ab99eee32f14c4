import { Effect } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { estimatedUsage } from "../../providers/accounting/usage.ts"
import type { ChatMessage, ToolDefinition } from "../../providers/ChatModel.ts"
import { openTurn, pullOf } from "../OpenedTurn.ts"
import { Turns } from "../Turns.ts"
import { errorReply } from "./errorReply.ts"
import { type Failure, failureOf, refusal } from "./failures.ts"
import { messageFrames } from "./messageFrames.ts"
import { newMessageId } from "./messageParts.ts"
import { CountBody, MessagesBody } from "./MessagesBody.ts"
import { readJson } from "./readJson.ts"
import { callsOneTool, saidIn, showsThinking, toTurn } from "./toTurn.ts"
import { wholeReply } from "./wholeReply.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "messages",
  Effect.fnUntraced(function* (handlers) {
    const turns = yield* Turns

    const begin = (body: MessagesBody) =>
      Effect.gen(function* () {
        const turn = { ...(yield* toTurn(body)), whole: body.stream !== true }
        return { turn, running: yield* turns.begin(turn) }
      }).pipe(Effect.mapError(refusal))

    const create = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, requestId: string) {
      const body = yield* readJson(request, MessagesBody)
      const { running, turn } = yield* begin(body)
      const { events, model } = running
      const head = {
        id: newMessageId(),
        model,
        showsThinking: showsThinking(body),
        callsOneTool: callsOneTool(body)
      }
      if (body.stream !== true) return yield* wholeReply(yield* pullOf(events), head, requestId)
      const opened = yield* Effect.mapError(openTurn(events), failureOf)
      const promptTokens = tokensIn(turn.messages, turn.options.tools ?? [])
      return HttpServerResponse.stream(messageFrames(opened, { ...head, promptTokens }, requestId), {
        contentType: "text/event-stream; charset=utf-8",
        headers: { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no", "request-id": requestId }
      })
    })

    const count = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, requestId: string) {
      const body = yield* readJson(request, CountBody)
      const { messages, tools } = yield* Effect.mapError(saidIn(body), refusal)
      yield* Effect.mapError(turns.model(body.model), refusal)
      return HttpServerResponse.jsonUnsafe(
        { input_tokens: tokensIn(messages, tools), estimated: true },
        { headers: { "request-id": requestId } }
      )
    })

    return handlers
      .handleRaw("createMessage", ({ request }) => answer((id) => create(request, id)))
      .handleRaw("countMessageTokens", ({ request }) => answer((id) => count(request, id)))
  })
)

const answer = <R>(handle: (requestId: string) => Effect.Effect<HttpServerResponse.HttpServerResponse, Failure, R>) =>
  Effect.flatMap(RequestId, (id) => Effect.catch(handle(id), (failure) => Effect.succeed(errorReply(failure, id))))

/** About so many tokens; tools count as the JSON that they are. */
const tokensIn = (messages: ReadonlyArray<ChatMessage>, tools: ReadonlyArray<ToolDefinition>): number => {
  const all = tools.length === 0 ? messages : [...messages, { role: "system" as const, content: JSON.stringify(tools) }]
  return estimatedUsage({ messages: all }, 0).promptTokens
}
