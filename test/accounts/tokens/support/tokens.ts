import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../../../src/accounts/AccessTokens.ts"
import { IdentityVersion } from "../../../../src/accounts/IdentityVersion.ts"
import { Grants } from "../../../../src/accounts/tokens/Grants.ts"
import { RefreshTokens } from "../../../../src/accounts/tokens/RefreshTokens.ts"
import { RevokedTokens } from "../../../../src/accounts/tokens/RevokedTokens.ts"
import { SigningKeys } from "../../../../src/accounts/tokens/SigningKeys.ts"
import { LoginAttempts } from "../../../../src/accounts/users/LoginAttempts.ts"
import * as Sql from "../../../../src/platform/Sql.ts"
import { Vault } from "../../../../src/platform/Vault.ts"
import { testConfig } from "../../../support/config.ts"
import { accountId, keyId, makePeople, type People } from "./people.ts"

/** A whole second in 2027, in milliseconds. */
export const start = 1_800_000_000_000

/** Everything about tokens over a database of its own, with the users and keys of `people`. */
export const tokensOf = (people: People, options: Parameters<typeof testConfig>[0] = {}) =>
  Layer.mergeAll(AccessTokens.layer, Grants.layer).pipe(
    Layer.provideMerge(RefreshTokens.layer),
    Layer.provideMerge(Layer.mergeAll(RevokedTokens.layer, SigningKeys.layer)),
    Layer.provideMerge(
      Layer.mergeAll(IdentityVersion.layer, LoginAttempts.layer, Sql.layer, Vault.layer, people.layer)
    ),
    Layer.provideMerge(testConfig(options)),
    Layer.provide(NodeServices.layer)
  )

/** Runs a test at `start`, with people of its own. */
export const withTokens =
  <A, E, R>(test: (people: People) => Effect.Effect<A, E, R>, options: Parameters<typeof testConfig>[0] = {}) =>
  () => {
    const people = makePeople()
    return test(people).pipe(Effect.provide(tokensOf(people, options)))
  }

/** Logs somebody in. */
export const logIn = Effect.fnUntraced(function* (
  { email, password }: { readonly email: string; readonly password: string },
  options: { readonly scope?: string; readonly account?: string } = {}
) {
  const grants = yield* Grants
  const given = yield* grants.password({
    address: "203.0.113.1",
    email,
    password: Redacted.make(password),
    scope: options.scope,
    account: options.account
  })
  return { ...given, refreshToken: given.refreshToken ?? "" }
})

/** The rows of the key that `people` has. */
export const storeKey = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO accounts ${sql.insert({ id: accountId(3), name: "a", active: 1, prepaid: 0, balance: 0, held: 0, created_at: 0, updated_at: 0 })}`
  yield* sql`INSERT INTO api_keys ${sql.insert({
    id: keyId(1),
    account_id: accountId(3),
    user_id: null,
    name: "k",
    prefix: "sk-siku-0123",
    hash: "h",
    scopes: "ask chat bank:write",
    models: '["demo/fast"]',
    per_minute: 60,
    created_at: 0
  })}`
})

/** What went wrong, in a word. */
export const whyNot = <A, E extends { readonly _tag: string; readonly why?: string; readonly error?: string }, R>(
  effect: Effect.Effect<A, E, R>
) => Effect.match(effect, { onSuccess: () => "accepted", onFailure: (error) => error.why ?? error.error ?? error._tag })
