import { Clock, Duration, Effect, Schema } from "effect"
import { errors, jwtVerify } from "jose"
import { BadCredential } from "../ApiKeys.ts"
import { AccessClaims, algorithm, audience, clockTolerance, tokenType } from "./AccessClaims.ts"
import { headerOf } from "./compactForm.ts"
import type { SigningKeys } from "./SigningKeys.ts"

const decodeClaims = Schema.decodeUnknownEffect(AccessClaims)
const toleranceSeconds = Duration.toSeconds(clockTolerance)

/**
 * What a token says, once it is certain that this service signed it for itself and that its time is not over. Whether it has been revoked,
 * and what becomes of its user, is another question.
 */
export const makeVerify = (keys: SigningKeys["Service"], issuer: string) =>
  Effect.fnUntraced(function* (token: string) {
    const unknown = new BadCredential({ why: "unknown" })
    const header = headerOf(token)
    if (header === undefined) return yield* unknown
    const key = yield* keys.find(header.kid)
    if (key === undefined) return yield* unknown

    const now = yield* Clock.currentTimeMillis
    const { payload } = yield* Effect.tryPromise({
      try: () =>
        jwtVerify(token, key.verify, {
          algorithms: [algorithm],
          typ: tokenType,
          issuer,
          audience,
          clockTolerance: toleranceSeconds,
          currentDate: new Date(now)
        }),
      catch: (error) => (error instanceof errors.JWTExpired ? new BadCredential({ why: "expired" }) : unknown)
    })
    // A token that was issued later than now is also good from later than now on: its claims say both in one.
    return yield* Effect.mapError(decodeClaims(payload), () => unknown)
  })

/** From when on a token counts for nothing, in milliseconds since 1970. */
export const endOf = ({ exp }: Pick<AccessClaims, "exp">): number => exp * 1000 + Duration.toMillis(clockTolerance)
