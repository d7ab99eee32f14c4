import { IncomingMessage } from "node:http"
import { isIP, type Socket } from "node:net"
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"
import type { Origin } from "../Admission.ts"
import { bareHost } from "../outbound/Target.ts"
import { isLoopbackAddress, membershipOf, plainAddress } from "./addresses.ts"

interface Peer {
  readonly address: string
  readonly isLoopback: boolean
  readonly isTrusted: boolean
}

/** What anyone who passes a request on may put on it, beside every `x-forwarded-…`. */
const forwardingHeaders = ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"]

// More proxies in a row than anyone has; what comes before them is not read.
const mostHops = 32

/**
 * Finds where requests come from. A trusted proxy is believed what it says of its client in `X-Forwarded-For`, which is read from the
 * right: whatever a client writes there itself stands further left than what the last trusted proxy saw.
 */
export const makeOriginOf = (options: {
  readonly trustedProxies: ReadonlyArray<string>
  readonly publicUrl: string | undefined
}): ((request: HttpServerRequest.HttpServerRequest) => Origin) => {
  const isTrusted = membershipOf(options.trustedProxies)
  const publicHost = hostnameOf(options.publicUrl === undefined ? "" : (URL.parse(options.publicUrl)?.host ?? ""))
  const peers = new WeakMap<Socket, Peer>()

  const makePeer = (remote: string | undefined): Peer => {
    const address = remote === undefined ? unknown : plainAddress(remote)
    return { address, isLoopback: isLoopbackAddress(address), isTrusted: isTrusted(address) }
  }

  const peerOf = (request: HttpServerRequest.HttpServerRequest): Peer => {
    if (!(request.source instanceof IncomingMessage)) return makePeer(Option.getOrUndefined(request.remoteAddress))
    const { socket } = request.source
    const known = peers.get(socket)
    if (known !== undefined) return known
    const peer = makePeer(socket.remoteAddress)
    peers.set(socket, peer)
    return peer
  }

  const clientOf = (peer: Peer, forwardedFor: string): string => {
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

  // Clients ask by the same few names over and over.
  const names = new Map<string, boolean>()
  const isOwnName = (host: string | undefined): boolean => {
    if (host === undefined) return false
    const known = names.get(host)
    if (known !== undefined) return known
    const name = hostnameOf(host)
    const isOwn = name === "localhost" || isLoopbackAddress(name) || (publicHost !== "" && name === publicHost)
    if (names.size >= mostNames) names.clear()
    if (host.length <= longestName) names.set(host, isOwn)
    return isOwn
  }

  return (request) => {
    const peer = peerOf(request)
    const { headers } = request
    if (peer.isTrusted) {
      const forwardedFor = headers["x-forwarded-for"]
      if (forwardedFor !== undefined) return { address: clientOf(peer, forwardedFor), isLocal: false }
    }
    if (!peer.isLoopback) return { address: peer.address, isLocal: false }
    const isLocal = !isForwarded(headers) && !isOldForm(request) && isOwnName(headers["host"])
    return { address: peer.address, isLocal }
  }
}

const unknown = "unknown"

const mostNames = 100
const longestName = 255

const isForwarded = (headers: HttpServerRequest.HttpServerRequest["headers"]): boolean => {
  for (const name of forwardingHeaders) if (headers[name] !== undefined) return true
  for (const name in headers) if (name.startsWith("x-forwarded")) return true
  return false
}

// Widespread proxies speak HTTP/1.0 to what is behind them, with its own name for host and no word of their client, unless told
// otherwise; those who ask from this machine do not.
const isOldForm = ({ source }: HttpServerRequest.HttpServerRequest): boolean =>
  source instanceof IncomingMessage && source.httpVersionMajor === 1 && source.httpVersionMinor === 0

const withoutPort = (text: string): string => {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.slice(0, text.indexOf(":")) : text
}

/** The host of an authority, without its port. */
const hostnameOf = (authority: string): string => bareHost(authority.replace(/:\d*$/, ""))
