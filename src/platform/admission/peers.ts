import { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"
import { isLoopbackAddress, membershipOf, plainAddress } from "./addresses.ts"

/** Who is at the other end of a connection. */
export interface Peer {
  readonly address: string
  readonly isLoopback: boolean
  /** One of the proxies of `server.trusted_proxies`. */
  readonly isTrusted: boolean
}

/** Finds the peers of requests; each connection is looked at once. */
export const makePeerOf = (
  trustedProxies: ReadonlyArray<string>
): ((request: HttpServerRequest.HttpServerRequest) => Peer) => {
  const isTrusted = membershipOf(trustedProxies)
  const peers = new WeakMap<Socket, Peer>()

  const makePeer = (remote: string | undefined): Peer => {
    const address = remote === undefined ? unknown : plainAddress(remote)
    return { address, isLoopback: isLoopbackAddress(address), isTrusted: isTrusted(address) }
  }

  return (request) => {
    if (!(request.source instanceof IncomingMessage)) return makePeer(Option.getOrUndefined(request.remoteAddress))
    const { socket } = request.source
    const known = peers.get(socket)
    if (known !== undefined) return known
    const peer = makePeer(socket.remoteAddress)
    peers.set(socket, peer)
    return peer
  }
}

const unknown = "unknown"
