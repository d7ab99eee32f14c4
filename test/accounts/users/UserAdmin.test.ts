import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AccountAdmin } from "../../../src/accounts/accounts/AccountAdmin.ts"
import { Members } from "../../../src/accounts/accounts/Members.ts"
import { AuditReports } from "../../../src/accounts/audit/AuditReports.ts"
import { UserAdmin } from "../../../src/accounts/users/UserAdmin.ts"
import { UserId } from "../../../src/accounts/UserId.ts"
import { breakTable, identity, makeUser, password } from "../support.ts"

const another = Redacted.make("another password")
const shown = (password: Redacted.Redacted) => ({ password, address: "203.0.113.1" })
const refreshToken = (user: string, id: string) => ({
  id,
  family: "f",
  hash: id,
  user_id: user,
  scopes: "ask",
  created_at: 0,
  expires_at: 1e12,
  used_at: null,
  revoked_at: null
})
const liveTokens = Effect.map(
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM refresh_tokens WHERE revoked_at IS NULL ORDER BY id`),
  (rows) => rows.map(({ id }) => id)
)

describe("the management of users", () => {
  it.effect("makes a user and an account of the same name, owned by the user", () =>
    Effect.gen(function* () {
      const { accountId, user } = yield* makeUser("li@example.com", { name: "李雷", age: 30, admin: true })
      assert.deepInclude(user, { email: "li@example.com", name: "李雷", age: 30, admin: true, active: true })
      const account = yield* Effect.flatMap(AccountAdmin, (admin) => admin.read(accountId))
      assert.deepInclude(account, { name: "李雷", active: true, prepaid: false, balance: 0, held: 0 })
      const members = yield* Effect.flatMap(Members, (members) =>
        members.list(accountId, { before: undefined, limit: 9 })
      )
      assert.deepStrictEqual(
        members.map(({ role, user_id }) => [user_id, role]),
        [[user.id, "owner"]]
      )
    }).pipe(Effect.provide(identity()))
  )

  it.effect("gives an address to one user only, letter case aside, also of those made at the same time", () =>
    Effect.gen(function* () {
      const exits = yield* Effect.forEach(
        ["li@example.com", "LI@example.com", "li@EXAMPLE.com"],
        (email) => Effect.exit(makeUser(email)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      const refused = yield* Effect.flip(makeUser("li@Example.com"))
      assert.deepInclude(refused, { _tag: "EmailTaken", email: "li@example.com" })
      const { user } = yield* makeUser("han@example.com")
      const admin = yield* UserAdmin
      assert.strictEqual((yield* Effect.flip(admin.change(user.id, { email: "Li@example.com" })))._tag, "EmailTaken")
      assert.strictEqual((yield* admin.change(user.id, { email: "HAN@example.com" })).email, "han@example.com")
      // What was refused left no account behind.
      const accounts = yield* Effect.flatMap(AccountAdmin, (admin) => admin.list({ before: undefined, limit: 9 }))
      assert.strictEqual(accounts.length, 2)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("changes what is said and nothing else", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const { user } = yield* makeUser("li@example.com", { age: 30 })
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(
        { ...(yield* admin.change(user.id, { name: "Li" })) },
        { ...user, name: "Li", updatedAt: 1000 }
      )
      assert.isNull((yield* admin.change(user.id, { age: null })).age)
      assert.strictEqual((yield* admin.read(user.id)).name, "Li")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("ends every refresh token of a user whose password changes or who is deactivated, and no other", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const sql = yield* SqlClient.SqlClient
      const one = yield* makeUser("one@example.com")
      const two = yield* makeUser("two@example.com")
      const rows = [refreshToken(one.user.id, "a"), refreshToken(one.user.id, "b"), refreshToken(two.user.id, "c")]
      for (const row of rows) yield* sql`INSERT INTO refresh_tokens ${sql.insert(row)}`
      yield* admin.change(one.user.id, { name: "One", admin: true })
      assert.deepStrictEqual(yield* liveTokens, ["a", "b", "c"])
      yield* admin.change(one.user.id, { password: another })
      assert.deepStrictEqual(yield* liveTokens, ["c"])
      yield* admin.change(two.user.id, { active: false })
      assert.deepStrictEqual(yield* liveTokens, [])
    }).pipe(Effect.provide(identity()))
  )

  it.effect("changes nothing where the change cannot be written down in the audit log", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const { user } = yield* makeUser("li@example.com")
      yield* breakTable("audit_log")
      assert.isTrue(Exit.isFailure(yield* Effect.exit(admin.change(user.id, { name: "Li" }))))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(makeUser("han@example.com"))))
      assert.strictEqual((yield* admin.read(user.id)).name, "li")
      assert.strictEqual((yield* admin.list({ before: undefined, limit: 9 })).length, 1)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("lets a user set another password with the old one only", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const { user } = yield* makeUser("li@example.com")
      const refused = yield* Effect.flip(admin.changeOwn(user.id, { password: another }, shown(another)))
      assert.strictEqual(refused._tag, "WrongPassword")
      yield* admin.changeOwn(user.id, { password: another }, shown(password))
      assert.strictEqual((yield* Effect.flip(admin.changeOwn(user.id, {}, shown(password))))._tag, "WrongPassword")
      yield* admin.changeOwn(user.id, { name: "Li" }, shown(another))
    }).pipe(Effect.provide(identity()))
  )

  it.effect("lists users page by page, the newest first, each once", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const made: Array<string> = []
      for (let at = 0; at < 7; at++) made.unshift((yield* makeUser(`u${at}@example.com`)).user.id)
      const seen: Array<string> = []
      let before: UserId | undefined
      for (;;) {
        const found = yield* admin.list({ before, limit: 3 })
        if (found.length === 0) break
        seen.push(...found.map(({ id }) => id))
        before = found.at(-1)?.id
      }
      assert.deepStrictEqual(seen, made)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("may deactivate the last administrator", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const { user } = yield* makeUser("root@example.com", { admin: true })
      assert.isFalse((yield* admin.change(user.id, { active: false })).active)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("says what is not there", () =>
    Effect.gen(function* () {
      const admin = yield* UserAdmin
      const id = UserId.make("usr_00000000-0000-7000-8000-000000000000")
      for (const effect of [admin.read(id), admin.change(id, { name: "x" }), admin.withEmail("x@example.com")]) {
        assert.deepInclude(yield* Effect.flip(effect), { _tag: "NotFound", what: "user" })
      }
    }).pipe(Effect.provide(identity()))
  )

  it.effect("keeps passwords and their hashes out of the audit log", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("li@example.com")
      yield* Effect.flatMap(UserAdmin, (admin) => admin.change(user.id, { password: another, admin: true }))
      const entries = yield* Effect.flatMap(AuditReports, (reports) =>
        reports.page({}, { before: undefined, limit: 9 })
      )
      assert.deepStrictEqual(
        entries.map(({ action, detail }) => [action, detail]),
        [
          ["user.change", { admin: true, password: "changed" }],
          ["user.create", { email: "li@example.com", admin: false }]
        ]
      )
    }).pipe(Effect.provide(identity()))
  )
})
