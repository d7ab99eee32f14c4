import { hash, timingSafeEqual } from "node:crypto"
import { Clock, Context, Duration, Effect, Exit, Layer, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import type { Caller } from "../platform/Caller.ts"
import { steadyMillis } from "../platform/steadyTime.ts"
import { makeMemory } from "./IdentityMemory.ts"
import type { IdentityVersion } from "./IdentityVersion.ts"
import { makeFindKey } from "./keys/findKey.ts"
import { HashSecret } from "./keys/HashSecret.ts"
import { isKeyText, keyHash, keyLength } from "./keys/keyText.ts"
import { makeKeyUse } from "./keys/keyUse.ts"
import { type KnownKey, knownKey } from "./keys/KnownKey.ts"
import { IdentityUnavailable } from "./Users.ts"

export { keyPrefix } from "./keys/keyText.ts"

/** Why a credential is not good: for the reply, which says so plainly to whoever holds it. */
export class BadCredential extends Schema.TaggedError<BadCredential>()("BadCredential", {
  why: Schema.Literals(["unknown", "expired", "revoked", "inactive"])
}) {}

const mostRemembered = 10_000
const notedEvery = Duration.toMillis("1 minute")

/** Keys by which programs ask: `sk-siku-…`, shown once, kept as a keyed hash. The management is in `KeyAdmin`. */
export class ApiKeys extends Context.Service<
  ApiKeys,
  {
    /**
     * Who holds this key. Compared in constant time; remembered for a few seconds, during which a revocation made by another process may not be
     * seen yet; known keys go on from memory while the database does not answer, unknown ones are `IdentityUnavailable`.
     */
    readonly identify: (key: string) => Effect.Effect<Caller, BadCredential | IdentityUnavailable>
  }
>()("siku/accounts/ApiKeys") {
  static readonly layer: Layer.Layer<ApiKeys, never, HashSecret | IdentityVersion | SqlClient.SqlClient> = Layer.effect(
    ApiKeys,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const secret = yield* HashSecret
  const find = yield* makeFindKey
  const noteUse = yield* makeKeyUse
  const memory = yield* makeMemory<KnownKey>(mostRemembered)

  const read = Effect.fnUntraced(function* (key: string) {
    const expected = keyHash(key, secret)
    const row = yield* find(expected)
    return row !== undefined && timingSafeEqual(Buffer.from(row.hash), Buffer.from(expected))
      ? knownKey(row)
      : undefined
  })

  const verdict = (known: KnownKey, now: number): Exit.Exit<Caller, BadCredential> => {
    if (known.isRevoked) return revoked
    if (known.isInactive) return inactive
    if (now >= known.expiresAt) return expired
    if (now - known.notedAt >= notedEvery) {
      known.notedAt = now
      noteUse(known.caller.keyId)
    }
    return Exit.succeed(known.caller)
  }

  const readAnew = Effect.fnUntraced(function* (key: string, digest: string) {
    const known = yield* Effect.mapError(memory.read(digest, read(key)), () => new IdentityUnavailable())
    return yield* known === undefined ? unknown : verdict(known, yield* Clock.currentTimeMillis)
  })

  return ApiKeys.of({
    // Every request comes through here: what is known costs one hash and no turn of the event loop.
    identify: (key) =>
      Effect.withFiber((fiber) => {
        if (key.length !== keyLength) return unknown
        // Memory goes by a digest, so that no key stays readable in it.
        const digest = hash("sha256", key, "base64url")
        const clock = fiber.getRef(Clock.Clock)
        const known = memory.get(digest, steadyMillis(clock))
        if (known !== undefined) return verdict(known, clock.currentTimeMillisUnsafe())
        return isKeyText(key) ? readAnew(key, digest) : unknown
      })
  })
})

const refusal = (why: BadCredential["why"]) => Exit.fail(new BadCredential({ why }))
const [unknown, expired, revoked, inactive] = [
  refusal("unknown"),
  refusal("expired"),
  refusal("revoked"),
  refusal("inactive")
]
