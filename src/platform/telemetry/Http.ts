import { Effect, Option } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { PrometheusMetrics } from "effect/observability"
import { Api } from "../../Api.ts"
import { RequestFacts } from "../RequestFacts.ts"
import { RequestId } from "../RequestId.ts"
import { MetricsForbidden } from "./Api.ts"
import { collectAll } from "./Collectors.ts"

export const layer = HttpApiBuilder.group(Api, "metrics", (handlers) =>
  handlers.handle(
    "metrics",
    Effect.fnUntraced(function* ({ request }) {
      const facts = yield* RequestFacts
      if (!isFromHere(request) && facts?.caller?.scopes.has("admin") !== true) {
        return yield* new MetricsForbidden({
          detail: "Ask from this machine, or with a key that has the scope admin.",
          request_id: yield* RequestId
        })
      }
      yield* collectAll
      return yield* PrometheusMetrics.format()
    })
  )
)

const loopback = /^(?:127\.|::1$|::ffff:127\.)/

/** By a program of this machine: neither passed on by a proxy nor by a web page in somebody's browser. */
const isFromHere = ({ headers, remoteAddress }: HttpServerRequest.HttpServerRequest): boolean =>
  loopback.test(Option.getOrElse(remoteAddress, () => "")) &&
  ["x-forwarded-for", "forwarded", "origin", "sec-fetch-site"].every((name) => headers[name] === undefined)
