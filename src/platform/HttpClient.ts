import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { Agent } from "undici"

// The agent is made here and not by `layerDispatcherOptions`: that one loads undici's CommonJS by a dynamic import, which
// a bundle gives back without its exports.
const dispatcher = Layer.effect(
  NodeHttpClient.Dispatcher,
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connect: { timeout: 10_000 },
          connections: 512,
          keepAliveTimeout: 30_000,
          keepAliveMaxTimeout: 300_000
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  )
)

/**
 * The one HTTP client of the process: a pool of kept-alive connections per origin, for its whole life. Time-outs other than
 * the connect one are the callers' own. No trace headers leave the house.
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.mergeAll(
  NodeHttpClient.layerUndiciNoDispatcher,
  Layer.succeed(HttpClient.TracerPropagationEnabled, false)
).pipe(Layer.provide(dispatcher))
