import { Context, Duration, Effect, Layer, RcMap, Result, type Scope } from "effect"
import { HttpClient, HttpClientError } from "effect/http"
import { AppConfig } from "./config/AppConfig.ts"
import type { ProxyChoice } from "./config/Settings.ts"
import { makeClient } from "./outbound/makeClient.ts"
import { parseProxy } from "./outbound/ProxyAddress.ts"
import { type Network, proxyFor } from "./outbound/ProxyFor.ts"

/** How long the connections of a proxy are kept once no call holds its client. */
const IDLE = Duration.minutes(1)

/** The way out: calls over HTTP, with or without a proxy. */
export class Outbound extends Context.Service<
  Outbound,
  {
    /**
     * The client for calls to `url` the way `proxy` says; usable while the scope is open, which the reading of a stream
     * must not outlive. Never fails: a proxy that is no good shows when a call is made, see `proxyFailure`.
     */
    readonly clientFor: (url: string, proxy: ProxyChoice) => Effect.Effect<HttpClient.HttpClient, never, Scope.Scope>
  }
>()("siku/platform/Outbound") {
  /** `ca` stands in for the certificates that are trusted otherwise, in PEM. */
  static readonly make: (
    network: Network,
    options?: { readonly ca?: string }
  ) => Effect.Effect<Outbound["Service"], never, Scope.Scope> = Effect.fnUntraced(function* (network, options = {}) {
    const connecting = { ...options, connectTimeout: network.connectTimeout }
    const direct = Effect.succeed(yield* makeClient(undefined, connecting))
    // A change of settings lets go of a client, and the calls that run hold on to it.
    const proxied = yield* RcMap.make({
      lookup: (address: string) =>
        Result.match(parseProxy(address), {
          onSuccess: (proxy) => makeClient(proxy, connecting),
          onFailure: (cause) => Effect.succeed(failing(cause))
        }),
      idleTimeToLive: IDLE
    })
    return Outbound.of({
      clientFor: (url, choice) => {
        const address = proxyFor(url, choice, network)
        return address === undefined ? direct : RcMap.get(proxied, address)
      }
    })
  })

  static readonly layer: Layer.Layer<Outbound, never, AppConfig> = Layer.effect(
    Outbound,
    Effect.flatMap(AppConfig, ({ network }) => Outbound.make(network))
  )
}

const failing = (cause: Error): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
  )
