import { Effect } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { CurrentUser } from "../../platform/Caller.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { estimatedPrompt } from "../../providers/accounting/usage.ts"
import type { ChatMessage, ToolDefinition } from "../../providers/ChatModel.ts"
import { begun, pullOf } from "../OpenedTurn.ts"
import { retryOf } from "../retryOf.ts"
import { SharedTurns } from "../SharedTurns.ts"
import type { Turn, TurnError, TurnEvent } from "../Turn.ts"
import { Turns } from "../Turns.ts"
import { errorReply } from "./errorReply.ts"
import { type Failure, failureOf, refusal } from "./failures.ts"
import { messageFrames } from "./messageFrames.ts"
import { newMessageId } from "./messageParts.ts"
import { CountBody, MessagesBody } from "./MessagesBody.ts"
import type { MessageHead } from "./MessageWriter.ts"
import { readJson, readText } from "./readJson.ts"
import { callsOneTool, saidIn, showsThinking, toTurn } from "./toTurn.ts"
import { wholeReply } from "./wholeReply.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "messages",
  Effect.fnUntraced(function* (handlers) {
    const turns = yield* Turns
    const room = (yield* SharedTurns).room<Pick<MessageHead, "id" | "model">, TurnEvent, TurnError>()

    const begin = (turn: Turn) =>
      Effect.map(turns.begin(turn), ({ events, model, run }) => ({
        head: { id: newMessageId(), model },
        pull: pullOf(events),
        isFound: run !== undefined
      }))

    const create = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, requestId: string) {
      const text = yield* readText(request)
      const body = yield* readJson(text, MessagesBody)
      const turn = { ...(yield* Effect.mapError(toTurn(body), refusal)), whole: body.stream !== true }
      const opening = room.open(retryOf(request, text, yield* CurrentUser), begin(turn))
      const joined = yield* Effect.mapError(opening, refusal)
      const head = { ...joined.head, showsThinking: showsThinking(body), callsOneTool: callsOneTool(body) }
      if (body.stream !== true) return yield* wholeReply(joined.pull, head, requestId)
      const opened = yield* Effect.mapError(begun(joined.pull), failureOf)
      const promptTokens = tokensIn(turn.messages, turn.options.tools ?? [])
      return HttpServerResponse.stream(messageFrames(opened, { ...head, promptTokens }, requestId), {
        contentType: "text/event-stream; charset=utf-8",
        headers: { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no", "request-id": requestId }
      })
    })

    const count = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, requestId: string) {
      const body = yield* readJson(yield* readText(request), CountBody)
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
const tokensIn = (messages: ReadonlyArray<ChatMessage>, tools: ReadonlyArray<ToolDefinition>): number =>
  estimatedPrompt(tools.length === 0 ? { messages } : { messages, tools })
