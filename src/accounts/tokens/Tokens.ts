import { Layer } from "effect"
import { AccessTokens } from "../AccessTokens.ts"
import { Grants } from "./Grants.ts"
import * as OldTokens from "./OldTokens.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import { RevokedTokens } from "./RevokedTokens.ts"
import { SigningKeys } from "./SigningKeys.ts"

/** Logins and what comes of them. */
export const layer = Layer.mergeAll(AccessTokens.layer, Grants.layer, OldTokens.layer).pipe(
  Layer.provideMerge(RefreshTokens.layer),
  Layer.provideMerge(Layer.mergeAll(RevokedTokens.layer, SigningKeys.layer))
)
