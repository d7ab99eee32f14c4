import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AccountAdmin } from "../../src/accounts/accounts/AccountAdmin.ts"
import { Members } from "../../src/accounts/accounts/Members.ts"
import { UserAdmin } from "../../src/accounts/users/UserAdmin.ts"
import { PasswordCost, Passwords } from "../../src/accounts/users/Passwords.ts"
import { UserId } from "../../src/accounts/UserId.ts"
import { Users } from "../../src/accounts/Users.ts"
import { breakTable, cheap, identity, makeUser, mendTable, password } from "./support.ts"

const login = (email: string, secret: Redacted.Redacted = password) =>
  Effect.flatMap(Users, (users) => users.login(email, secret)).pipe(
    Effect.map(({ id }) => String(id)),
    Effect.catch(({ _tag }) => Effect.succeed(_tag))
  )
const find = (id: UserId) => Effect.flatMap(Users, (users) => users.find(id))
const change = (id: UserId, fields: Parameters<UserAdmin["Service"]["change"]>[1]) =>
  Effect.flatMap(UserAdmin, (admin) => admin.change(id, fields))
const hashOf = (id: UserId) =>
  Effect.map(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT password_hash FROM users WHERE id = ${id}`),
    ([row]) => String(row?.["password_hash"])
  )

describe("a login", () => {
  it.effect("takes the password, whichever way the address is written", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("Li.Lei@Example.com")
      assert.strictEqual(user.email, "li.lei@example.com")
      for (const email of ["li.lei@example.com", "LI.LEI@EXAMPLE.COM", " Li.Lei@example.com "]) {
        assert.strictEqual(yield* login(email), user.id)
      }
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is refused alike for another password, an address nobody has, and who is not active", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("li@example.com")
      assert.strictEqual(yield* login("li@example.com", Redacted.make("correct horse batterx")), "WrongLogin")
      assert.strictEqual(yield* login("han@example.com"), "WrongLogin")
      yield* change(user.id, { active: false })
      assert.strictEqual(yield* login("li@example.com"), "WrongLogin")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is refused where no password was ever set", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("li@example.com")
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE users SET password_hash = NULL WHERE id = ${user.id}`
      assert.strictEqual(yield* login("li@example.com"), "WrongLogin")
      assert.strictEqual(yield* login("li@example.com", Redacted.make("")), "WrongLogin")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("costs one hashing whether or not somebody has the address", () => {
    let verified = 0
    const counted = Layer.effect(
      Passwords,
      Effect.map(Passwords, (passwords) =>
        Passwords.of({
          ...passwords,
          verify: (secret, hashed) =>
            Effect.andThen(
              Effect.sync(() => verified++),
              passwords.verify(secret, hashed)
            )
        })
      )
    ).pipe(Layer.provide(Passwords.layer), Layer.provide(Layer.succeed(PasswordCost, cheap)))
    return Effect.gen(function* () {
      yield* makeUser("li@example.com")
      const users = yield* Layer.build(Layer.fresh(Users.layer).pipe(Layer.provide(counted)))
      const tryAs = (email: string) =>
        Effect.exit(Effect.flatMap(Users, (users) => users.login(email, Redacted.make("wrong password")))).pipe(
          Effect.provide(users)
        )
      yield* tryAs("li@example.com")
      assert.strictEqual(verified, 1)
      yield* tryAs("nobody@example.com")
      assert.strictEqual(verified, 2)
    }).pipe(Effect.provide(identity()))
  })

  it.effect("makes a hash stronger that was made with less than today's cost", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("li@example.com")
      assert.include(yield* hashOf(user.id), "ln=4")
      const today = Layer.fresh(Passwords.layer).pipe(Layer.provide(Layer.succeed(PasswordCost, { ...cheap, ln: 5 })))
      const users = yield* Layer.build(Layer.fresh(Users.layer).pipe(Layer.provide(today)))
      const signIn = Effect.provide(login("li@example.com"), users)
      assert.strictEqual(yield* signIn, user.id)
      const stronger = yield* hashOf(user.id)
      assert.include(stronger, "ln=5")
      assert.strictEqual(yield* signIn, user.id)
      assert.strictEqual(yield* hashOf(user.id), stronger)
    }).pipe(Effect.provide(identity()))
  )

  it.effect("cannot be judged while the database does not answer", () =>
    Effect.gen(function* () {
      yield* makeUser("li@example.com")
      yield* breakTable("users")
      assert.strictEqual(yield* login("li@example.com"), "IdentityUnavailable")
    }).pipe(Effect.provide(identity()))
  )
})

