import { Context, Duration, Effect, Layer, RcMap, Result, type Scope } from "effect"
import { HttpClient, HttpClientError } from "effect/http"
import { guardPolicyOf } from "./AddressGuard.ts"
import { AppConfig } from "./config/AppConfig.ts"
import type { Guarded, ProxyChoice } from "./config/Settings.ts"
import { type Exchange, ExchangeFailed } from "./outbound/Exchange.ts"
import { makeWayOut } from "./outbound/makeWayOut.ts"
import { resolveBySystem } from "./outbound/pinned.ts"
import { parseProxy } from "./outbound/ProxyAddress.ts"
import { type Network, proxyFor } from "./outbound/ProxyFor.ts"
import type { Guard } from "./outbound/Route.ts"
import { targetOf } from "./outbound/Target.ts"
import type { WayOut } from "./outbound/WayOut.ts"
import { checkHost, type GuardPolicy, publicOnly, type Resolve } from "./SafeFetchGuard.ts"

/** How long the connections of a proxy are kept once no call holds its client. */
const IDLE = Duration.minutes(1)

/** What Outbound may be made with; what is left out is as in the live service. */
export interface OutboundOptions {
  /** Certificates that are trusted in place of the usual ones, in PEM. */
  readonly ca?: string
  /** Where what is guarded may lead. */
  readonly policy?: Pick<GuardPolicy, "mayReach">
  readonly resolve?: Resolve
}

/** The way out: calls over HTTP, with or without a proxy. */
export class Outbound extends Context.Service<
  Outbound,
  {
    /**
     * The client for calls to `url` the way `proxy` says; usable while the scope is open, which the reading of a stream
     * must not outlive. Never fails: a proxy that is no good shows when a call is made, see `proxyFailure`. What of the way is guarded
     * is checked at every connection, which is then made to an address that was checked.
     */
    readonly clientFor: (
      url: string,
      proxy: ProxyChoice,
      guarded?: Guarded
    ) => Effect.Effect<HttpClient.HttpClient, never, Scope.Scope>
    /** The same way, for requests that are sent and read as they come: those of models. */
    readonly exchangeFor: (
      url: string,
      proxy: ProxyChoice,
      guarded?: Guarded
    ) => Effect.Effect<Exchange, never, Scope.Scope>
  }
>()("siku/platform/Outbound") {
  static readonly make: (
    network: Network,
    options?: OutboundOptions
  ) => Effect.Effect<Outbound["Service"], never, Scope.Scope> = Effect.fnUntraced(function* (network, options = {}) {
    const { policy = publicOnly, resolve = resolveBySystem, ...trusted } = options
    const guard: Guard = (host) => checkHost(host, policy, resolve)
    const free = { ...trusted, connectTimeout: network.connectTimeout }
    const guardedToo = { ...free, guard }
    const direct = Effect.succeed(yield* makeWayOut(undefined, free))
    const directToPublic = Effect.succeed(yield* makeWayOut(undefined, guardedToo))
    const proxiedWith = (connecting: typeof free) =>
      // A change of settings lets go of a client, and the calls that run hold on to it.
      RcMap.make({
        lookup: (address: string) =>
          Result.match(parseProxy(address), {
            onSuccess: (proxy) => makeWayOut(proxy, connecting),
            onFailure: (cause) => Effect.succeed(failing(cause))
          }),
        idleTimeToLive: IDLE
      })
    const proxied = yield* proxiedWith(free)
    const proxiedByPublic = yield* proxiedWith(guardedToo)

    const wayTo = (
      url: string,
      choice: ProxyChoice,
      { proxy = false, target = false }: Guarded = {}
    ): Effect.Effect<WayOut, never, Scope.Scope> => {
      const address = proxyFor(url, choice, network)
      if (address === undefined) return target ? directToPublic : direct
      const way = RcMap.get(proxy ? proxiedByPublic : proxied, address)
      if (!target) return way
      // The proxy finds the address of a name, and what it may reach is its matter; what says itself where it leads is ours.
      return checkHost(targetOf(url)?.host ?? "", policy, ownAddresses).pipe(
        Effect.matchEffect({
          onFailure: (refused) => (refused.reason === "host" ? way : Effect.succeed(failing(refused))),
          onSuccess: () => way
        })
      )
    }

    return Outbound.of({
      clientFor: (url, choice, guarded) => Effect.map(wayTo(url, choice, guarded), ({ client }) => client),
      exchangeFor: (url, choice, guarded) => Effect.map(wayTo(url, choice, guarded), ({ exchange }) => exchange)
    })
  })

  static readonly layer: Layer.Layer<Outbound, never, AppConfig> = Layer.effect(
    Outbound,
    Effect.flatMap(AppConfig, ({ network, security }) => Outbound.make(network, { policy: guardPolicyOf(security) }))
  )
}

// The names that mean the machine itself wherever they are looked up (RFC 6761, 6.3).
const ownAddresses: Resolve = (host) =>
  host === "localhost" || host.endsWith(".localhost")
    ? Effect.succeed(["127.0.0.1", "::1"])
    : Effect.fail("not ours to say")

const failing = (cause: Error): WayOut => ({
  client: HttpClient.make((request) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
  ),
  exchange: () => Effect.fail(new ExchangeFailed({ cause }))
})
