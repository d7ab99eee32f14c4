import { isUtf8 } from "node:buffer"
import { ByteSize, Context, Effect, Layer } from "effect"
import { HttpIncomingMessage, type HttpServerError, HttpServerRequest } from "effect/http"
import { HttpApiMiddleware } from "effect/http-api"
import { LiveSettings } from "../settings/LiveSettings.ts"
import { type BodyBounds, BodyBound } from "./BodyBounds.ts"
import { BodyRefused, readingFailed } from "./BodyRefused.ts"
import { makeJsonShape } from "./jsonShape.ts"

/**
 * Holds the bodies of all routes to what their contracts declare (`BodyBound`): a handler that reads the text of its request gets it only
 * where it is small, flat and valid enough, and fails as for a body that cannot be read otherwise.
 */
export class BoundedBodies extends HttpApiMiddleware.Service<BoundedBodies>()("siku/platform/bounds/BoundedBodies") {
  static readonly layer: Layer.Layer<BoundedBodies, never, LiveSettings> = Layer.effect(
    BoundedBodies,
    Effect.map(LiveSettings, (live) =>
      BoundedBodies.of((handler, { endpoint, group }) => {
        if (endpoint.payload.size === 0) return handler
        const bounds = Context.get(Context.merge(group.annotations, endpoint.annotations), BodyBound)
        return Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
          const { bodyLimit } = live.current.server
          bindText(request, bounds, Math.min(bounds.bytes ?? bodyLimit, bodyLimit))
          return handler
        })
      })
    )
  )
}

/** Puts the bounded text in the place of the request's own. Not by another request in the context: that would copy the context. */
const bindText = (request: HttpServerRequest.HttpServerRequest, bounds: BodyBounds, limit: number): void => {
  Object.defineProperty(request, "text", { value: textOf(request, bounds, limit), configurable: true })
}

const textOf = (
  request: HttpServerRequest.HttpServerRequest,
  bounds: BodyBounds,
  limit: number
): Effect.Effect<string, HttpServerError.HttpServerError> =>
  Effect.suspend(() => {
    const tooLarge = new BodyRefused({ why: "size", limit })
    // What is announced to be too large is not read at all.
    if (Number(request.headers["content-length"] ?? 0) > limit) return Effect.fail(readingFailed(request, tooLarge))
    return request.arrayBuffer.pipe(
      Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(limit)),
      Effect.flatMap((buffer) =>
        Effect.mapError(examined(new Uint8Array(buffer), bounds), (refused) => readingFailed(request, refused))
      )
    )
  })

// A few milliseconds of work at a time.
const stretch = 1024 * 1024

const decoder = new TextDecoder()

/** The text of a body that is within its bounds; megabytes of it in steps, between which others have their turn. */
const examined = (bytes: Uint8Array, bounds: BodyBounds): Effect.Effect<string, BodyRefused> => {
  const shape = makeJsonShape(bounds)
  if (bytes.length <= stretch) {
    const refused = faultOf(shape(bytes), bounds) ?? notText(bytes)
    return refused === undefined ? Effect.succeed(decoder.decode(bytes)) : Effect.fail(refused)
  }
  return Effect.gen(function* () {
    for (let from = 0; from < bytes.length; from += stretch) {
      const refused = faultOf(shape(bytes, from, Math.min(from + stretch, bytes.length)), bounds)
      if (refused !== undefined) return yield* refused
      yield* Effect.yieldNow
    }
    const refused = notText(bytes)
    if (refused !== undefined) return yield* refused
    const text = decoder.decode(bytes)
    yield* Effect.yieldNow
    return text
  })
}

const faultOf = (fault: ReturnType<ReturnType<typeof makeJsonShape>>, { depth, values }: BodyBounds) =>
  fault === undefined ? undefined : new BodyRefused({ why: fault, limit: fault === "depth" ? depth : values })

// To put a sign in the place of each byte that is none takes ten times as long as reading them.
const notText = (bytes: Uint8Array) => (isUtf8(bytes) ? undefined : new BodyRefused({ why: "text", limit: 0 }))
