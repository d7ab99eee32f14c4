import { assert, describe, it } from "@effect/vitest"
import { Context, Effect } from "effect"
import { ApiKeys } from "../../src/accounts/ApiKeys.ts"
import { type Caller, house, Scope } from "../../src/platform/Caller.ts"
import type { Seen } from "../support/siku.ts"
import { served } from "./served.ts"
import { caller } from "./support.ts"

const users = "/api/v1/users"
const accounts = "/api/v1/accounts"
const secret = "correct horse battery"
const text = (seen: Seen, field: string): string => String(seen.json[field])

/** The service with an owner of an account, a member of it, and a stranger who has only an account of its own. */
const people = Effect.gen(function* () {
  const { ask, context } = yield* served
  const made = yield* Effect.forEach(["owner", "member", "stranger"], (name) =>
    Effect.map(ask(house, "POST", users, { email: `${name}@example.com`, name, password: secret }), (seen) => ({
      id: text(seen, "id"),
      account: text(seen, "account_id")
    }))
  )
  const [owner, member, stranger] = made.map(({ account, id }) => ({ id, account, caller: caller({ userId: id }) }))
  assert.isDefined(owner)
  assert.isDefined(member)
  assert.isDefined(stranger)
  const account = owner.account
  const joined = yield* ask(owner.caller, "PUT", `${accounts}/${account}/members/${member.id}`, { role: "member" })
  assert.strictEqual(joined.status, 200, joined.text)
  return { ask, context, owner, member, stranger, account }
})

const statuses = (ask: (caller: Caller) => Effect.Effect<Seen>, callers: ReadonlyArray<Caller>) =>
  Effect.map(Effect.forEach(callers, ask), (seen) => seen.map(({ status }) => status))

