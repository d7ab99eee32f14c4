import { Context, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql"
import type { AppConfig } from "../platform/config/AppConfig.ts"
import type { Caller } from "../platform/Caller.ts"
import type { IdentityVersion } from "./IdentityVersion.ts"
import type { BadCredential } from "./ApiKeys.ts"
import { makeIdentify } from "./tokens/identify.ts"
import type { RevokedTokens } from "./tokens/RevokedTokens.ts"
import type { SigningKeys } from "./tokens/SigningKeys.ts"
import type { IdentityUnavailable, Users } from "./Users.ts"

/** Tokens (JWT) by which people ask once they have logged in. */
export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    /**
     * Who holds this token; `BadCredential` for anything that is not exactly a token of this service, now. What another process changes is
     * seen within five seconds; known tokens go on for five minutes while the database does not answer.
     */
    readonly identify: (token: string) => Effect.Effect<Caller, BadCredential | IdentityUnavailable>
  }
>()("siku/accounts/AccessTokens") {
  static readonly layer: Layer.Layer<
    AccessTokens,
    never,
    AppConfig | IdentityVersion | SqlClient.SqlClient | RevokedTokens | SigningKeys | Users
  > = Layer.effect(
    AccessTokens,
    Effect.map(makeIdentify, (identify) => AccessTokens.of({ identify }))
  )
}
