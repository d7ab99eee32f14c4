import { isIP } from "node:net"
import type { HttpServerRequest } from "effect/http"
import type { Origin } from "../Admission.ts"
import { bareHost } from "../outbound/Target.ts"
import { isLoopbackAddress, membershipOf, plainAddress } from "./addresses.ts"
import { isForeignPage } from "./isForeignPage.ts"
import { isPassedOn } from "./isPassedOn.ts"
import { makePeerOf, type Peer } from "./peers.ts"

type Request = HttpServerRequest.HttpServerRequest

// More proxies in a row than anyone has; what comes before them is not read.
const mostHops = 32

/**
 * Finds the addresses of clients. A trusted proxy is believed what it says of its client in `X-Forwarded-For`, which is read from the
 * right: whatever a client writes there itself stands further left than what the last trusted proxy saw.
 */
export const makeAddressOf = (trustedProxies: ReadonlyArray<string>): ((request: Request) => string) => {
  const peerOf = makePeerOf(trustedProxies)
  const clientOf = makeClientOf(trustedProxies)
  return (request) => clientOf(peerOf(request), request)
}

const makeClientOf = (trustedProxies: ReadonlyArray<string>) => {
  const isTrusted = membershipOf(trustedProxies)

  const clientIn = (peer: Peer, forwardedFor: string): string => {
    let address = peer.address
    let end = forwardedFor.length
    for (let hop = 0; hop < mostHops && end >= 0; hop++) {
      const comma = forwardedFor.lastIndexOf(",", end - 1)
      const next = withoutPort(forwardedFor.slice(comma + 1, end).trim())
      // What is no address (`unknown`, a name made up) is not known further.
      if (isIP(next) === 0) break
      address = plainAddress(next)
      if (!isTrusted(address) || comma <= 0) break
      end = comma
    }
    return address
  }

  return (peer: Peer, { headers }: Request): string => {
    const forwardedFor = peer.isTrusted ? headers["x-forwarded-for"] : undefined
    return forwardedFor === undefined ? peer.address : clientIn(peer, forwardedFor)
  }
}

/** Finds where requests come from; `namedOrigins` are those of `server.cors_origins` at the moment. */
export const makeOriginOf = (options: {
  readonly trustedProxies: ReadonlyArray<string>
  readonly publicUrl: string | undefined
  readonly namedOrigins: () => ReadonlyArray<string>
}): ((request: Request) => Origin) => {
  const peerOf = makePeerOf(options.trustedProxies)
  const clientOf = makeClientOf(options.trustedProxies)
  const publicHost = hostnameOf(options.publicUrl === undefined ? "" : (URL.parse(options.publicUrl)?.host ?? ""))

  // Clients ask by the same few names over and over.
  const names = new Map<string, boolean>()
  const isOwnName = (host: string | undefined): boolean => {
    if (host === undefined) return false
    const known = names.get(host)
    if (known !== undefined) return known
    const name = hostnameOf(host)
    // The name that clients from elsewhere ask by is never this machine's own, whatever it is.
    const isOwn = (name === "localhost" || isLoopbackAddress(name)) && name !== publicHost
    if (names.size >= mostNames) names.clear()
    if (host.length <= longestName) names.set(host, isOwn)
    return isOwn
  }

  return (request) => {
    const peer = peerOf(request)
    const { headers } = request
    const ofForeignPage = isForeignPage(headers, options.namedOrigins())
    // What a trusted proxy sends is passed on, whether it says so or not.
    const wasPassedOn = peer.isLoopback && (peer.isTrusted || !isOwnName(headers["host"]) || isPassedOn(request))
    return {
      address: clientOf(peer, request),
      isLocal: peer.isLoopback && !wasPassedOn && !ofForeignPage,
      isForeignPage: ofForeignPage,
      isPassedOn: wasPassedOn
    }
  }
}

const mostNames = 100
const longestName = 255

const withoutPort = (text: string): string => {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.slice(0, text.indexOf(":")) : text
}

/** The host of an authority, without its port. */
const hostnameOf = (authority: string): string => bareHost(authority.replace(/:\d*$/, ""))
