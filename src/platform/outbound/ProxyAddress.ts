import { Result } from "effect"
import { ProxyFailed } from "./ProxyFailed.ts"

/** A proxy and how it is spoken to. */
export interface ProxyAddress {
  /** `socks5` leaves it to the proxy to find the target's address, as `socks5h` does elsewhere. */
  readonly protocol: "http" | "https" | "socks5"
  readonly host: string
  readonly port: number
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** For people: without credentials. */
  readonly label: string
}

/**
 * Reads the address of a proxy, whose user name and password are percent-encoded. As in other programs, one without a
 * scheme is `http://`, and `socks://` is `socks5://`.
 */
export const parseProxy = (text: string): Result.Result<ProxyAddress, ProxyFailed> => {
  const url = URL.parse(withScheme(text))
  const kind = kinds.get(url?.protocol ?? "")
  const credentials = url === null ? undefined : credentialsOf(url)
  if (url === null || kind === undefined || url.hostname === "" || credentials === undefined)
    // Not quoted: a password may stand in it.
    return Result.fail(new ProxyFailed({ proxy: "", detail: unreadable, timedOut: false }))
  const port = Number(url.port) || kind.port
  return Result.succeed({
    protocol: kind.protocol,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    credentials: credentials.username + credentials.password === "" ? undefined : credentials,
    label: `${url.protocol}//${url.hostname}:${port}`
  })
}

/** The value of `Proxy-Authorization`, where the proxy has credentials. */
export const authorizationOf = ({ credentials }: ProxyAddress): string | undefined =>
  credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`

const kinds = new Map([
  ["http:", { protocol: "http", port: 80 } as const],
  ["https:", { protocol: "https", port: 443 } as const],
  ["socks5:", { protocol: "socks5", port: 1080 } as const],
  ["socks5h:", { protocol: "socks5", port: 1080 } as const]
])

const withScheme = (text: string): string => {
  // Not a word alone, such as `direct` or `none`, which is no host, nor a number, which URLs take for an address.
  if (/^[^/]*[.:@][^/]*\/?$/.test(text)) return `http://${text}`
  return text.replace(/^socks:/i, "socks5:")
}

const unreadable = "has an address that is not of the form http://, https:// or socks5://user:password@host:port"

const credentialsOf = ({ password, username }: URL) =>
  Result.getOrUndefined(
    Result.try(() => ({ username: decodeURIComponent(username), password: decodeURIComponent(password) }))
  )
