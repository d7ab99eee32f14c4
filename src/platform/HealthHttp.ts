import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../Api.ts"
import { Readiness } from "./Readiness.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fnUntraced(function* (handlers) {
    const { check } = yield* Readiness
    const ready = () =>
      Effect.map(check, (health) =>
        HttpServerResponse.jsonUnsafe(health, { status: health.status === "unavailable" ? 503 : 200 })
      )
    return handlers
      .handle("live", () => Effect.succeed({ status: "ok" as const }))
      .handle("ready", ready)
      .handle("health", ready)
      .handle("apiHealth", ready)
  })
)
