import { Clock, Effect } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../Api.ts"
import { CurrentUser } from "../platform/Caller.ts"
import { RequestId } from "../platform/RequestContext.ts"
import { sortableUuid } from "../platform/sortableUuid.ts"
import { makeChunkWriter } from "./completions/chunkWriter.ts"
import type { Identity } from "./completions/Identity.ts"
import { readBody } from "./completions/readBody.ts"
import { streamedReply } from "./completions/streamedReply.ts"
import { wholeReply } from "./completions/wholeReply.ts"
import { type Failure, failureOf, refusal } from "./failure.ts"
import { failureResponse } from "./failureResponse.ts"
import { begun, pullOf } from "./OpenedTurn.ts"
import { retryOf } from "./retryOf.ts"
import { SharedTurns } from "./SharedTurns.ts"
import type { Turn, TurnError, TurnEvent } from "./Turn.ts"
import type { ModelEntry } from "./turns/modelList.ts"
import { Turns, UnknownModel } from "./Turns.ts"

type Request = HttpServerRequest.HttpServerRequest

export const layer = HttpApiBuilder.group(
  Api,
  "chat",
  Effect.fnUntraced(function* (handlers) {
    const turns = yield* Turns
    const room = (yield* SharedTurns).room<Identity, TurnEvent, TurnError>()

    const begin = Effect.fnUntraced(function* (turn: Turn) {
      const { events, model, run } = yield* turns.begin(turn)
      const created = Math.floor((yield* Clock.currentTimeMillis) / 1000)
      const head: Identity = { id: `chatcmpl-${run ?? sortableUuid()}`, created, model, run }
      return { head, pull: pullOf(events), isFound: run !== undefined }
    })

    const complete = Effect.fnUntraced(
      function* (request: Request) {
        const text = yield* Effect.orDie(request.text)
        const { includeUsage, isStreamed, turn } = yield* readBody(text)
        const { head: identity, pull } = yield* room.open(retryOf(request, text, yield* CurrentUser), begin(turn))
        const { choices } = turn
        // Where one of several choices fails, the others may have to be paid for.
        const failed = (failure: Failure) =>
          failureResponse(choices === undefined ? failure : { ...failure, isFinal: true })
        if (!isStreamed)
          return yield* Effect.catch(wholeReply(pull, identity, choices), (failure) => Effect.succeed(failed(failure)))
        const requestId = yield* RequestId
        return yield* Effect.match(begun(pull), {
          onSuccess: (opened) => streamedReply(opened, makeChunkWriter(identity, { includeUsage, choices }), requestId),
          onFailure: (error) => failed(failureOf(error))
        })
      },
      Effect.catchTags({
        BadBody: (error) => Effect.succeed(failureResponse(refusal(error))),
        UnknownModel: (error) => Effect.succeed(failureResponse(refusal(error))),
        Unsupported: (error) => Effect.succeed(failureResponse(refusal(error)))
      })
    )

    const readModel = (id: string) =>
      Effect.match(turns.model(id), {
        onSuccess: (entry) => HttpServerResponse.jsonUnsafe(modelView(entry)),
        onFailure: (error) => failureResponse(refusal(error))
      })

    return handlers
      .handleRaw("createChatCompletion", ({ request }) => complete(request))
      .handle("listModels", () =>
        Effect.map(turns.models, (models) => ({ object: "list" as const, data: models.map(modelView) }))
      )
      .handleRaw("readModel", ({ params }) => readModel(params.id))
      .handleRaw("readModelOfProvider", ({ request }) => {
        const id = idIn(request)
        return id === undefined
          ? Effect.succeed(failureResponse(refusal(new UnknownModel({ model: "of that name" }))))
          : readModel(id)
      })
  })
)

const modelView = ({ created, description, id, ownedBy }: ModelEntry) => ({
  id,
  object: "model" as const,
  created,
  owned_by: ownedBy,
  description
})

/** The rest of the path, which may be escaped or not. */
const idIn = ({ url }: Request): string | undefined => {
  const path = /^\/v1\/models\/([^?]+)/.exec(url)?.[1] ?? ""
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
