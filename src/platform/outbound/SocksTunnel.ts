/** SOCKS 5 (RFC 1928) with user name and password (RFC 1929), as far as a client that connects by TCP needs it. */
import { isIP, type Socket } from "node:net"
import { Effect } from "effect"
import type { ProxyAddress } from "./ProxyAddress.ts"
import { ProxyFailed } from "./ProxyFailed.ts"
import { readUntil } from "./readUntil.ts"
import { authorityOf, type Target } from "./Target.ts"

const VERSION = 5
const NO_AUTHENTICATION = 0
const PASSWORD = 2
const NONE_ACCEPTABLE = 0xff
const LONGEST_TEXT = 255

const refusals = new Map([
  [2, "its rules do not allow it"],
  [3, "the network cannot be reached"],
  [4, "the host cannot be reached"],
  [5, "the connection was refused"],
  [6, "the way there is too long"],
  [7, "it does not connect by TCP"],
  [8, "it does not know this kind of address"]
])

/** Has a SOCKS proxy at the other end of the socket connect it to the target, whose name the proxy resolves. */
export const openSocksTunnel = Effect.fnUntraced(function* (socket: Socket, proxy: ProxyAddress, target: Target) {
  const failed = (detail: string) => new ProxyFailed({ proxy: proxy.label, detail, timedOut: false })
  const authority = authorityOf(target)
  const read = (complete: (received: Buffer) => number | undefined) =>
    readUntil(socket, complete).pipe(
      Effect.mapError(() => failed(`closed the connection to ${authority} before it was made`))
    )

  const methods = proxy.credentials === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, PASSWORD]
  socket.write(Buffer.from([VERSION, methods.length, ...methods]))
  const [version, method = NONE_ACCEPTABLE] = yield* read(bytes(2))
  if (version !== VERSION) return yield* failed("does not speak SOCKS 5")
  if (method === PASSWORD && proxy.credentials !== undefined) {
    const texts = [proxy.credentials.username, proxy.credentials.password].map((text) => Buffer.from(text))
    if (texts.some(({ length }) => length > LONGEST_TEXT))
      return yield* failed(`has a user name or password of more than ${LONGEST_TEXT} bytes`)
    socket.write(Buffer.concat([Buffer.from([1]), ...texts.flatMap((text) => [Buffer.from([text.length]), text])]))
    const [, status] = yield* read(bytes(2))
    if (status !== 0) return yield* failed("refused the user name and password")
  } else if (method !== NO_AUTHENTICATION) {
    return yield* failed(
      proxy.credentials === undefined ? "asks for a user name and password" : "does not take a user name and password"
    )
  }

  const address = addressBytes(target.host)
  if (address === undefined) return yield* failed(`cannot be told a host name of more than ${LONGEST_TEXT} bytes`)
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0]), address, portBytes(target.port)]))
  const [, reply = 1] = yield* read(endOfReply)
  if (reply !== 0) return yield* failed(`made no connection to ${authority}: ${refusals.get(reply) ?? "it failed"}`)
})

const bytes = (length: number) => (received: Buffer) => (received.length < length ? undefined : length)

/** A reply ends with an address of varying length. One that refuses may end before it. */
const endOfReply = (received: Buffer): number | undefined => {
  const [, reply = 0, , kind, length = 0] = received
  if (received.length >= 2 && reply !== 0) return received.length
  if (received.length < 5) return undefined
  return bytes(kind === 1 ? 10 : kind === 4 ? 22 : 7 + length)(received)
}

const portBytes = (port: number): Buffer => Buffer.from([port >> 8, port & 0xff])

const addressBytes = (host: string): Buffer | undefined => {
  const version = isIP(host)
  if (version === 4) return Buffer.from([1, ...host.split(".").map(Number)])
  if (version === 6) return Buffer.from([4, ...ipv6Groups(host).flatMap((group) => [group >> 8, group & 0xff])])
  const name = Buffer.from(host)
  return name.length > LONGEST_TEXT ? undefined : Buffer.concat([Buffer.from([3, name.length]), name])
}

/** The eight groups of an address as URLs write it: in hexadecimal, with at most one `::`. */
const ipv6Groups = (address: string): ReadonlyArray<number> => {
  const [head = [], tail = []] = address
    .split("::")
    .map((part) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16))))
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}
