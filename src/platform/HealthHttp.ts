import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../Api.ts"
import { Draining } from "./Draining.ts"
import { makeHealthCheck } from "./Health.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "health",
  Effect.fnUntraced(function* (handlers) {
    const check = yield* makeHealthCheck
    const { isDraining } = yield* Draining
    const ready = () =>
      Effect.map(check, (found) => {
        const health = isDraining() ? { status: "unavailable", checks: { ...found.checks, shutdown: "failed" } } : found
        return HttpServerResponse.jsonUnsafe(health, { status: health.status === "ok" ? 200 : 503 })
      })
    return handlers
      .handle("live", () => Effect.succeed({ status: "ok" as const }))
      .handle("ready", ready)
      .handle("health", ready)
      .handle("apiHealth", ready)
  })
)
