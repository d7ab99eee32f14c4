import { BlockList, isIP } from "node:net"
import { domainToASCII } from "node:url"
import { bareHost, type Target } from "./Target.ts"

/** Whether the target is this machine, as far as its name or address tells. */
export const isLoopback = ({ host }: Target): boolean => host === "localhost" || holds(loopback, host)

/**
 * Whether an entry of `NO_PROXY` means the target: `*`, a domain (with or without a dot or `*.` before it, and all below
 * it), an address, a range of addresses such as `10.0.0.0/8`, and any of them but a range with a port.
 */
export const isExempt = (target: Target, entry: string): boolean => {
  const wanted = entry.trim().toLowerCase()
  if (wanted === "") return false
  if (wanted.includes("/")) return isWithin(target.host, wanted)
  const { host, port } = split(wanted)
  if (port !== undefined && Number(port) !== target.port) return false
  if (host === "*") return true
  const name = bareHost(host)
  if (isIP(name) !== 0) return holds(listOf(name), target.host)
  const domain = domainToASCII(name.replace(/^\*?\./, ""))
  if (domain === "" || isIP(target.host) !== 0) return false
  return target.host === domain || target.host.endsWith(`.${domain}`)
}

const split = (entry: string): { readonly host: string; readonly port: string | undefined } => {
  // Two colons and no brackets: an IPv6 address, which has no port.
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry)
  return { host: match?.[1] ?? entry, port: match?.[2] }
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4")

const holds = (list: BlockList, host: string): boolean => isIP(host) !== 0 && list.check(host, familyOf(host))

const listOf = (address: string): BlockList => {
  const list = new BlockList()
  list.addAddress(address, familyOf(address))
  return list
}

const isWithin = (host: string, range: string): boolean => {
  const [, start = "", bits = ""] = /^\[?([^/\]]*)\]?\/(\d{1,3})$/.exec(range) ?? []
  const version = isIP(start)
  if (version === 0 || bits === "" || Number(bits) > (version === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(start, Number(bits), familyOf(start))
  return holds(list, host)
}

const loopback = new BlockList()
loopback.addSubnet("127.0.0.0", 8, "ipv4")
loopback.addAddress("::1", "ipv6")
