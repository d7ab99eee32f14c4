import type { Socket } from "node:net"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, FiberSet, type Scope } from "effect"
import { HttpClient } from "effect/http"
import { Agent, type Dispatcher, Pool } from "undici"
import { ConnectingClient } from "./ConnectingClient.ts"
import { makeExchange } from "./Exchange.ts"
import { forwarding } from "./forwarding.ts"
import type { ProxyAddress } from "./ProxyAddress.ts"
import { type ConnectOptions, makeRoute } from "./Route.ts"
import type { WayOut } from "./WayOut.ts"

/** In milliseconds; the second bounds what a server may ask for. */
const keepAlive = { keepAliveTimeout: 30_000, keepAliveMaxTimeout: 300_000 }

/** To one origin. A stream holds its connection for as long as a model thinks. */
const CONNECTIONS = 4096

// The agent is made here and not by `NodeHttpClient.layerDispatcherOptions`: that one loads undici's CommonJS by a dynamic
// import, which a bundle gives back without its exports.
const makeAgent = Effect.fnUntraced(function* (proxy: ProxyAddress | undefined, options: ConnectOptions) {
  const route = makeRoute(proxy, options)
  const fork = yield* FiberSet.makeRuntime<never, Socket, Error>()
  const agent = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          factory: (origin) =>
            new Pool(origin, {
              connections: CONNECTIONS,
              allowH2: false,
              factory: (origin) => new ConnectingClient(origin, keepAlive, route, fork)
            })
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  )
  return proxy === undefined || proxy.protocol === "socks5" ? agent : agent.compose(forwarding(proxy))
})

/**
 * A way out with connections of its own, kept alive between calls, which are closed with the scope. Time-outs other than
 * the connect one are the callers' own. No trace headers leave the house.
 */
export const makeWayOut: (
  proxy: ProxyAddress | undefined,
  options: ConnectOptions
) => Effect.Effect<WayOut, never, Scope.Scope> = Effect.fnUntraced(function* (proxy, options) {
  const agent: Dispatcher = yield* makeAgent(proxy, options)
  const client = yield* Effect.provideService(NodeHttpClient.makeUndici, NodeHttpClient.Dispatcher, agent)
  return {
    client: HttpClient.transform(client, Effect.provideService(HttpClient.TracerDisabledWhen, always)),
    exchange: makeExchange(agent)
  }
})

// A span of a request would show all its headers, keys among them; a model call has a span of its own.
const always = () => true
