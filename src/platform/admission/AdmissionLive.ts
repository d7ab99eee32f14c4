import { Clock, Context, Effect, Layer, Metric } from "effect"
import { HttpServerRequest, type HttpServerResponse } from "effect/http"
import { Admission, type Origin, TooManyRequests } from "../Admission.ts"
import type { Caller } from "../Caller.ts"
import { AppConfig } from "../config/AppConfig.ts"
import { RequestFacts } from "../RequestFacts.ts"
import { LiveSettings } from "../settings/LiveSettings.ts"
import { steadyMillis } from "../steadyTime.ts"
import { asksOf, type PlaceAsk, placesOf } from "./asksOf.ts"
import { Counts, type Verdict } from "./Counts.ts"
import * as CountsLive from "./countsLive.ts"
import { makeOriginOf } from "./origins.ts"
import { Places } from "./Places.ts"
import { whenReplied } from "./whenReplied.ts"
import { makeWrongCredentials } from "./wrongCredentials.ts"

type Reply = HttpServerResponse.HttpServerResponse

const refused = Metric.counter("siku_requests_refused_total", {
  description: "Requests refused by a limit of their address, key or user",
  incremental: true
})

const make = Effect.gen(function* () {
  const { server } = yield* AppConfig
  const live = yield* LiveSettings
  const counts = yield* Counts
  const metrics = yield* Effect.context<never>()
  const places = new Places()

  const tooMany = (of: TooManyRequests["of"], window: TooManyRequests["window"], limit: number, millis: number) =>
    Effect.suspend(() => {
      Metric.withAttributes(refused, { of, window }).updateUnsafe(1, metrics)
      return new TooManyRequests({ of, window, limit, retryAfter: Math.max(1, Math.ceil(millis / 1000)) })
    })

  /** Takes all places, or says which there is none of; what it gives back gives them back, once. */
  const takePlaces = (wanted: ReadonlyArray<PlaceAsk>): PlaceAsk | (() => void) => {
    for (const ask of wanted) if (places.taken(nameOf(ask)) >= ask.limit) return ask
    for (const ask of wanted) places.take(nameOf(ask))
    let isTaken = true
    return () => {
      if (isTaken) for (const ask of wanted) places.giveBack(nameOf(ask))
      isTaken = false
    }
  }

  const admit = <E, R>(
    { caller, origin }: { readonly origin: Origin; readonly caller: Caller },
    handler: Effect.Effect<Reply, E, R>
  ): Effect.Effect<Reply, E | TooManyRequests, R> => {
    const { rateLimit } = live.current
    const asks = asksOf(origin, caller, rateLimit)
    const wanted = placesOf(caller, rateLimit)
    if (asks.length === 0 && wanted.length === 0) return handler
    return Effect.withFiber((fiber): Effect.Effect<Reply, E | TooManyRequests, R> => {
      const proceed = (verdict: Verdict | undefined): Effect.Effect<Reply, E | TooManyRequests, R> => {
        if (verdict === undefined) return handler
        const facts = fiber.getRef(RequestFacts)
        if (facts !== undefined) facts.replyHeaders = headersOf(verdict)
        return verdict.isAdmitted ? handler : tooMany(verdict.of, verdict.window, verdict.limit, verdict.resetMillis)
      }
      const counted = Effect.suspend(() => {
        const verdict = counts.takeUnsafe(asks, steadyMillis(fiber.getRef(Clock.Clock)))
        return verdict === "elsewhere" ? Effect.flatMap(counts.take(asks), proceed) : proceed(verdict)
      })
      if (wanted.length === 0) return counted
      // First the places: a request that has none is not one of those let through.
      const taken = takePlaces(wanted)
      if (typeof taken !== "function") return tooMany(taken.of, "at_once", taken.limit, 1000)
      const request = Context.getOrUndefined(fiber.context, HttpServerRequest.HttpServerRequest)
      return whenReplied(request, counted, taken)
    })
  }

  const wrong = makeWrongCredentials()
  return Admission.of({
    originOf: makeOriginOf({
      trustedProxies: server.trustedProxies,
      publicUrl: server.publicUrl,
      namedOrigins: () => live.current.server.corsOrigins
    }),
    mayIdentify: wrong.mayIdentify,
    wrongCredential: (address, why) =>
      Effect.andThen(
        wrong.wrongCredential(address),
        Effect.logWarning("a login or a key was refused").pipe(Effect.annotateLogs({ client: address, why }))
      ),
    admit
  })
})

const nameOf = ({ id, of }: PlaceAsk): string => `${of}:${id}`

// Of the tightest limit, in the three headers that most clients know (draft-ietf-httpapi-ratelimit-headers-03).
const headersOf = ({ limit, remaining, resetMillis }: Verdict) => ({
  "ratelimit-limit": String(limit),
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": String(Math.ceil(resetMillis / 1000))
})

/** Over whatever counts are provided. */
export const layerOver: Layer.Layer<Admission, never, AppConfig | Counts | LiveSettings> = Layer.effect(Admission, make)

/** As the settings say: in memory, or in Redis where one is configured. */
export const layer: Layer.Layer<Admission, never, AppConfig | LiveSettings> = layerOver.pipe(
  Layer.provide(CountsLive.layer)
)
