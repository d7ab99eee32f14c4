import { BlockList, isIPv4, isIPv6 } from "node:net"

/** An address as text of its own family: an IPv4 address that is written as an IPv6 one is an IPv4 address, without a zone. */
export const plainAddress = (address: string): string => {
  if (!address.includes(":")) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  const zone = address.indexOf("%")
  return (zone < 0 ? address : address.slice(0, zone)).toLowerCase()
}

/**
 * Who is limited as one: an IPv4 address, or the 2^64 addresses of the IPv6 network that every line gets at least, of which a client
 * could use a new one for every request. Takes what `plainAddress` gives.
 */
export const limitedAs = (address: string): string => {
  if (!address.includes(":") || !isIPv6(address)) return address
  const [head = "", tail] = address.split("::")
  const first = head === "" ? [] : head.split(":")
  // An IPv4 address at the end stands for two groups; those are never among the first four unless there are none before.
  const last = tail === undefined || tail === "" ? [] : tail.split(":")
  const groups = tail === undefined ? first : [...first, ...zeros(8 - first.length - last.length), ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`
}

const zeros = (count: number): ReadonlyArray<string> => Array.from({ length: Math.max(0, count) }, () => "0")

/** Whether an address is one of these addresses and networks (`10.0.0.0/8`); entries that are neither match nothing. */
export const membershipOf = (entries: ReadonlyArray<string>): ((address: string) => boolean) => {
  if (entries.length === 0) return () => false
  const list = new BlockList()
  for (const entry of entries) {
    const [network = "", width] = entry.replace(/^\[(.*)\]/, "$1").split("/")
    const family = isIPv4(network) ? "ipv4" : isIPv6(network) ? "ipv6" : undefined
    if (family === undefined) continue
    if (width === undefined) list.addAddress(network, family)
    else if (/^\d{1,3}$/.test(width) && Number(width) <= (family === "ipv4" ? 32 : 128))
      list.addSubnet(network, Number(width), family)
  }
  return (address) =>
    isIPv4(address) ? list.check(address, "ipv4") : isIPv6(address) ? list.check(address, "ipv6") : false
}

const loopback = membershipOf(["127.0.0.0/8", "::1"])

/** Whether an address is this machine's own. */
export const isLoopbackAddress = (address: string): boolean => loopback(address)
