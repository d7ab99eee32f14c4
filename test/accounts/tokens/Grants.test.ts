import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../../src/accounts/AccessTokens.ts"
import { Grants } from "../../../src/accounts/tokens/Grants.ts"
import { accountId, keyId } from "./support/people.ts"
import { logIn, start, storeKey, whyNot, withTokens } from "./support/tokens.ts"

const refresh = (token: string, scope?: string) =>
  Effect.map(
    Effect.flatMap(Grants, (grants) => grants.refresh(Redacted.make(token), scope)),
    (given) => ({ ...given, refreshToken: given.refreshToken ?? "" })
  )
const revoke = (token: string) => Effect.flatMap(Grants, (grants) => grants.revoke(Redacted.make(token)))
const identify = (token: string) => Effect.flatMap(AccessTokens, (tokens) => tokens.identify(token))

describe("a login", () => {
  it.effect(
    "gives what was asked for of what the user may have, and says it",
    withTokens(({ ann, root }) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* logIn(ann, { scope: "chat admin chat" })).scope, "chat")
        assert.strictEqual((yield* logIn(root)).scope, "ask chat bank:read bank:write admin")
        for (const scope of ["admin", "everything", "ask; admin", " "])
          assert.strictEqual(yield* whyNot(logIn(ann, { scope })), "invalid_scope", scope)
        assert.strictEqual(yield* whyNot(logIn(ann, { account: accountId(9) })), "invalid_request")
        ann.accounts = []
        assert.strictEqual(yield* whyNot(logIn(ann)), "invalid_grant")
        assert.strictEqual(yield* whyNot(logIn({ ...ann, password: "wrong" })), "invalid_grant")
      })
    )
  )

  it.effect(
    "goes on by its refresh tokens, for the same account and with no more scopes",
    withTokens(({ root }) =>
      Effect.gen(function* () {
        root.accounts = [accountId(1), accountId(2)]
        const first = yield* logIn(root, { account: accountId(2), scope: "ask chat admin" })
        const narrow = yield* refresh(first.refreshToken, "ask bank:write")
        assert.strictEqual(narrow.scope, "ask")
        assert.strictEqual((yield* identify(narrow.token)).accountId, accountId(2))
        // What the login was given is not lost by asking for less once.
        const wide = yield* refresh(narrow.refreshToken)
        assert.strictEqual(wide.scope, "ask chat admin")
        assert.strictEqual(yield* whyNot(refresh(wide.refreshToken, "bank:write")), "invalid_scope")
        root.admin = false
        assert.strictEqual((yield* refresh(wide.refreshToken)).scope, "ask chat")
      })
    )
  )

  it.effect(
    "ends for everybody when a refresh token is used twice, access tokens too",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const stolen = yield* logIn(ann)
        const other = yield* logIn(ann)
        const thief = yield* refresh(stolen.refreshToken)
        assert.strictEqual(yield* whyNot(identify(thief.token)), "accepted")
        assert.strictEqual(yield* whyNot(refresh(stolen.refreshToken)), "invalid_grant")
        for (const { token } of [stolen, thief]) assert.strictEqual(yield* whyNot(identify(token)), "revoked")
        assert.strictEqual(yield* whyNot(refresh(thief.refreshToken)), "invalid_grant")
        assert.strictEqual(yield* whyNot(identify(other.token)), "accepted")
        assert.strictEqual(yield* whyNot(refresh(other.refreshToken)), "accepted")
      })
    )
  )

  it.effect(
    "ends when the password changes or the user is deactivated",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const one = yield* logIn(ann)
        ann.tokensAfter = start + 1
        assert.strictEqual(yield* whyNot(refresh(one.refreshToken)), "invalid_grant")
        ann.tokensAfter = 0
        assert.strictEqual(yield* whyNot(refresh(one.refreshToken)), "invalid_grant")
        const two = yield* logIn(ann)
        ann.active = false
        assert.strictEqual(yield* whyNot(refresh(two.refreshToken)), "invalid_grant")
      })
    )
  )

  it.effect(
    "keeps its refresh token when the database does not answer, and gives nothing then",
    withTokens(({ ann, state }) =>
      Effect.gen(function* () {
        const { refreshToken } = yield* logIn(ann)
        state.isDown = true
        assert.strictEqual(yield* whyNot(refresh(refreshToken)), "IdentityUnavailable")
        assert.strictEqual(yield* whyNot(logIn(ann)), "IdentityUnavailable")
        state.isDown = false
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER TABLE refresh_tokens RENAME TO away`
        assert.strictEqual(yield* whyNot(refresh(refreshToken)), "IdentityUnavailable")
        assert.strictEqual(yield* whyNot(logIn(ann)), "IdentityUnavailable")
        assert.strictEqual(yield* whyNot(revoke(refreshToken)), "IdentityUnavailable")
        yield* sql`ALTER TABLE away RENAME TO refresh_tokens`
        assert.strictEqual(yield* whyNot(refresh(refreshToken)), "accepted")
      })
    )
  )
})

describe("the holder of an API key", () => {
  it.effect(
    "gets a token for it by its id and the key itself, with no more scopes than it has",
    withTokens(({ apiKey }) =>
      Effect.gen(function* () {
        const { clientCredentials } = yield* Grants
        const secret = Redacted.make(apiKey)
        assert.strictEqual((yield* clientCredentials(keyId(1), secret, undefined)).scope, "ask chat bank:write")
        assert.strictEqual((yield* clientCredentials(keyId(1), secret, "ask admin")).scope, "ask")
        assert.strictEqual(yield* whyNot(clientCredentials(keyId(1), secret, "admin")), "invalid_scope")
        assert.strictEqual(yield* whyNot(clientCredentials(keyId(2), secret, undefined)), "invalid_client")
        assert.strictEqual(yield* whyNot(clientCredentials("", secret, undefined)), "invalid_client")
        assert.strictEqual(
          yield* whyNot(clientCredentials(keyId(1), Redacted.make(`${apiKey}.`), undefined)),
          "invalid_client"
        )
      })
    )
  )
})

describe("revoking", () => {
  it.effect(
    "an access token ends that one, a refresh token its whole login, and anything else nothing",
    withTokens(({ ann, apiKey }) =>
      Effect.gen(function* () {
        yield* storeKey
        const sql = yield* SqlClient.SqlClient
        const { clientCredentials } = yield* Grants
        const one = yield* logIn(ann)
        const next = yield* refresh(one.refreshToken)
        yield* revoke(one.token)
        assert.strictEqual(yield* whyNot(identify(one.token)), "revoked")
        assert.strictEqual(yield* whyNot(identify(next.token)), "accepted")
        yield* revoke(next.refreshToken)
        assert.strictEqual(yield* whyNot(identify(next.token)), "revoked")
        assert.strictEqual(yield* whyNot(refresh(next.refreshToken)), "invalid_grant")
        const ofKey = yield* clientCredentials(keyId(1), Redacted.make(apiKey), undefined)
        assert.strictEqual(yield* whyNot(identify(ofKey.token)), "accepted")
        yield* revoke(ofKey.token)
        assert.strictEqual(yield* whyNot(identify(ofKey.token)), "revoked")
        const before = yield* sql`SELECT id FROM revoked_tokens`
        for (const text of ["", "rt-siku-", `rt-siku-${"A".repeat(43)}`, `${one.token}A`, apiKey]) yield* revoke(text)
        assert.deepStrictEqual(yield* sql`SELECT id FROM revoked_tokens`, before)
      })
    )
  )
})