describe("users over HTTP", () => {
  it.live("are made with an account, read, changed, deactivated and listed by administrators", () =>
    Effect.gen(function* () {
      const { ask } = yield* served
      const made = yield* ask(house, "POST", users, {
        email: "Li@Example.com",
        name: "李雷",
        password: secret,
        age: 30
      })
      assert.strictEqual(made.status, 201, made.text)
      assert.deepInclude(made.json, { email: "li@example.com", name: "李雷", age: 30, admin: false, active: true })
      assert.match(text(made, "account_id"), /^acc_/)
      assert.notInclude(made.text, secret)
      const path = `${users}/${text(made, "id")}`
      const twice = yield* ask(house, "POST", users, { email: "li@example.com", name: "x", password: secret })
      assert.strictEqual(twice.status, 409)
      assert.include(twice.headers.get("content-type"), "problem+json")
      assert.strictEqual((yield* ask(house, "PATCH", path, { age: null, admin: true })).json["age"], null)
      assert.strictEqual((yield* ask(house, "DELETE", path)).status, 204)
      assert.strictEqual((yield* ask(house, "DELETE", path)).status, 204)
      assert.deepInclude((yield* ask(house, "GET", path)).json, { active: false, admin: true, name: "李雷" })
      assert.strictEqual((yield* ask(house, "PATCH", path, { active: true })).json["active"], true)

      yield* ask(house, "POST", users, { email: "han@example.com", name: "Han", password: secret })
      const first = yield* ask(house, "GET", `${users}?limit=1`)
      assert.deepInclude(first.json, { next: JSON.parse(first.text).users[0].id })
      assert.include(first.text, "han@example.com")
      const second = yield* ask(house, "GET", `${users}?limit=1&last_id=${text(first, "next")}`)
      assert.deepInclude(second.json, { next: null })
      assert.include(second.text, "li@example.com")
    })
  )

  it.live("see and change themselves, and nobody else", () =>
    Effect.gen(function* () {
      const { ask, owner, stranger } = yield* people
      assert.deepInclude((yield* ask(owner.caller, "GET", `${users}/me`)).json, { id: owner.id })
      assert.strictEqual((yield* ask(owner.caller, "GET", `${users}/${owner.id}`)).status, 200)
      assert.deepInclude((yield* ask(owner.caller, "PATCH", `${users}/me`, { name: "Me", age: 7 })).json, {
        name: "Me",
        age: 7
      })
      for (const [method, path, body] of [
        ["GET", users],
        ["POST", users, { email: "x@example.com", name: "x", password: secret }],
        ["GET", `${users}/${stranger.id}`],
        ["PATCH", `${users}/${stranger.id}`, { name: "x" }],
        ["PATCH", `${users}/${owner.id}`, { admin: true }],
        ["DELETE", `${users}/${stranger.id}`]
      ] as const) {
        const seen = yield* ask(owner.caller, method, path, body)
        assert.strictEqual(seen.status, 403, `${method} ${path}: ${seen.text}`)
        assert.include(text(seen, "detail"), "the scope admin")
      }
      for (const nobody of [house, caller({ kind: "key", userId: owner.id }), caller({ kind: "local" })]) {
        assert.strictEqual((yield* ask(nobody, "GET", `${users}/me`)).status, 403)
        assert.strictEqual((yield* ask(nobody, "PATCH", `${users}/me`, { name: "x" })).status, 403)
      }
    })
  )

  it.live("set another password of their own only with the old one", () =>
    Effect.gen(function* () {
      const { ask, owner } = yield* people
      const change = (body: object) => ask(owner.caller, "PATCH", `${users}/me`, body)
      for (const body of [
        { password: "another password" },
        { password: "another password", old_password: "not this one" }
      ]) {
        const refused = yield* change(body)
        assert.strictEqual(refused.status, 422)
        assert.include(refused.text, `"path":"old_password"`)
        assert.notInclude(refused.text, "not this one")
      }
      assert.strictEqual((yield* change({ password: "another password", old_password: secret })).status, 200)
      assert.strictEqual((yield* change({ password: secret, old_password: secret })).status, 422)
    })
  )

  it.live("cannot be made of what is no address, name, age or password; and no reply repeats a password", () =>
    Effect.gen(function* () {
      const { ask } = yield* served
      const right = { email: "li@example.com", name: "Li", password: secret }
      for (const [field, value] of [
        ["email", "li"],
        ["email", "li @example.com"],
        ["email", `${"l".repeat(250)}@example.com`],
        ["name", ""],
        ["name", " Li"],
        ["name", "L\ni"],
        ["name", "x".repeat(101)],
        ["age", 1.5],
        ["age", -1],
        ["password", "kanary7"],
        ["password", "kanary".repeat(200)],
        ["password", 12_345_678]
      ] as const) {
        const seen = yield* ask(house, "POST", users, { ...right, [field]: value })
        assert.strictEqual(seen.status, 422, `${field} ${value}: ${seen.text}`)
        assert.include(seen.text, `"path":"${field}"`)
        if (field === "password") assert.notMatch(seen.text, /kanary|12345678/)
      }
      assert.strictEqual((yield* ask(house, "GET", `${users}/usr_1`)).status, 404)
    })
  )
})

