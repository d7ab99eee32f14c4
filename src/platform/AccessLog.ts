import { Context, Effect, Layer, Metric } from "effect"
import type { HttpServerRequest } from "effect/http"
import { AppConfig } from "./config/AppConfig.ts"
import { isPretty } from "./Logging.ts"
import { LogSink } from "./LogSink.ts"

const shown = new Set(["Trace", "Debug", "Info", "All"])

/**
 * One line per request, written past the general logger, which would cost more than the requests it tells of. The query
 * is left out: titles and tokens travel there.
 */
export class AccessLog extends Context.Service<
  AccessLog,
  {
    readonly record: (
      request: HttpServerRequest.HttpServerRequest,
      status: number,
      micros: number,
      requestId: string,
      now: number
    ) => void
  }
>()("siku/platform/AccessLog") {
  static readonly layer: Layer.Layer<AccessLog, never, AppConfig | LogSink> = Layer.effect(
    AccessLog,
    Effect.gen(function* () {
      const { logging } = yield* AppConfig
      const { write } = yield* LogSink
      const pretty = isPretty(logging.format)
      const context = yield* Effect.context<never>()
      const isShown = shown.has(logging.level)
      return AccessLog.of({
        record: (request, status, micros, requestId, now) => {
          const path = pathOf(request.url)
          requests.updateUnsafe(1, context)
          latency.updateUnsafe(micros / 1e6, context)
          if (!isShown) return
          const at = timestamp(now)
          write(
            pretty
              ? `${at} ${request.method} ${path} ${status} ${(micros / 1000).toFixed(1)} ms`
              : `{"timestamp":"${at}","level":"INFO","message":"request","method":"${request.method}","path":${JSON.stringify(path)},"status":${status},"elapsed_ms":${micros / 1000},"request_id":"${requestId}"}`
          )
        }
      })
    })
  )
}

const requests = Metric.counter("siku_http_requests_total", { description: "Requests answered", incremental: true })
const latency = Metric.histogram("siku_http_request_seconds", {
  description: "Time from the request's arrival to its answer, in seconds",
  boundaries: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
})

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

const longestPath = 200

/** The path without its query, short enough for a log line. */
const pathOf = (url: string): string => {
  const end = url.indexOf("?")
  return (end < 0 ? url : url.slice(0, end)).slice(0, longestPath)
}
