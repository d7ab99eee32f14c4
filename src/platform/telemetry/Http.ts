import { Effect } from "effect"
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
      // A web page in somebody's browser comes from this machine, too.
      if (isFromPage(request) && facts?.caller?.scopes.has("admin") !== true) {
        return yield* new MetricsForbidden({
          detail: "Web pages need a key that has the scope admin.",
          request_id: yield* RequestId
        })
      }
      yield* collectAll
      return yield* PrometheusMetrics.format()
    })
  )
)

const isFromPage = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  headers["origin"] !== undefined || headers["sec-fetch-site"] !== undefined
