import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../Api.ts"
import { CurrentUser, mayName } from "../platform/Caller.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import {
  ConflictProblem,
  InvalidProblem,
  NotFoundProblem,
  TooManyRequestsProblem,
  UnavailableProblem
} from "../platform/Problems.ts"
import { RequestId } from "../platform/RequestContext.ts"
import { Catalog } from "../providers/Catalog.ts"
import { presetNames } from "./presets.ts"
import type { RunAttended, RunEnded, TooManyRuns, UnknownRun } from "./runs/errors.ts"
import { eventFrames } from "./runs/eventFrames.ts"
import { Runs } from "./runs/Runs.ts"
import { toRequest, UnknownModel, type UnusableBody } from "./runs/toRequest.ts"
import { acceptedView, runView, summaryView } from "./runs/view.ts"
import { whoThinks } from "./whoThinks.ts"

const usualLimit = 50

export const layer = HttpApiBuilder.group(
  Api,
  "runs",
  Effect.fnUntraced(function* (handlers) {
    const runs = yield* Runs
    const live = yield* LiveSettings
    const catalog = yield* Catalog

    const read = (id: string) => Effect.map(runs.find(id), runView).pipe(Effect.catchTag("UnknownRun", notFound))

    return handlers
      .handle("submitRun", ({ payload }) =>
        Effect.gen(function* () {
          const requestId = yield* RequestId
          const { through, ...request } = yield* toRequest(live.current.thinking, payload)
          const thinkers = yield* whoThinks(catalog, { model: request.model, through })
          if (thinkers === undefined || !mayName(yield* CurrentUser, payload.model))
            return yield* new UnknownModel({ model: request.model })
          const by = thinkers.through === undefined ? {} : { through: thinkers.through }
          return acceptedView(yield* runs.submit({ ...request, ...by, model: thinkers.model }, { requestId }))
        }).pipe(Effect.catchTags({ UnusableBody: unusable, UnknownModel: noModel, TooManyRuns: tooMany }))
      )
      .handle("listRuns", ({ query: { before, limit = usualLimit, status } }) =>
        Effect.map(runs.list({ limit: limit + 1, before, state: status }), (found) => {
          const page = found.slice(0, limit)
          return { runs: page.map(summaryView), next: found.length > limit ? (page.at(-1)?.id ?? null) : null }
        })
      )
      .handle("readRun", ({ params }) => read(params.id))
      .handleRaw("followRun", ({ headers, params, query }) =>
        Effect.gen(function* () {
          const after = headers["last-event-id"] ?? query.after ?? 0
          // An `EventSource` comes back for more until it is told that there is none.
          if (yield* runs.isOver(params.id, after)) return HttpServerResponse.empty()
          return HttpServerResponse.stream(eventFrames(yield* runs.follow(params.id, after)), {
            contentType: "text/event-stream; charset=utf-8",
            headers: { "cache-control": "no-cache", "x-accel-buffering": "no" }
          })
        }).pipe(Effect.catchTag("UnknownRun", notFound))
      )
      .handle("cancelRun", ({ params }) =>
        runs
          .cancel(params.id)
          .pipe(
            Effect.catchTags({ UnknownRun: notFound, RunEnded: conflict, RunAttended: conflict }),
            Effect.andThen(read(params.id))
          )
      )
  })
)

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

const notFound = ({ id }: UnknownRun) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new NotFoundProblem({ detail: `There is no run ${/^[\w-]{1,64}$/.test(id) ? id : "of that id"}.`, request_id })
    )
  )

const conflict = (error: RunEnded | RunAttended) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(new ConflictProblem({ detail: sentence(error.message), request_id }))
  )

const noModel = ({ model }: UnknownModel) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new NotFoundProblem({
        detail: `There is no model ${/^[\w.:@/-]{1,128}$/.test(model) ? model : "of that name"} that thinks. There are ${presetNames
          .map(({ name }) => name)
          .join(", ")}, and siku:<lite|standard|max>@<provider>/<model>.`,
        request_id
      })
    )
  )

const unusable = ({ detail, path }: UnusableBody) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new InvalidProblem({
        detail: `${path} cannot be used: ${detail}.`,
        request_id,
        errors: [{ path, message: detail }]
      })
    )
  )

const tooMany = (error: TooManyRuns) =>
  Effect.flatMap(RequestId, (request_id) => {
    const problem = { detail: `${sentence(error.message)} Send it again once some have ended.`, request_id }
    return Effect.fail(error.of === "service" ? new UnavailableProblem(problem) : new TooManyRequestsProblem(problem))
  })
