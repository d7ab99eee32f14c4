import { NodeHttpClient } from "@effect/platform-node"
import { Layer } from "effect"
import { HttpClient } from "effect/http"

/**
 * The one HTTP client of the process: a pool of kept-alive connections per origin, for its whole life. Time-outs other than
 * the connect one are the callers' own. No trace headers leave the house.
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.mergeAll(
  NodeHttpClient.layerUndiciNoDispatcher,
  Layer.succeed(HttpClient.TracerPropagationEnabled, false)
).pipe(
  Layer.provide(
    NodeHttpClient.layerDispatcherOptions({
      connect: { timeout: 10_000 },
      connections: 512,
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 300_000
    })
  )
)
