import { Context, Effect, Layer, Schedule } from "effect"
import { IdentityVersion } from "./IdentityVersion.ts"
import { type Owner, Standing } from "./Standing.ts"
import type { WhyClosed } from "./WhyClosed.ts"

const lookEvery = "1 second"
/** Looks between two at which all owners are asked about, as another process may have closed them. */
const looksBetween = 5

/**
 * What is under way for somebody: requests, runs, imports. When a key is closed, a user deactivated or an account closed, theirs
 * ends: within a second where this process did it, within ten where another one did.
 */
export class UnderWay extends Context.Service<
  UnderWay,
  {
    /** `end` is called once, when the owner's standing is lost; what is given back says that it is over by itself. */
    readonly add: (owner: Owner, end: (why: WhyClosed) => void) => () => void
    readonly whyClosed: Standing["Service"]["whyClosed"]
  }
>()("siku/accounts/UnderWay") {
  static readonly layer: Layer.Layer<UnderWay, never, IdentityVersion | Standing> = Layer.effect(
    UnderWay,
    Effect.suspend(() => make)
  )
}

interface OfOwner {
  readonly owner: Owner
  readonly ends: Set<(why: WhyClosed) => void>
}

const make = Effect.gen(function* () {
  const standing = yield* Standing
  const version = yield* IdentityVersion
  const all = new Map<string, OfOwner>()

  const check = Effect.fnUntraced(function* ([id, { ends, owner }]: readonly [string, OfOwner]) {
    const why = yield* standing.whyClosed(owner)
    if (why === undefined) return
    all.delete(id)
    for (const end of ends) end(why)
  })

  let seen = version.current()
  let looks = 0
  const look = Effect.suspend(() => {
    looks = (looks + 1) % looksBetween
    const current = version.current()
    if (all.size === 0 || (current === seen && looks !== 0)) return Effect.void
    seen = current
    return Effect.forEach([...all], check, { discard: true })
  })
  yield* Effect.forkScoped(
    Effect.repeat(
      Effect.catchCause(look, (cause) => Effect.logError("it could not be seen who is still active", cause)),
      Schedule.spaced(lookEvery)
    )
  )

  return UnderWay.of({
    whyClosed: standing.whyClosed,
    add: (owner, end) => {
      const { accountId, keyId, userId } = owner
      // The operator's own.
      if (keyId === null && userId === null) return () => {}
      const id = `${keyId} ${userId} ${accountId}`
      const ofOwner = all.get(id) ?? { owner: { accountId, keyId, userId }, ends: new Set() }
      all.set(id, ofOwner)
      ofOwner.ends.add(end)
      return () => {
        ofOwner.ends.delete(end)
        if (ofOwner.ends.size === 0 && all.get(id) === ofOwner) all.delete(id)
      }
    }
  })
})
