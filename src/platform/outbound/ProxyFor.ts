import { type Duration, Redacted } from "effect"
import type { ProxyChoice } from "../config/Settings.ts"
import { isExempt, isLoopback } from "./NoProxy.ts"
import { targetOf } from "./Target.ts"

/** How calls leave the house where nothing says otherwise. */
export interface Network {
  /** For all calls that have no proxy of their scheme. */
  readonly proxy?: Redacted.Redacted | undefined
  /** For calls to `http:` addresses. */
  readonly httpProxy?: Redacted.Redacted | undefined
  /** For calls to `https:` addresses. */
  readonly httpsProxy?: Redacted.Redacted | undefined
  /** Hosts that are called without these proxies, in the forms of `NO_PROXY`. */
  readonly noProxy: ReadonlyArray<string>
  /** For a connection to the target or, through a proxy, to the proxy's end of it; once more for the target's TLS there. */
  readonly connectTimeout: Duration.Duration
}

/**
 * The address of the proxy for calls to `url`, with its credentials; `undefined` where none is to be used. A chosen proxy
 * always is; those of the network never are for this machine and for exempt hosts.
 */
export const proxyFor = (url: string, choice: ProxyChoice, network: Network): string | undefined => {
  if (choice === "direct") return undefined
  if (choice !== undefined) return Redacted.value(choice)
  const { httpProxy, httpsProxy, proxy } = network
  // Most have none, and pay nothing for those who do.
  if (proxy === undefined && httpProxy === undefined && httpsProxy === undefined) return undefined
  const target = targetOf(url)
  const found = (/^https:/i.test(url) ? httpsProxy : httpProxy) ?? proxy
  if (target === undefined || found === undefined || isLoopback(target)) return undefined
  return network.noProxy.some((entry) => isExempt(target, entry)) ? undefined : Redacted.value(found)
}