describe("accounts over HTTP", () => {
  it.live("are there only for those who have access to them", () =>
    Effect.gen(function* () {
      const { account, ask, member, owner, stranger } = yield* people
      const key = caller({ kind: "key", userId: owner.id, accountId: account })
      const otherKey = caller({ kind: "key", userId: owner.id, accountId: stranger.account })
      const local = caller({ kind: "local" })
      const all = [house, owner.caller, member.caller, key, otherKey, stranger.caller, local]
      const on = (method: string, rest: string, body?: unknown) =>
        statuses((who) => ask(who, method, `${accounts}/${account}${rest}`, body), all)
      assert.deepStrictEqual(yield* on("GET", ""), [200, 200, 200, 200, 404, 404, 404])
      assert.deepStrictEqual(yield* on("GET", "/members"), [200, 200, 200, 404, 404, 404, 404])
      assert.deepStrictEqual(yield* on("GET", "/keys"), [200, 200, 200, 404, 404, 404, 404])
      assert.deepStrictEqual(yield* on("PATCH", "", { name: "x" }), [200, 200, 403, 404, 404, 404, 404])
      assert.deepStrictEqual(yield* on("PATCH", "", { prepaid: false }), [200, 403, 403, 404, 404, 404, 404])
      assert.deepStrictEqual(yield* on("PATCH", "", { active: true }), [200, 403, 403, 404, 404, 404, 404])
      const join = `/members/${member.id}`
      assert.deepStrictEqual(yield* on("PUT", join, { role: "member" }), [200, 200, 403, 404, 404, 404, 404])
      const key404 = `/keys/key_00000000-0000-7000-8000-000000000000`
      for (const method of ["GET", "DELETE"]) {
        assert.deepStrictEqual(yield* on(method, key404), [404, 404, 404, 404, 404, 404, 404])
      }
      const missing = `${accounts}/acc_00000000-0000-7000-8000-000000000000`
      for (const who of all) {
        for (const rest of ["", "/members"]) {
          const seen = yield* ask(who, "GET", missing + rest)
          assert.strictEqual(seen.status, 404)
          const hidden = yield* ask(stranger.caller, "GET", `${accounts}/${account}${rest}`)
          assert.strictEqual(
            text(hidden, "detail").replace(account, ""),
            text(seen, "detail").replace(/acc_[\d-]+/, ""),
            "what is hidden looks like what is not there"
          )
        }
      }
    })
  )

  it.live("are listed for those who may see them", () =>
    Effect.gen(function* () {
      const { account, ask, member, owner, stranger } = yield* people
      const listed = (who: Caller) =>
        Effect.map(ask(who, "GET", accounts), (seen): ReadonlyArray<string> =>
          JSON.parse(seen.text).accounts.map(({ id }: { readonly id: string }) => id)
        )
      assert.deepStrictEqual(yield* listed(house), [stranger.account, member.account, account])
      assert.deepStrictEqual(yield* listed(owner.caller), [account])
      assert.deepStrictEqual(yield* listed(member.caller), [member.account, account])
      assert.deepStrictEqual(yield* listed(caller({ kind: "key", userId: member.id, accountId: account })), [account])
      assert.deepStrictEqual(yield* listed(caller({ kind: "key" })), [])
      assert.deepStrictEqual(yield* listed(caller({ kind: "local" })), [])
    })
  )

  it.live("are made by administrators, with an owner who is there", () =>
    Effect.gen(function* () {
      const { ask, owner } = yield* people
      assert.strictEqual((yield* ask(owner.caller, "POST", accounts, { name: "x" })).status, 403)
      const made = yield* ask(house, "POST", accounts, { name: "school", prepaid: true, owner: owner.id })
      assert.strictEqual(made.status, 201)
      assert.deepInclude(made.json, { name: "school", prepaid: true, balance: 0, held: 0, active: true })
      assert.strictEqual((yield* ask(owner.caller, "GET", `${accounts}/${text(made, "id")}`)).status, 200)
      const nobody = "usr_00000000-0000-7000-8000-000000000000"
      assert.strictEqual((yield* ask(house, "POST", accounts, { name: "x", owner: nobody })).status, 404)
    })
  )

  it.live("keep an owner, and let members leave, whose keys end", () =>
    Effect.gen(function* () {
      const { account, ask, context, member, owner } = yield* people
      const of = (id: string) => `${accounts}/${account}/members/${id}`
      assert.strictEqual((yield* ask(owner.caller, "DELETE", of(owner.id))).status, 409)
      assert.strictEqual((yield* ask(owner.caller, "PUT", of(owner.id), { role: "member" })).status, 409)
      const made = yield* ask(member.caller, "POST", `${accounts}/${account}/keys`, { name: "k", scopes: ["ask"] })
      const { identify } = Context.get(context, ApiKeys)
      assert.strictEqual((yield* identify(text(made, "key"))).accountId, account)
      assert.strictEqual((yield* ask(member.caller, "DELETE", of(owner.id))).status, 403)
      assert.strictEqual((yield* ask(member.caller, "DELETE", of(member.id))).status, 204)
      assert.deepInclude(yield* Effect.flip(identify(text(made, "key"))), { why: "revoked" })
      assert.strictEqual((yield* ask(member.caller, "GET", `${accounts}/${account}`)).status, 404)
      assert.strictEqual((yield* ask(owner.caller, "DELETE", of(member.id))).status, 404)
      assert.strictEqual((yield* ask(owner.caller, "PUT", of(member.id), { role: "owner" })).json["role"], "owner")
      assert.strictEqual((yield* ask(owner.caller, "DELETE", of(owner.id))).status, 204)
    })
  )
})

