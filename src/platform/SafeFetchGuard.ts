// Where a server may be sent by what strangers write into a question: to public addresses, and to no other. Used before every
// connection, with the addresses that the connection is then made to, so that a name cannot mean one host when it is
// checked and another when it is called.
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net"
import { Effect, Result, Schema } from "effect"
import { bareHost, defaultPort } from "./outbound/Target.ts"

/** Why an address is not called. Says nothing that its host did not already know. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", {
  /**
   * `url`: no http(s) URL, or one with a user name; `port`: not one that web servers have; `host`: the name has no address;
   * `address`: one of its addresses is not public.
   */
  reason: Schema.Literals(["url", "port", "host", "address"])
}) {
  override get message(): string {
    return `the address was refused: ${this.reason}`
  }
}

/** What may be called. */
export interface GuardPolicy {
  /** Whether an IP address, in any form that `node:net` knows, may be connected to. */
  readonly mayReach: (address: string) => boolean
  readonly mayUsePort: (port: number) => boolean
  /** Whether a host may be called by this name, whatever address it has. */
  readonly mayName: (host: string) => boolean
}

/** Gives all addresses of a host name; fails where it has none. */
export type Resolve = (host: string) => Effect.Effect<ReadonlyArray<string>, unknown>

/** A URL that may be called, and the addresses that it may be called at. */
export interface CheckedUrl {
  readonly url: URL
  readonly addresses: ReadonlyArray<string>
}

// The special-purpose registries of IANA, and the address at which Azure answers its guests. What embeds an IPv4 address
// (mapped, NAT64, 6to4, Teredo) goes to places that the other table cannot see, and is refused as a whole.
const notPublic4 = listOf("ipv4", [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4"
])
const global6 = listOf("ipv6", ["2000::/3"])
const notPublic6 = listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"])

function listOf(family: "ipv4" | "ipv6", subnets: ReadonlyArray<string>): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = "", width] = subnet.split("/")
    list.addSubnet(network, Number(width), family)
  }
  return list
}

/** Whether an IP address belongs to the public internet. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !notPublic4.check(address, "ipv4")
  return (
    isIPv6(address) && !address.includes("%") && global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6")
  )
}

// What people have at home and in their offices, without the addresses at which clouds tell a guest its secrets.
const private4 = listOf("ipv4", ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
const private6 = listOf("ipv6", ["::1/128", "fc00::/7"])
const metadata = new BlockList()
metadata.addAddress("100.100.100.200", "ipv4")
metadata.addAddress("fd00:ec2::254", "ipv6")
metadata.addAddress("fd20:ce::254", "ipv6")

const isPrivateAddress = (address: string): boolean => {
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) && !address.includes("%") ? "ipv6" : undefined
  if (family === undefined || metadata.check(address, family)) return false
  return (family === "ipv4" ? private4 : private6).check(address, family)
}

// Top-level names that never belong to the internet (RFC 6761, RFC 6762, RFC 8375, ICANN's reservation of .internal), and those that
// networks at home and in offices are wont to use.
const innerNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa|lan|home|corp|intranet|private|localdomain)\.?$/i

/** Whether a host name can belong to the internet: it has a dot, and its end is not one that inner networks use. */
const isPublicName = (host: string): boolean => isIP(host) !== 0 || (/[^.]\.[^.]/.test(host) && !innerNames.test(host))

/** Public addresses and names, at the ports where web servers listen: 80, 443 and 8000 to 8999. */
export const publicOnly: GuardPolicy = {
  mayReach: isPublicAddress,
  mayName: isPublicName,
  mayUsePort: (port) => port === 80 || port === 443 || (port >= 8000 && port < 9000)
}

/** Private networks and this machine too, at any port; what belongs to neither them nor the internet still not. */
export const privateToo: GuardPolicy = {
  mayReach: (address) => isPublicAddress(address) || isPrivateAddress(address),
  mayName: () => true,
  mayUsePort: () => true
}

const refuse = (reason: AddressRefused["reason"]) => new AddressRefused({ reason })

/** Reads a URL that may be called as far as it says itself: scheme, no credentials, port. */
export const checkUrl = (address: string, policy: GuardPolicy): Result.Result<URL, AddressRefused> => {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") return Result.fail(refuse("url"))
  if (url.username !== "" || url.password !== "") return Result.fail(refuse("url"))
  if (!policy.mayName(bareHost(url.hostname))) return Result.fail(refuse("address"))
  return policy.mayUsePort(url.port === "" ? defaultPort(url.protocol) : Number(url.port))
    ? Result.succeed(url)
    : Result.fail(refuse("port"))
}

/**
 * Checks every address of a host, given without brackets, which is resolved once; a connection must be made to one of the addresses
 * given back. A name with one address that may not be reached is refused, whatever its others are.
 */
export const checkHost: (
  host: string,
  policy: Pick<GuardPolicy, "mayReach">,
  resolve: Resolve
) => Effect.Effect<ReadonlyArray<string>, AddressRefused> = Effect.fnUntraced(function* (host, policy, resolve) {
  const addresses = isIP(host) === 0 ? yield* Effect.mapError(resolve(host), () => refuse("host")) : [host]
  if (addresses.length === 0) return yield* refuse("host")
  return addresses.every(policy.mayReach) ? addresses : yield* refuse("address")
})

/** Checks a URL, and its host as `checkHost` does. */
export const checkAddress: (
  address: string,
  policy: GuardPolicy,
  resolve: Resolve
) => Effect.Effect<CheckedUrl, AddressRefused> = Effect.fnUntraced(function* (address, policy, resolve) {
  const url = yield* Effect.fromResult(checkUrl(address, policy))
  return { url, addresses: yield* checkHost(bareHost(url.hostname), policy, resolve) }
})
