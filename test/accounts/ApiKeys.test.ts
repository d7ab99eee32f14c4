import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, References, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { ApiKeys } from "../../src/accounts/ApiKeys.ts"
import { AccountAdmin } from "../../src/accounts/accounts/AccountAdmin.ts"
import { KeyAdmin } from "../../src/accounts/keys/KeyAdmin.ts"
import { isKeyText, newKeyText } from "../../src/accounts/keys/keyText.ts"
import { UserAdmin } from "../../src/accounts/users/UserAdmin.ts"
import { as, breakTable, identity, makeKey, makeUser, mendTable } from "./support.ts"

const identify = (key: string) => Effect.flatMap(ApiKeys, (keys) => keys.identify(key))
/** Who holds the key: the word for why it is nobody, or the id of the key. */
const who = (key: string) =>
  identify(key).pipe(
    Effect.map(({ keyId }) => keyId),
    Effect.catchTags({
      BadCredential: ({ why }) => Effect.succeed(why),
      IdentityUnavailable: () => Effect.succeed("unavailable")
    })
  )
const revoke = (id: Parameters<KeyAdmin["Service"]["revoke"]>[0]) =>
  Effect.flatMap(KeyAdmin, (admin) => admin.revoke(id, { accountId: undefined }))
const unseen = (id: string) =>
  // as another process would do it
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE api_keys SET revoked_at = 1 WHERE id = ${id}`)

describe("a key", () => {
  it.effect("says who holds it, for which account, and what it may", () =>
    Effect.gen(function* () {
      const { accountId, user } = yield* makeUser("li@example.com")
      const { key, text } = yield* makeKey(accountId, {
        scopes: ["chat", "ask", "chat"],
        models: ["auto"],
        perMinute: 7,
        concurrency: 0
      }).pipe(as(user))
      assert.match(text, /^sk-siku-[\w-]{49}$/)
      assert.strictEqual(text.slice(0, 16), key.prefix)
      assert.deepStrictEqual(yield* identify(text), {
        kind: "key",
        accountId,
        userId: user.id,
        keyId: key.id,
        scopes: new Set(["chat", "ask"] as const),
        models: ["auto"],
        limits: { perMinute: 7, perHour: undefined, concurrency: 0, isGranted: false }
      })
    }).pipe(Effect.provide(identity()))
  )

  it.effect("may belong to the house", () =>
    Effect.gen(function* () {
      const { text } = yield* makeKey()
      const { accountId, userId } = yield* identify(text)
      assert.deepStrictEqual([accountId, userId], [null, null])
    }).pipe(Effect.provide(identity()))
  )

  it.prop("is told from any other text by its form", [Schema.String], ([text]) => {
    assert.isFalse(isKeyText(text))
    assert.isFalse(isKeyText(`sk-siku-${text}`))
    assert.isFalse(isKeyText(newKeyText().slice(0, -1) + text))
    assert.isTrue(isKeyText(newKeyText()))
  })

  it.effect(
    "is not what differs from it in one character, is cut or is longer; and a mistyped one is not even looked for",
    () =>
      Effect.gen(function* () {
        const { text } = yield* makeKey()
        yield* breakTable("api_keys")
        const other = (at: number) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1)
        for (const wrong of [
          ...Array.from(text, (_, at) => other(at)),
          ...Array.from(text, (_, at) => text.slice(0, at)),
          `${text}A`,
          ` ${text}`,
          text.toUpperCase()
        ]) {
          assert.strictEqual(yield* who(wrong), "unknown", wrong)
        }
        assert.strictEqual(yield* who(text), "unavailable")
      }).pipe(Effect.provide(identity()))
  )

  it("is never made twice", () => {
    const made = Array.from({ length: 2000 }, newKeyText)
    assert.strictEqual(new Set(made).size, made.length)
  })

  it.effect("that nobody made is unknown, however well it is formed", () =>
    Effect.gen(function* () {
      yield* makeKey()
      assert.strictEqual(yield* who(newKeyText()), "unknown")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is stored as a hash that is worth nothing without the secret of the vault, and is in no log", () => {
    const logged: Array<string> = []
    return Effect.gen(function* () {
      const { text } = yield* makeKey()
      yield* identify(text)
      yield* breakTable("api_keys")
      yield* TestClock.adjust("1 minute")
      yield* identify(text)
      yield* who(newKeyText())
      yield* mendTable("api_keys")
      const sql = yield* SqlClient.SqlClient
      const stored = JSON.stringify([yield* sql`SELECT * FROM api_keys`, yield* sql`SELECT * FROM audit_log`])
      assert.notInclude(stored, text.slice(17))
      assert.isAbove(logged.length, 0)
      assert.notInclude(logged.join(""), text.slice(17))
    }).pipe(
      Effect.provide(identity()),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provide(Logger.layer([Logger.make((options) => void logged.push(Logger.formatJson.log(options)))]))
    )
  })

  it.effect("that was revoked here is refused at once, also while the database does not answer", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey()
      const other = yield* makeKey()
      assert.strictEqual(yield* who(text), key.id)
      yield* revoke(key.id)
      yield* breakTable("api_keys")
      assert.strictEqual(yield* who(text), "unavailable")
      yield* mendTable("api_keys")
      assert.strictEqual(yield* who(text), "revoked")
      assert.strictEqual(yield* who(other.text), other.key.id)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("that another process has revoked is refused within five seconds", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey()
      yield* who(text)
      yield* unseen(key.id)
      yield* TestClock.adjust("4999 millis")
      assert.strictEqual(yield* who(text), key.id)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* who(text), "revoked")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("expires to the millisecond, remembered or not", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey(null, { expiresAt: 10_000 })
      yield* TestClock.adjust("9999 millis")
      assert.strictEqual(yield* who(text), key.id)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* who(text), "expired")
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* who(text), "expired")
    }).pipe(Effect.provide(identity()))
  )

  it.effect(
    "goes on from memory for five minutes while the database does not answer, but nobody unknown is let in",
    () =>
      Effect.gen(function* () {
        const { key, text } = yield* makeKey()
        const other = yield* makeKey()
        assert.strictEqual(yield* who(text), key.id)
        yield* breakTable("api_keys")
        yield* TestClock.adjust("299 seconds")
        assert.strictEqual(yield* who(text), key.id)
        assert.strictEqual(yield* who(other.text), "unavailable")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* who(text), "unavailable")
        yield* mendTable("api_keys")
        // by then a statement that could not be prepared is tried again
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* who(text), key.id)
        assert.strictEqual(yield* who(other.text), other.key.id)
      }).pipe(Effect.provide(identity()))
  )

  it.effect("that expires while the database does not answer is refused all the same", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey(null, { expiresAt: 60_000 })
      assert.strictEqual(yield* who(text), key.id)
      yield* breakTable("api_keys")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* who(text), "expired")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is inactive with its account and with its maker, and comes back with them", () =>
    Effect.gen(function* () {
      const { accountId, user } = yield* makeUser("wang@example.com")
      const { key, text } = yield* makeKey(accountId).pipe(as(user))
      const ofHouse = yield* makeKey(accountId)
      const accounts = yield* AccountAdmin
      const users = yield* UserAdmin
      assert.strictEqual(yield* who(text), key.id)
      yield* accounts.change(accountId, { active: false })
      assert.deepStrictEqual([yield* who(text), yield* who(ofHouse.text)], ["inactive", "inactive"])
      yield* accounts.change(accountId, { active: true })
      assert.strictEqual(yield* who(text), key.id)
      yield* users.change(user.id, { active: false })
      assert.deepStrictEqual([yield* who(text), yield* who(ofHouse.text)], ["inactive", ofHouse.key.id])
      yield* users.change(user.id, { active: true })
      assert.strictEqual(yield* who(text), key.id)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("of somebody who may not manage any more manages nothing", () =>
    Effect.gen(function* () {
      const { accountId, user } = yield* makeUser("root@example.com", { admin: true })
      const { text } = yield* makeKey(accountId, { scopes: ["ask", "admin"] }).pipe(as(user))
      assert.deepStrictEqual([...(yield* identify(text)).scopes], ["ask", "admin"])
      yield* Effect.flatMap(UserAdmin, (users) => users.change(user.id, { admin: false }))
      assert.deepStrictEqual([...(yield* identify(text)).scopes], ["ask"])
    }).pipe(Effect.provide(identity()))
  )

  it.effect("notes its use within fifteen seconds, at most once a minute, and never makes a request wait", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey()
      const unused = yield* makeKey()
      const admin = yield* KeyAdmin
      const usedAt = (id: typeof key.id) =>
        Effect.map(admin.read(id, { accountId: null }), ({ lastUsedAt }) => lastUsedAt)
      yield* TestClock.adjust("2 minutes")
      yield* who(text)
      assert.isNull(yield* usedAt(key.id))
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* usedAt(key.id), 135_000)
      yield* who(text)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* usedAt(key.id), 135_000)
      yield* TestClock.adjust("30 seconds")
      yield* who(text)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* usedAt(key.id), 210_000)
      assert.isNull(yield* usedAt(unused.key.id))
    }).pipe(Effect.provide(identity()))
  )

  it.effect("keeps its use in mind while the database does not answer", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey()
      const lastUsed = Effect.map(
        Effect.flatMap(KeyAdmin, (admin) => admin.read(key.id, { accountId: null })),
        ({ lastUsedAt }) => lastUsedAt
      )
      yield* TestClock.adjust("2 minutes")
      yield* who(text)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* lastUsed, 135_000)
      yield* who(text)
      yield* breakTable("api_keys")
      yield* TestClock.adjust("1 minute")
      yield* mendTable("api_keys")
      assert.strictEqual(yield* lastUsed, 135_000)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* lastUsed, 315_000)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is found once for all who ask with it at the same time", () =>
    Effect.gen(function* () {
      const { key, text } = yield* makeKey()
      const others = yield* Effect.forEach(Array.from({ length: 120 }), () => makeKey())
      const seen = yield* Effect.forEach(
        [...Array.from({ length: 300 }, () => text), ...others.map((each) => each.text)],
        who,
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(seen, [...Array.from({ length: 300 }, () => key.id), ...others.map((each) => each.key.id)])
    }).pipe(Effect.provide(identity()))
  )
})