describe("keys over HTTP", () => {
  it.live("are shown once, listed without themselves, changed and revoked", () =>
    Effect.gen(function* () {
      const { account, ask, context, owner } = yield* people
      const path = `${accounts}/${account}/keys`
      const made = yield* ask(owner.caller, "POST", path, { name: "ci", scopes: ["ask", "chat"], models: ["auto"] })
      assert.strictEqual(made.status, 201, made.text)
      const key = text(made, "key")
      const one = `${path}/${text(made, "id")}`
      assert.deepInclude(made.json, { account_id: account, user_id: owner.id, prefix: key.slice(0, 16), name: "ci" })
      for (const shown of [path, one]) {
        const seen = yield* ask(owner.caller, "GET", shown)
        assert.include(seen.text, key.slice(0, 16))
        assert.notInclude(seen.text, key.slice(17))
      }
      const { identify } = Context.get(context, ApiKeys)
      assert.deepStrictEqual((yield* identify(key)).models, ["auto"])
      const changed = yield* ask(owner.caller, "PATCH", one, { models: null, per_minute: 5, scopes: ["ask"] })
      assert.deepInclude(changed.json, { models: null, per_minute: 5, scopes: ["ask"], name: "ci" })
      assert.deepInclude(yield* identify(key), { models: null, scopes: new Set<Scope>(["ask"]) })
      assert.strictEqual((yield* ask(owner.caller, "DELETE", one)).status, 204)
      const revokedAt = (yield* ask(owner.caller, "GET", one)).json["revoked_at"]
      assert.strictEqual((yield* ask(owner.caller, "DELETE", one)).status, 204)
      assert.strictEqual((yield* ask(owner.caller, "GET", one)).json["revoked_at"], revokedAt)
      assert.deepInclude(yield* Effect.flip(identify(key)), { why: "revoked" })
    })
  )

  it.live("of a member are its own, those of all are the owner's", () =>
    Effect.gen(function* () {
      const { account, ask, member, owner } = yield* people
      const path = `${accounts}/${account}/keys`
      const make = (who: Caller) => ask(who, "POST", path, { name: "k", scopes: ["ask"] })
      const [ofOwner, ofMember] = [text(yield* make(owner.caller), "id"), text(yield* make(member.caller), "id")]
      const listed = (who: Caller) =>
        Effect.map(ask(who, "GET", path), (seen): ReadonlyArray<string> =>
          JSON.parse(seen.text).keys.map(({ id }: { readonly id: string }) => id)
        )
      assert.deepStrictEqual(yield* listed(owner.caller), [ofMember, ofOwner])
      assert.deepStrictEqual(yield* listed(member.caller), [ofMember])
      for (const method of ["GET", "PATCH", "DELETE"]) {
        const body = method === "PATCH" ? { name: "x" } : undefined
        assert.strictEqual((yield* ask(member.caller, method, `${path}/${ofOwner}`, body)).status, 404)
        assert.isBelow((yield* ask(owner.caller, method, `${path}/${ofMember}`, body)).status, 300)
      }
      // Nor are they to be found under another account, or among those of the house.
      assert.strictEqual((yield* ask(house, "GET", `${accounts}/${member.account}/keys/${ofOwner}`)).status, 404)
      assert.strictEqual((yield* ask(house, "GET", `/api/v1/keys/${ofOwner}`)).status, 404)
    })
  )

  it.live("never get more than who gives them has", () =>
    Effect.gen(function* () {
      const { account, ask, owner } = yield* people
      const path = `${accounts}/${account}/keys`
      const tries = (body: object) => ask(owner.caller, "POST", path, { name: "k", scopes: ["ask"], ...body })
      const admin = yield* tries({ scopes: ["ask", "admin"] })
      assert.strictEqual(admin.status, 403)
      assert.include(text(admin, "detail"), "the scope admin")
      const narrow = caller({ userId: owner.id, scopes: new Set<Scope>(["ask"]) })
      assert.strictEqual((yield* ask(narrow, "POST", path, { name: "k", scopes: ["chat"] })).status, 403)
      // 600 a minute is the setting.
      for (const [limit, status] of [
        [0, 403],
        [601, 403],
        [600, 201],
        [null, 201]
      ] as const) {
        assert.strictEqual((yield* tries({ per_minute: limit })).status, status, `${limit}`)
      }
      const strong = yield* ask(house, "POST", path, { name: "k", scopes: [...Scope.literals], per_minute: 0 })
      assert.strictEqual(strong.status, 201)
      const one = `${path}/${text(strong, "id")}`
      for (const body of [{ name: "mine" }, { expires_at: null }, { scopes: ["admin"] }]) {
        assert.strictEqual((yield* ask(owner.caller, "PATCH", one, body)).status, 403)
      }
      assert.strictEqual((yield* ask(owner.caller, "PATCH", one, { scopes: ["ask"] })).status, 200)
      const weak = yield* tries({})
      const raised = yield* ask(owner.caller, "PATCH", `${path}/${text(weak, "id")}`, { scopes: ["admin"] })
      assert.strictEqual(raised.status, 403)
    })
  )

  it.live("of the house are for administrators", () =>
    Effect.gen(function* () {
      const { ask, owner } = yield* people
      const made = yield* ask(house, "POST", "/api/v1/keys", { name: "k", scopes: ["admin"] })
      assert.strictEqual(made.status, 201)
      assert.deepInclude(made.json, { account_id: null, user_id: null })
      const one = `/api/v1/keys/${text(made, "id")}`
      for (const [method, path, body] of [
        ["GET", "/api/v1/keys"],
        ["POST", "/api/v1/keys", { name: "k", scopes: ["ask"] }],
        ["GET", one],
        ["PATCH", one, { name: "x" }],
        ["DELETE", one]
      ] as const) {
        assert.strictEqual((yield* ask(owner.caller, method, path, body)).status, 403)
        assert.isBelow((yield* ask(house, method, path, body)).status, 300)
      }
    })
  )
})

