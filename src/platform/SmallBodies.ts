import { ByteSize, Effect, Layer } from "effect"
import { HttpIncomingMessage } from "effect/http"
import { HttpApiMiddleware } from "effect/http-api"

const most = ByteSize.kibibytes(64)

/** Takes bodies of 64 KiB at most: for routes on which nobody has more to say, and which people reach who have no key yet. */
export class SmallBodies extends HttpApiMiddleware.Service<SmallBodies>()("siku/platform/SmallBodies") {
  static readonly layer: Layer.Layer<SmallBodies> = Layer.succeed(SmallBodies, (handler) =>
    Effect.flatMap(HttpIncomingMessage.MaxBodySize, (allowed) =>
      Effect.provideService(
        handler,
        HttpIncomingMessage.MaxBodySize,
        allowed === undefined ? most : ByteSize.min(allowed, most)
      )
    )
  )
}
