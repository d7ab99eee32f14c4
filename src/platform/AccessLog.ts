import { Context, Effect, Layer } from "effect"
import type { HttpServerRequest } from "effect/http"
import { AppConfig } from "./config/AppConfig.ts"
import { isPretty } from "./Logging.ts"
import { LogSink } from "./LogSink.ts"
import { LogThreshold } from "./LogThreshold.ts"
import type { RequestFacts } from "./RequestFacts.ts"
import { shownPath } from "./shownPath.ts"
import { makeHttpMetrics } from "./telemetry/HttpMetrics.ts"

/** A request that has been answered. */
export interface ServedRequest {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly status: number
  readonly micros: number
  readonly requestId: string
  /** The pattern of the route, or `other`. */
  readonly route: string
  readonly facts: RequestFacts
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * One line per request, written past the general logger, which would cost more than the requests it tells of: who asked (`client` is its
 * address), for what, and how it ended, without what may hold a secret.
 */
export class AccessLog extends Context.Service<AccessLog, { readonly record: (served: ServedRequest) => void }>()(
  "siku/platform/AccessLog"
) {
  static readonly layer: Layer.Layer<AccessLog, never, AppConfig | LogSink> = Layer.effect(
    AccessLog,
    Effect.gen(function* () {
      const { logging } = yield* AppConfig
      const { write } = yield* LogSink
      const { isShown } = yield* LogThreshold
      const count = makeHttpMetrics(yield* Effect.context<never>())
      const lineOf = isPretty(logging) ? prettyLine : jsonLine
      return AccessLog.of({
        record: (served) => {
          count(served.request.method, served.route, served.status, served.micros / 1e6)
          if (isShown("Info")) write(lineOf(served))
        }
      })
    })
  ).pipe(Layer.provide(LogThreshold.layer))
}

const prettyLine = ({ facts, micros, now, request, route, status }: ServedRequest): string =>
  `${timestamp(now)} ${facts.address ?? "-"} ${request.method} ${shownPath(request.url, route)} ${status} ${(micros / 1000).toFixed(1)} ms`

// Written by hand: to put an object together and have it encoded costs several times as much.
const jsonLine = ({ facts, micros, now, request, requestId, route, status }: ServedRequest): string =>
  `{"timestamp":"${timestamp(now)}","level":"INFO","message":"request","method":"${request.method}","path":${JSON.stringify(shownPath(request.url, route))},"route":"${route}","status":${status},"elapsed_ms":${micros / 1000},"request_id":"${requestId}"${idPart("client", facts.address ?? null)}${callerPart(facts)}}`

const callerPart = ({ caller }: RequestFacts): string =>
  caller === undefined || caller.kind === "anonymous"
    ? ""
    : `,"caller":"${caller.kind}"${idPart("account_id", caller.accountId)}${idPart("user_id", caller.userId)}${idPart("key_id", caller.keyId)}`

const idPart = (name: string, id: string | null): string => (id === null ? "" : `,"${name}":${JSON.stringify(id)}`)

// Many requests share a millisecond.
let lastMillis = 0
let lastTimestamp = ""
const timestamp = (millis: number): string => {
  if (millis !== lastMillis) {
    lastMillis = millis
    lastTimestamp = new Date(millis).toISOString()
  }
  return lastTimestamp
}
