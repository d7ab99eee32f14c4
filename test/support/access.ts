import { Effect, Layer, Option } from "effect"
import type { HttpServerResponse } from "effect/http"
import { AccessTokens } from "../../src/accounts/AccessTokens.ts"
import { ApiKeys, BadCredential } from "../../src/accounts/ApiKeys.ts"
import { UnderWay } from "../../src/accounts/UnderWay.ts"
import { IdentityUnavailable } from "../../src/accounts/Users.ts"
import * as AccessLive from "../../src/accounts/access/AccessLive.ts"
import { Gate } from "../../src/accounts/access/Gate.ts"
import { AdminKey } from "../../src/accounts/AdminKey.ts"
import * as OcsAccessLive from "../../src/bank/ocs/OcsAccessLive.ts"
import { Admission, type Origin, TooManyRequests } from "../../src/platform/Admission.ts"
import type { Caller, Scope } from "../../src/platform/Caller.ts"
import { Vault } from "../../src/platform/Vault.ts"

type Reply = HttpServerResponse.HttpServerResponse

/** What a credential stands for: somebody, or why it stands for nobody. */
export type Known = Caller | BadCredential["why"] | "unavailable"

/** A caller with a key of an account, and these scopes. */
export const keyOf = (account: string | null, scopes: ReadonlyArray<Scope>, more: Partial<Caller> = {}): Caller => ({
  kind: "key",
  accountId: account,
  userId: null,
  keyId: `key_of_${account ?? "the house"}`,
  scopes: new Set(scopes),
  models: null,
  limits: {},
  ...more
})

const identifyIn = (known: ReadonlyMap<string, Known>) => (credential: string) =>
  Effect.suspend((): Effect.Effect<Caller, BadCredential | IdentityUnavailable> => {
    const found = known.get(credential) ?? "unknown"
    if (found === "unavailable") return Effect.fail(new IdentityUnavailable())
    return typeof found === "string" ? Effect.fail(new BadCredential({ why: found })) : Effect.succeed(found)
  })

/** Keys and tokens that are known from the beginning. */
export const identities = (known: ReadonlyMap<string, Known> = new Map()) =>
  Layer.mergeAll(
    Layer.succeed(ApiKeys, { identify: identifyIn(known) }),
    Layer.succeed(AccessTokens, { identify: identifyIn(known) })
  )

/** What an admission was told and asked. */
export interface Admitted {
  readonly admitted: Array<{ readonly address: string; readonly caller: Caller }>
  readonly wrong: Array<string>
}

export const newAdmitted = (): Admitted => ({ admitted: [], wrong: [] })

/**
 * Lets all through but those who come from the addresses that are full, or have sent too much that is wrong. A request comes from where the
 * header `x-forwarded-for` says, else from this machine.
 */
export const admission = (
  seen: Admitted = newAdmitted(),
  { full = "203.0.113.1", suspect = "203.0.113.2" } = {}
): Layer.Layer<Admission> =>
  Layer.succeed(Admission, {
    originOf: ({ headers, remoteAddress }) => {
      const forwarded = headers["x-forwarded-for"]
      return {
        address: forwarded ?? Option.getOrElse(remoteAddress, () => "127.0.0.1"),
        isLocal: forwarded === undefined,
        isForeignPage: false,
        isPassedOn: false
      }
    },
    mayIdentify: (address) =>
      address === suspect
        ? Effect.fail(new TooManyRequests({ of: "address", window: "minute", limit: 20, retryAfter: 40 }))
        : Effect.void,
    wrongCredential: (address) => Effect.sync(() => void seen.wrong.push(address)),
    admit: <E, R>(who: { readonly origin: Origin; readonly caller: Caller }, handler: Effect.Effect<Reply, E, R>) =>
      Effect.suspend((): Effect.Effect<Reply, E | TooManyRequests, R> => {
        const { caller, origin } = who
        seen.admitted.push({ address: origin.address, caller })
        return origin.address === full
          ? Effect.fail(new TooManyRequests({ of: "address", window: "hour", limit: 1, retryAfter: 7 }))
          : handler
      })
  })

/** The same with an admission, for the whole service. */
export const everybody = (known?: ReadonlyMap<string, Known>, seen?: Admitted) =>
  Layer.merge(identities(known), admission(seen))

/** Nothing that is under way is ended. */
export const nobodyCloses = Layer.succeed(UnderWay, { add: () => () => {}, whyClosed: () => Effect.undefined })

/** The way in of all routes; needs what the admin key needs. */
export const wayIn = (known?: ReadonlyMap<string, Known>, seen?: Admitted) =>
  Layer.mergeAll(AccessLive.layer, OcsAccessLive.layer).pipe(
    Layer.provide(Gate.layer),
    Layer.provide([Layer.provide(AdminKey.layer, Vault.layer), everybody(known, seen), nobodyCloses])
  )
