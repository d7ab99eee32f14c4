import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../../src/accounts/AccessTokens.ts"
import { Grants } from "../../../src/accounts/tokens/Grants.ts"
import { SigningKeys } from "../../../src/accounts/tokens/SigningKeys.ts"
import { makeForge } from "./support/forge.ts"
import { accountId, keyId, userId } from "./support/people.ts"
import { logIn, start, storeKey, whyNot, withTokens } from "./support/tokens.ts"

const identify = (token: string) => Effect.flatMap(AccessTokens, (tokens) => tokens.identify(token))
const down = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE revoked_tokens RENAME TO away`)
const up = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE away RENAME TO revoked_tokens`)

describe("an access token", () => {
  it.effect(
    "says who its user is, by the account joined first, and what it may do",
    withTokens(({ ann, root }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const { scope, token } = yield* logIn(ann)
        assert.deepStrictEqual(yield* identify(token), {
          kind: "user",
          accountId: accountId(1),
          userId: userId(1),
          keyId: null,
          scopes: new Set(["ask", "chat", "bank:read"] as const),
          models: null,
          limits: {}
        })
        assert.strictEqual(scope, "ask chat bank:read")
        const admin = yield* identify((yield* logIn(root)).token)
        assert.isTrue(admin.scopes.has("admin"))
        assert.isNull(admin.accountId)
      })
    )
  )

  it.effect(
    "is for the account it was asked for, and for the first when the user has left that",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const { token } = yield* logIn(ann, { account: accountId(2) })
        assert.strictEqual((yield* identify(token)).accountId, accountId(2))
        ann.accounts = [accountId(1)]
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* identify(token)).accountId, accountId(1))
        ann.accounts = []
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* whyNot(identify(token)), "inactive")
      })
    )
  )

  it.effect(
    "has no more scopes than were asked for, and loses what its user may no longer do",
    withTokens(({ root }) =>
      Effect.gen(function* () {
        const { token } = yield* logIn(root, { scope: "admin chat" })
        assert.deepStrictEqual((yield* identify(token)).scopes, new Set(["admin", "chat"] as const))
        root.admin = false
        root.accounts = [accountId(1)]
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual((yield* identify(token)).scopes, new Set(["chat"] as const))
      })
    )
  )

  it.effect(
    "is good until its time is over, and half a minute for clocks that differ",
    withTokens(
      ({ ann }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(start + 999)
          const { expiresIn, token } = yield* logIn(ann)
          assert.strictEqual(expiresIn, 60)
          yield* TestClock.setTime(start + 89_999)
          assert.strictEqual(yield* whyNot(identify(token)), "accepted")
          yield* TestClock.setTime(start + 90_000)
          assert.strictEqual(yield* whyNot(identify(token)), "expired")
          yield* TestClock.setTime(start + 200_000)
          assert.strictEqual(yield* whyNot(identify(token)), "expired")
        }),
      { set: ["security.access_token_ttl=60"] }
    )
  )

  it.effect(
    "stops counting when its user is deactivated or gone, or its tokens were taken back, within five seconds",
    withTokens(({ ann, state }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start + 500)
        const { token } = yield* logIn(ann)
        const changes: ReadonlyArray<readonly [string, () => void, () => void]> = [
          ["inactive", () => (ann.active = false), () => (ann.active = true)],
          ["revoked", () => (ann.tokensAfter = start + 501), () => (ann.tokensAfter = start + 500)],
          ["unknown", () => (state.people = []), () => (state.people = [ann])]
        ]
        for (const [why, change, undo] of changes) {
          assert.strictEqual(yield* whyNot(identify(token)), "accepted", why)
          change()
          assert.strictEqual(yield* whyNot(identify(token)), "accepted", why)
          yield* TestClock.adjust("5 seconds")
          assert.strictEqual(yield* whyNot(identify(token)), why)
          undo()
        }
      })
    )
  )

  it.effect(
    "is not asked about again for five seconds once it was verified",
    withTokens(({ ann, state }) =>
      Effect.gen(function* () {
        const { token } = yield* logIn(ann)
        const before = state.finds
        yield* Effect.replicateEffect(identify(token), 100)
        assert.strictEqual(state.finds, before + 1)
        yield* TestClock.adjust("5 seconds")
        yield* Effect.replicateEffect(identify(token), 100)
        assert.strictEqual(state.finds, before + 2)
      })
    )
  )

  it.effect(
    "goes on for five minutes while the database does not answer, and one that is not known is not let in",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const known = (yield* logIn(ann)).token
        const unknown = (yield* logIn(ann)).token
        yield* identify(known)
        yield* down
        for (let minute = 0; minute < 4; minute++) {
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(yield* whyNot(identify(known)), "accepted")
          assert.strictEqual(yield* whyNot(identify(unknown)), "IdentityUnavailable")
        }
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual(yield* whyNot(identify(known)), "IdentityUnavailable")
        yield* up
        // by then a statement that could not be prepared is tried again
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* whyNot(identify(known)), "accepted")
      })
    )
  )

  it.effect(
    "that was revoked here stays so while the database does not answer",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const grants = yield* Grants
        const { token } = yield* logIn(ann)
        const other = yield* logIn(ann)
        yield* identify(token)
        yield* identify(other.token)
        yield* grants.revoke(Redacted.make(token))
        yield* grants.revoke(Redacted.make(other.refreshToken))
        yield* down
        for (const text of [token, other.token]) assert.strictEqual(yield* whyNot(identify(text)), "revoked")
        yield* TestClock.adjust("1 minute")
        for (const text of [token, other.token]) assert.notStrictEqual(yield* whyNot(identify(text)), "accepted")
      })
    )
  )

  it.effect(
    "of an API key stands for the key as it is",
    withTokens(({ apiKey }) =>
      Effect.gen(function* () {
        yield* storeKey
        const sql = yield* SqlClient.SqlClient
        const grants = yield* Grants
        const given = yield* grants.clientCredentials(keyId(1), Redacted.make(apiKey), "ask chat")
        assert.isUndefined(given.refreshToken)
        assert.deepStrictEqual(yield* identify(given.token), {
          kind: "key",
          accountId: accountId(3),
          userId: null,
          keyId: keyId(1),
          scopes: new Set(["ask", "chat"] as const),
          models: ["demo/fast"],
          limits: { perMinute: 60, perHour: undefined, concurrency: undefined, isGranted: true }
        })
        const changes = [
          ["scopes = 'ask'", "accepted"],
          ["expires_at = 1000000", "accepted"],
          ["expires_at = 1", "expired"],
          ["expires_at = NULL, revoked_at = 1", "revoked"],
          ["revoked_at = NULL, user_id = 'usr_00000000-0000-7000-8000-000000000009'", "inactive"],
          ["user_id = NULL", "accepted"]
        ] as const
        for (const [change, why] of changes) {
          yield* sql`UPDATE api_keys SET ${sql.literal(change)}`
          yield* TestClock.adjust("5 seconds")
          assert.strictEqual(yield* whyNot(identify(given.token)), why, change)
        }
        assert.deepStrictEqual((yield* identify(given.token)).scopes, new Set(["ask"] as const))
        const maker = userId(7)
        yield* sql`INSERT INTO users ${sql.insert({ id: maker, email: "m", name: "m", admin: 1, active: 1, tokens_after: 0, created_at: 0, updated_at: 0 })}`
        yield* sql`UPDATE api_keys SET user_id = ${maker}, scopes = 'ask admin'`
        const managing = yield* (yield* makeForge(given.token, yield* (yield* SigningKeys).current)).withClaims({
          scope: "ask admin"
        })
        assert.deepStrictEqual((yield* identify(managing)).scopes, new Set(["ask", "admin"] as const))
        yield* sql`UPDATE users SET admin = 0`
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual((yield* identify(managing)).scopes, new Set(["ask"] as const))
        yield* sql`UPDATE users SET active = 0`
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* whyNot(identify(managing)), "inactive")
        yield* sql`UPDATE api_keys SET user_id = NULL, scopes = ''`
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual((yield* identify(given.token)).scopes, new Set())
        yield* sql`UPDATE accounts SET active = 0`
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* whyNot(identify(given.token)), "inactive")
        yield* sql`DELETE FROM api_keys`
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* whyNot(identify(given.token)), "unknown")
      })
    )
  )

  it.effect(
    "is verified without the database asking for its key again",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const keys = yield* SigningKeys
        const { token } = yield* logIn(ann)
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER TABLE signing_keys RENAME TO gone`
        assert.strictEqual(yield* whyNot(identify(token)), "accepted")
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual(yield* whyNot(keys.current), "accepted")
      })
    )
  )
})