describe("the audit log over HTTP", () => {
  it.live("names every act with who did it in which request, newest first, and filters; for administrators only", () =>
    Effect.gen(function* () {
      const { account, ask, member, owner } = yield* people
      const made = yield* ask(owner.caller, "POST", `${accounts}/${account}/keys`, { name: "k", scopes: ["ask"] })
      yield* ask(owner.caller, "DELETE", `${accounts}/${account}/keys/${text(made, "id")}`)
      const entries = (query: string) =>
        Effect.map(
          ask(house, "GET", `/api/v1/audit${query}`),
          (seen): ReadonlyArray<Record<string, unknown>> => JSON.parse(seen.text).entries
        )
      const all = yield* entries("")
      assert.deepStrictEqual(
        all.map(({ action }) => action),
        ["key.revoke", "key.create", "member.put", "user.create", "user.create", "user.create"]
      )
      assert.deepInclude(all[1], {
        actor_kind: "user",
        actor_id: owner.id,
        target: text(made, "id"),
        account_id: account,
        request_id: made.headers.get("x-request-id")
      })
      assert.deepInclude(all[5], { actor_kind: "admin", actor_id: null, target: owner.id })
      assert.notInclude(JSON.stringify(all), text(made, "key").slice(17))
      assert.strictEqual((yield* entries("?action=user.create")).length, 3)
      assert.strictEqual((yield* entries(`?target=${member.id}`)).length, 2)
      assert.strictEqual((yield* entries(`?account_id=${account}&action=key.create`)).length, 1)
      const first = yield* ask(house, "GET", "/api/v1/audit?limit=4")
      assert.strictEqual((yield* entries(`?limit=4&last_id=${text(first, "next")}`)).length, 2)
      assert.strictEqual((yield* ask(owner.caller, "GET", "/api/v1/audit")).status, 403)
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        assert.isAtLeast((yield* ask(house, method, "/api/v1/audit", {})).status, 404)
      }
    })
  )
})
