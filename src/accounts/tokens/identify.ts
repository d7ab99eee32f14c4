import { hash } from "node:crypto"
import { Cache, Clock, Duration, Effect, Option } from "effect"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import type { Caller } from "../../platform/Caller.ts"
import { steadyNow } from "../../platform/steadyTime.ts"
import { BadCredential } from "../ApiKeys.ts"
import { IdentityVersion } from "../IdentityVersion.ts"
import { type IdentityUnavailable, Users } from "../Users.ts"
import { type AccessClaims, issuerOf, isUserClaims } from "./AccessClaims.ts"
import { longestToken } from "./compactForm.ts"
import { makeKeyHolder } from "./keyHolder.ts"
import { RevokedTokens } from "./RevokedTokens.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { makeUserHolder } from "./userHolder.ts"
import { endOf, makeVerify } from "./verify.ts"

/** A token that has been verified; the signature of one does not go bad. */
interface Verified {
  readonly claims: AccessClaims
  readonly ends: number
  readonly caller: Caller
  /** When it is next to be asked whether it still counts, by `steadyMillis`. */
  checkAgainAt: number
  /** Of `IdentityVersion`, from before it was asked. */
  readonly version: number
}

const checkEvery = Duration.toMillis("5 seconds")
/** How long known tokens go on while the database does not answer. */
const goesOnFor = Duration.minutes(5)
const mostKept = 10_000

/**
 * Who holds a token. One that was verified once costs a hash until it is to be asked again whether it still counts; it is kept by that hash
 * only, so that no token is in memory.
 */
export const makeIdentify = Effect.gen(function* () {
  const { server } = yield* AppConfig
  const revoked = yield* RevokedTokens
  const version = yield* IdentityVersion
  const verify = makeVerify(yield* SigningKeys, issuerOf(server.publicUrl))
  const ofUser = makeUserHolder(yield* Users)
  const ofKey = yield* makeKeyHolder
  const kept = yield* Cache.make<string, Verified>({
    capacity: mostKept,
    timeToLive: goesOnFor,
    lookup: () => Effect.die(new Error("what is verified is only ever told from outside"))
  })

  const holderOf = Effect.fnUntraced(function* (claims: AccessClaims) {
    const ids = isUserClaims(claims) ? [claims.jti, claims.sid] : [claims.jti]
    if (yield* revoked.isAnyRevoked(ids)) return yield* new BadCredential({ why: "revoked" })
    return yield* isUserClaims(claims) ? ofUser(claims) : ofKey(claims)
  })

  const keep = Effect.fnUntraced(function* (digest: string, claims: AccessClaims) {
    const before = version.current()
    const caller = yield* holderOf(claims)
    const checkAgainAt = (yield* steadyNow) + checkEvery
    yield* Cache.set(kept, digest, { claims, ends: endOf(claims), caller, checkAgainAt, version: before })
    return caller
  })

  const isKnownRevoked = ({ claims }: Verified) =>
    Effect.flatMap(revoked.isKnown(claims.jti), (known) =>
      known || !isUserClaims(claims) ? Effect.succeed(known) : revoked.isKnown(claims.sid)
    )

  const again = (digest: string, verified: Verified) =>
    keep(digest, verified.claims).pipe(
      Effect.tapErrorTag("BadCredential", () => Cache.invalidate(kept, digest)),
      Effect.catchTag("IdentityUnavailable", (error) =>
        verified.version !== version.current()
          ? Effect.fail(error)
          : Effect.map(steadyNow, (now) => {
              verified.checkAgainAt = now + checkEvery
              return verified.caller
            })
      )
    )

  return Effect.fnUntraced(function* (token: string): Effect.fn.Return<Caller, BadCredential | IdentityUnavailable> {
    if (token.length > longestToken) return yield* new BadCredential({ why: "unknown" })
    const digest = hash("sha256", token, "base64url")
    const found = Option.getOrUndefined(yield* Cache.getOption(kept, digest))
    if (found === undefined) return yield* keep(digest, yield* verify(token))
    const now = yield* Clock.currentTimeMillis
    if (now >= found.ends) return yield* new BadCredential({ why: "expired" })
    if (yield* isKnownRevoked(found)) return yield* new BadCredential({ why: "revoked" })
    return (yield* steadyNow) < found.checkAgainAt && found.version === version.current()
      ? found.caller
      : yield* again(digest, found)
  })
})
