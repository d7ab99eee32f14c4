import { STATUS_CODES } from "node:http"
import type { Socket } from "node:net"
import { Effect } from "effect"
import { authorizationOf, type ProxyAddress } from "./ProxyAddress.ts"
import { ProxyFailed } from "./ProxyFailed.ts"
import { readUntil } from "./readUntil.ts"
import { authorityOf, type Target } from "./Target.ts"

/** Has an HTTP proxy at the other end of the socket connect it to the target, by CONNECT. */
export const openHttpTunnel = Effect.fnUntraced(function* (socket: Socket, proxy: ProxyAddress, target: Target) {
  const failed = (detail: string) => new ProxyFailed({ proxy: proxy.label, detail, timedOut: false })
  const authority = authorityOf(target)
  const authorization = authorizationOf(proxy)
  socket.write(
    [
      `CONNECT ${authority} HTTP/1.1`,
      `Host: ${authority}`,
      ...(authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`]),
      "\r\n"
    ].join("\r\n")
  )
  const head = yield* readUntil(socket, endOfHead).pipe(
    Effect.mapError(({ why }) =>
      failed(why === "closed" ? `closed the connection to ${authority}` : "does not speak HTTP")
    )
  )
  const status = Number(/^HTTP\/1\.\d (\d{3})\b/.exec(head.toString("latin1"))?.[1])
  if (status >= 200 && status < 300) return
  if (Number.isNaN(status)) return yield* failed("does not speak HTTP")
  if (status === 407) return yield* refusedCredentials(proxy)
  // The words of the status are ours: a proxy may put anything there.
  return yield* failed(`refused a connection to ${authority}: ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd())
})

/** What status 407 says of a proxy. */
export const refusedCredentials = (proxy: ProxyAddress): ProxyFailed =>
  new ProxyFailed({
    proxy: proxy.label,
    detail: `${proxy.credentials === undefined ? "asks for" : "refused"} the user name and password (407)`,
    timedOut: false
  })

const endOfHead = (received: Buffer): number | undefined => {
  const end = received.indexOf("\r\n\r\n")
  return end < 0 ? undefined : end + 4
}
