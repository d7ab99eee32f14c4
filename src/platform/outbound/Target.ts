import { isIPv6 } from "node:net"

/** Where a connection goes: a host name or an address without brackets, in lower case, and a port. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** The target of an `http:` or `https:` URL; `undefined` where there is none. */
export const targetOf = (url: string): Target | undefined => {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.hostname === "") return undefined
  return { host: bareHost(parsed.hostname), port: Number(parsed.port) || defaultPort(parsed.protocol) }
}

/** A host without the brackets of an IPv6 address and without the dot that ends a full name, in lower case. */
export const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")

/** The port of a scheme, given with its colon. */
export const defaultPort = (protocol: string): number => (protocol === "https:" ? 443 : 80)

/** Host and port as they stand in a URL. */
export const authorityOf = ({ host, port }: Target): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`