describe("a user that is found", () => {
  it.effect("comes with its active accounts, the one it joined first before the others", () =>
    Effect.gen(function* () {
      const { accountId, user } = yield* makeUser("li@example.com")
      const accounts = yield* AccountAdmin
      const members = yield* Members
      yield* TestClock.adjust("1 second")
      const { id: second } = yield* accounts.create({ name: "second", prepaid: false, owner: user.id })
      yield* TestClock.adjust("1 second")
      const { id: third } = yield* accounts.create({ name: "third", prepaid: false, owner: undefined })
      yield* members.put(third, user.id, "member")
      assert.deepStrictEqual((yield* find(user.id))?.accounts, [accountId, second, third])
      yield* accounts.change(second, { active: false })
      yield* members.remove(third, user.id)
      assert.deepStrictEqual((yield* find(user.id))?.accounts, [accountId])
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is nobody for an id that nobody has", () =>
    Effect.gen(function* () {
      const id = UserId.make("usr_00000000-0000-7000-8000-000000000000")
      assert.isUndefined(yield* find(id))
    }).pipe(Effect.provide(identity()))
  )

  it.effect(
    "tells from when on tokens count: moved by another password and by being deactivated, by nothing else",
    () =>
      Effect.gen(function* () {
        const { user } = yield* makeUser("li@example.com")
        const tokensAfter = Effect.map(find(user.id), (found) => found?.tokensAfter)
        yield* TestClock.adjust("1 minute")
        yield* change(user.id, { name: "Li", age: 30, admin: true })
        assert.strictEqual(yield* tokensAfter, 0)
        yield* change(user.id, { password: Redacted.make("another password") })
        assert.strictEqual(yield* tokensAfter, 60_000)
        yield* TestClock.adjust("1 minute")
        yield* change(user.id, { active: false })
        assert.strictEqual(yield* tokensAfter, 120_000)
        yield* TestClock.adjust("1 minute")
        yield* change(user.id, { active: true })
        assert.strictEqual(yield* tokensAfter, 120_000)
      }).pipe(Effect.provide(identity()))
  )

  it.effect("is seen changed at once by this process, within five seconds by another", () =>
    Effect.gen(function* () {
      const { user } = yield* makeUser("li@example.com")
      const name = Effect.map(find(user.id), (found) => found?.user.name)
      yield* name
      yield* change(user.id, { name: "one" })
      assert.strictEqual(yield* name, "one")
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE users SET name = 'two' WHERE id = ${user.id}`
      yield* TestClock.adjust("4999 millis")
      assert.strictEqual(yield* name, "one")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* name, "two")
    }).pipe(Effect.provide(identity()))
  )

  it.effect("goes on from memory while the database does not answer, but not what was changed since", () =>
    Effect.gen(function* () {
      const known = yield* makeUser("li@example.com")
      const unknown = yield* makeUser("han@example.com")
      yield* find(known.user.id)
      yield* breakTable("users")
      yield* TestClock.adjust("4 minutes")
      assert.strictEqual((yield* find(known.user.id))?.user.id, known.user.id)
      assert.strictEqual((yield* Effect.flip(find(unknown.user.id)))._tag, "IdentityUnavailable")
      yield* mendTable("users")
      // by then a statement that could not be prepared is tried again
      yield* TestClock.adjust("1 second")
      yield* change(unknown.user.id, { name: "Han" })
      yield* breakTable("users")
      assert.strictEqual((yield* Effect.flip(find(known.user.id)))._tag, "IdentityUnavailable")
    }).pipe(Effect.provide(identity()))
  )
})
