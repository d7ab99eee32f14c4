import { Cause, Clock, Effect, Fiber, Layer, Logger, LogLevel, Metric, Queue, Redacted, References } from "effect"
import { HttpClientRequest } from "effect/http"
import { AppConfig } from "../config/AppConfig.ts"
import { Outbound } from "../Outbound.ts"
import { RequestFacts } from "../RequestFacts.ts"
import { RequestId } from "../RequestId.ts"
import { steadyMillis, steadyNow } from "../steadyTime.ts"
import { version } from "../version.ts"
import { type Dsn, parseDsn } from "./sentryDsn.ts"
import { envelopeOf, eventOf, type SentryEvent } from "./sentryEvent.ts"

/** Reports that wait to be sent; more are dropped. */
const mostWaiting = 50
/** In any minute; a fault that happens to every request is told often enough. */
const mostPerMinute = 30
const longestReport = "10 seconds"
const flushFor = "2 seconds"
const minute = 60_000

const reports = (outcome: string) =>
  Metric.counter("siku_error_reports_total", {
    description: "Reports of defects to the server of telemetry.sentry_dsn, by what became of them",
    incremental: true,
    attributes: { outcome }
  })
const sent = reports("sent")
const failed = reports("failed")
const dropped = reports("dropped")

/**
 * Sends a report of every defect that is logged, to the Sentry-compatible server of `telemetry.sentry_dsn`, if there is one. A server
 * that is slow, away or says no hurts nobody: what it does not take is dropped, and counted.
 */
export const layer: Layer.Layer<never, never, AppConfig | Outbound> = Layer.unwrap(
  Effect.gen(function* () {
    const { telemetry } = yield* AppConfig
    const dsn = telemetry.sentryDsn === undefined ? undefined : parseDsn(Redacted.value(telemetry.sentryDsn))
    if (dsn === undefined) return Layer.empty
    const { environment, serviceName } = telemetry
    const context = yield* Effect.context<never>()
    const queue = yield* Queue.dropping<SentryEvent, Cause.Done>(mostWaiting)
    const mayReport = makeAllowance()

    const logger = Logger.make<unknown, void>(({ cause, date, fiber, logLevel, message }) => {
      if (cause.reasons.length === 0 || Cause.hasInterruptsOnly(cause)) return
      if (!LogLevel.isGreaterThanOrEqualTo(logLevel, "Error")) return
      const event = () =>
        eventOf(cause, {
          at: date.getTime(),
          level: logLevel === "Fatal" ? "fatal" : "error",
          message: textOf(message),
          release: `siku@${version}`,
          environment,
          serviceName,
          tags: tagsOf(
            fiber.getRef(RequestId),
            fiber.getRef(RequestFacts),
            fiber.getRef(References.CurrentLogAnnotations)
          )
        })
      if (!mayReport(steadyMillis(fiber.getRef(Clock.Clock))) || !Queue.offerUnsafe(queue, event()))
        dropped.updateUnsafe(1, context)
    })
    const sending = Effect.gen(function* () {
      const send = yield* makeSender(dsn)
      const fiber = yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.take(queue), send)))
      yield* Effect.addFinalizer(() =>
        Queue.end(queue).pipe(Effect.andThen(Fiber.await(fiber)), Effect.timeoutOption(flushFor))
      )
    })
    return Layer.merge(Logger.layer([logger], { mergeWithExisting: true }), Layer.effectDiscard(sending))
  })
)

/** Sends reports one after the other; while the server wants none, they are dropped. */
const makeSender = Effect.fnUntraced(function* ({ key, url }: Dsn) {
  const outbound = yield* Outbound
  const client = yield* outbound.clientFor(url, undefined)
  let pausedUntil = 0
  const headers = {
    "content-type": "application/x-sentry-envelope",
    "x-sentry-auth": `Sentry sentry_version=7, sentry_client=siku/${version}, sentry_key=${key}`
  }
  const send = Effect.fnUntraced(function* (event: SentryEvent) {
    const now = yield* steadyNow
    if (now < pausedUntil) return yield* Metric.update(dropped, 1)
    const request = HttpClientRequest.post(url, { headers }).pipe(
      HttpClientRequest.bodyText(envelopeOf(event), "application/x-sentry-envelope")
    )
    const response = yield* client.execute(request)
    yield* response.arrayBuffer
    if (response.status === 429) pausedUntil = now + pauseOf(response.headers["retry-after"])
    yield* Metric.update(response.status < 300 ? sent : failed, 1)
  })
  return (event: SentryEvent) =>
    send(event).pipe(
      Effect.timeoutOrElse({ duration: longestReport, orElse: () => Metric.update(failed, 1) }),
      Effect.catch(() => Metric.update(failed, 1))
    )
})

const pauseOf = (retryAfter: string | undefined): number => {
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, 60 * minute) : minute
}

/** So many in a minute, counted anew as each begins. */
const makeAllowance = () => {
  let begun = 0
  let used = 0
  return (now: number): boolean => {
    if (now - begun >= minute) {
      begun = now
      used = 0
    }
    used++
    return used <= mostPerMinute
  }
}

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message]).filter((part) => typeof part === "string").join(" ")

// Other annotations may hold what somebody asked.
const shownAnnotations = ["request_id", "run", "reason", "waiting", "lost"]

const tagsOf = (
  requestId: string,
  facts: RequestFacts | undefined,
  annotations: Readonly<Record<string, unknown>>
): Record<string, string> => {
  const caller = facts?.caller
  const known = {
    ...Object.fromEntries(shownAnnotations.map((name) => [name, annotations[name]])),
    ...(requestId === "none" ? {} : { request_id: requestId }),
    route: facts?.route,
    account_id: caller?.accountId,
    user_id: caller?.userId,
    key_id: caller?.keyId
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined || value === null || value === "" ? [] : [[name, String(value).slice(0, 200)]]
    )
  )
}
