import { lookup } from "node:dns/promises"
import { isIPv6, type LookupFunction } from "node:net"
import { Effect, Fiber, Semaphore } from "effect"
import type { Resolve } from "../SafeFetchGuard.ts"

/** All addresses of a host name, as every program of this machine finds them. */
export const resolveBySystem: Resolve = (host) =>
  Effect.map(
    Effect.tryPromise(() => lookup(host, { all: true })),
    (found) => found.map(({ address }) => address)
  )

/** Looks up at most so many names at once, whoever gives up waiting for one meanwhile. */
export const lookingUpAtMost = (most: number, resolve: Resolve): Resolve => {
  const permits = Semaphore.makeUnsafe(most)
  // The system goes on looking when nobody waits any more, and takes its thread until it has found.
  return (host) =>
    Effect.flatMap(Effect.forkDetach(permits.withPermits(1)(Effect.uninterruptible(resolve(host)))), (looking) =>
      Effect.onInterrupt(Fiber.join(looking), () => Effect.forkDetach(Fiber.interrupt(looking)))
    )
}

/**
 * The same of names that strangers write. To look one up takes one of the four threads that also write to the disk, for as long as its own
 * server likes: they are never all taken.
 */
export const resolveForStrangers: Resolve = lookingUpAtMost(2, resolveBySystem)

/** Asked for any name, knows these addresses and no others: those that were checked. */
export const pinnedTo =
  (addresses: ReadonlyArray<string>): LookupFunction =>
  (_, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
    const [first] = found
    if (options.all === true) callback(null, found)
    else if (first !== undefined) callback(null, first.address, first.family)
  }
