import { lookup } from "node:dns/promises"
import { isIPv6, type LookupFunction } from "node:net"
import { Effect } from "effect"
import type { Resolve } from "../SafeFetchGuard.ts"

/** All addresses of a host name, as every program of this machine finds them. */
export const resolveBySystem: Resolve = (host) =>
  Effect.map(
    Effect.tryPromise(() => lookup(host, { all: true })),
    (found) => found.map(({ address }) => address)
  )

/** Asked for any name, knows these addresses and no others: those that were checked. */
export const pinnedTo =
  (addresses: ReadonlyArray<string>): LookupFunction =>
  (_, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
    const [first] = found
    if (options.all === true) callback(null, found)
    else if (first !== undefined) callback(null, first.address, first.family)
  }
