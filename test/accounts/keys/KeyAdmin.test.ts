import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted } from "effect"
import { AccountId } from "../../../src/accounts/AccountId.ts"
import type { ApiKeyId } from "../../../src/accounts/ApiKeyId.ts"
import { ApiKeys } from "../../../src/accounts/ApiKeys.ts"
import { KeyAdmin } from "../../../src/accounts/keys/KeyAdmin.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { as, breakTable, grant, identity, makeKey, makeUser } from "../support.ts"

const anywhere = { accountId: undefined }

describe("the management of keys", () => {
  it.effect("makes no two keys alike, and lists them page by page, the newest first", () =>
    Effect.gen(function* () {
      const admin = yield* KeyAdmin
      const made = yield* Effect.forEach(Array.from({ length: 25 }), () => makeKey(), { concurrency: 5 })
      assert.strictEqual(new Set(made.map(({ text }) => text)).size, 25)
      const seen: Array<ApiKeyId> = []
      let before: ApiKeyId | undefined
      for (;;) {
        const found = yield* admin.list({ accountId: null }, { before, limit: 10 })
        if (found.length === 0) break
        seen.push(...found.map(({ id }) => id))
        before = found.at(-1)?.id
      }
      assert.deepStrictEqual(
        seen,
        made
          .map(({ key }) => key.id)
          .toSorted()
          .toReversed()
      )
    }).pipe(Effect.provide(identity()))
  )

  it.effect("finds a key only among those that were meant", () =>
    Effect.gen(function* () {
      const admin = yield* KeyAdmin
      const { accountId, user } = yield* makeUser("li@example.com")
      const other = yield* makeUser("han@example.com")
      const { key } = yield* makeKey(accountId).pipe(as(user))
      for (const of of [anywhere, { accountId }, { accountId, userId: user.id }]) {
        assert.strictEqual((yield* admin.read(key.id, of)).id, key.id)
      }
      for (const of of [{ accountId: null }, { accountId: other.accountId }, { accountId, userId: other.user.id }]) {
        for (const effect of [admin.read(key.id, of), admin.change(key.id, of, {}), admin.revoke(key.id, of)]) {
          assert.deepInclude(yield* Effect.flip(effect), { _tag: "NotFound", what: "key" })
        }
        assert.deepStrictEqual(yield* admin.list(of, { before: undefined, limit: 9 }), [])
      }
    }).pipe(Effect.provide(identity()))
  )

  it.effect("changes what is said and nothing else, null included, also of a key that has ended", () =>
    Effect.gen(function* () {
      const admin = yield* KeyAdmin
      const { key } = yield* makeKey(null, { perMinute: 5, models: ["auto"], expiresAt: 9 })
      const changed = yield* admin.change(key.id, anywhere, { perMinute: null, name: "other" })
      assert.deepStrictEqual({ ...changed }, { ...key, perMinute: null, name: "other" })
      const revoked = yield* admin.revoke(key.id, anywhere)
      assert.strictEqual((yield* admin.change(key.id, anywhere, { name: "dead" })).revokedAt, revoked.revokedAt)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("makes no key of an account that is not there, nor one that is not written down", () =>
    Effect.gen(function* () {
      const admin = yield* KeyAdmin
      const nowhere = AccountId.make("acc_00000000-0000-7000-8000-000000000000")
      assert.deepInclude(yield* Effect.flip(admin.create(nowhere, grant)), { _tag: "NotFound", what: "account" })
      yield* breakTable("audit_log")
      assert.isTrue(Exit.isFailure(yield* Effect.exit(admin.create(null, grant))))
      assert.deepStrictEqual(yield* admin.list(anywhere, { before: undefined, limit: 9 }), [])
    }).pipe(Effect.provide(identity()))
  )

  it.effect("hides the key in whatever prints it", () =>
    Effect.gen(function* () {
      const { secret } = yield* Effect.flatMap(KeyAdmin, (admin) => admin.create(null, grant))
      assert.notInclude(`${String(secret)}${JSON.stringify({ secret })}`, Redacted.value(secret).slice(17))
    }).pipe(Effect.provide(identity()))
  )

  it.effect("makes keys that are known with the same encryption key only", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const withKey = (key: string) =>
        Layer.fresh(
          identity({
            set: [`database.url=sqlite:///${home}/siku.db`],
            environment: { SIKU_SECURITY_ENCRYPTION_KEY: key.padEnd(32, "x") }
          })
        )
      const { text } = yield* makeKey().pipe(Effect.provide(withKey("one")))
      const identify = Effect.flatMap(ApiKeys, (keys) => keys.identify(text))
      assert.strictEqual((yield* identify.pipe(Effect.provide(withKey("one")))).kind, "key")
      const refused = yield* Effect.flip(identify.pipe(Effect.provide(withKey("two"))))
      assert.deepInclude(refused, { why: "unknown" })
    })
  )
})
