import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { WrongLogin } from "../../../src/accounts/Users.ts"
import { bounds, type Login, makeLoginAttempts, SlowDown } from "../../../src/accounts/users/LoginAttempts.ts"
import { PasswordCost } from "../../../src/accounts/users/Passwords.ts"
import { manage, send, startSiku } from "../../support/siku.ts"
import { cheap } from "../support.ts"

const from = (n: number): string => `198.51.${n >> 8}.${n & 255}`
const at = (email: string, address = from(1)): Login => ({ email, address })

/** Attempts of which a test says whether they are right: `in`, `wrong` or the seconds to wait. */
const make = () => {
  const { attempt } = makeLoginAttempts()
  let tried = 0
  const login = (login: Login, isRight: boolean): Effect.Effect<"in" | "wrong" | number> =>
    attempt(
      login,
      Effect.andThen(
        Effect.sync(() => tried++),
        isRight ? Effect.succeed("in" as const) : Effect.fail(new WrongLogin())
      ),
      () => true
    ).pipe(Effect.catch((error) => Effect.succeed(error instanceof SlowDown ? error.retryAfter : ("wrong" as const))))
  return { attempt, login, tried: () => tried }
}

const { besieged, fromOneAddress, guessedAt, ofAddress, ofAddressFirstTries, whileGuessedAt } = bounds

describe("wrong passwords", () => {
  it.effect("are too many after ten within 15 minutes from one address, the login written however", () =>
    Effect.gen(function* () {
      const { login, tried } = make()
      for (let n = 0; n < fromOneAddress; n++) {
        assert.strictEqual(yield* login(at(n % 2 === 0 ? "ANN@example.com " : "ann@example.com"), false), "wrong")
        yield* TestClock.adjust("1 minute")
      }
      assert.strictEqual(yield* login(at("ann@example.com"), true), 300)
      assert.strictEqual(tried(), fromOneAddress)
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual(yield* login(at("ann@example.com"), true), 1)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(yield* login(at("ann@example.com"), true), "in")
      // A right one forgives what was wrong.
      for (let n = 0; n < fromOneAddress; n++) assert.strictEqual(yield* login(at("ann@example.com"), false), "wrong")
      assert.isNumber(yield* login(at("ann@example.com"), true))
    })
  )

  it.effect("keep nobody out who is right, from wherever, however many others guess", () =>
    Effect.gen(function* () {
      const { login } = make()
      yield* login(at("ann@example.com", "2001:db8::1"), true)
      // From a thousand addresses, each as often as it may.
      for (let n = 0; n < 1500; n++) {
        while ((yield* login(at("ann@example.com", from(n)), false)) === "wrong");
        if (n % 20 !== 0) continue
        // Where it was right before, also after some slips; and from an address nobody has seen, once ten seconds have gone by.
        assert.strictEqual(yield* login(at("ann@example.com", "2001:db8::2"), false), "wrong")
        assert.strictEqual(yield* login(at("ann@example.com", "2001:db8::1"), true), "in")
        if (n > 0) yield* TestClock.adjust("10 seconds")
        assert.strictEqual(yield* login(at("ann@example.com", `2001:db8:${n.toString(16)}::1`), true), "in")
      }
    })
  )

  it.effect("of one login are bounded, from however many addresses they come", () =>
    Effect.gen(function* () {
      const { login, tried } = make()
      let address = 0
      // Each address as often as it may, at once.
      while (tried() < guessedAt) {
        while ((yield* login(at("ann@example.com", from(address)), false)) === "wrong");
        address++
      }
      const before = tried()
      assert.isAtMost(before, guessedAt + fromOneAddress)
      for (let n = 0; n < 10; n++) {
        const first = tried()
        while ((yield* login(at("ann@example.com", from(address)), false)) === "wrong");
        address++
        assert.isAtMost(tried() - first, whileGuessedAt)
      }
      while (tried() < besieged) yield* login(at("ann@example.com", from(address++)), false)
      // From then on one in ten seconds, from addresses of their own.
      const most = tried() + 60
      for (let n = 0; n < 600; n++) {
        yield* login(at("ann@example.com", from(address++)), false)
        yield* login(at("ann@example.com", from(address++)), false)
        yield* TestClock.adjust("1 second")
      }
      assert.isAtMost(tried(), most)
      // Another login is nobody's business.
      assert.strictEqual(yield* login(at("root@example.com", from(address++)), true), "in")
    })
  )

  it.effect("of one address are bounded, whichever logins they are for, and stop none that it has not got wrong", () =>
    Effect.gen(function* () {
      const { login } = make()
      let wrong = 0
      for (let n = 0; n < 5; n++)
        for (let times = 0; times < 8; times++) if ((yield* login(at(`${n}@b.c`), false)) === "wrong") wrong++
      // For each of the further ones, one first try.
      assert.isAtMost(wrong, ofAddress + 5)
      for (let n = 0; n < 200; n++) if ((yield* login(at(`next${n}@b.c`), false)) === "wrong") wrong++
      assert.strictEqual(wrong, ofAddressFirstTries)
      assert.isNumber(yield* login(at("mine@b.c"), true))
      assert.strictEqual(yield* login(at("mine@b.c", from(2)), true), "in")
      yield* TestClock.adjust("62 seconds")
      assert.strictEqual(yield* login(at("mine@b.c"), true), "in")
      // Where it was right once, it is whatever else comes from there.
      for (let n = 0; n < 200; n++) yield* login(at(`last${n}@b.c`), false)
      assert.strictEqual(yield* login(at("mine@b.c"), true), "in")
    })
  )

  it.effect("count from their beginning, so that no more can be tried at the same time", () =>
    Effect.gen(function* () {
      const { attempt } = makeLoginAttempts()
      let [now, most, tried] = [0, 0, 0]
      const login = Effect.gen(function* () {
        tried++
        most = Math.max(most, ++now)
        yield* Effect.sleep("1 second")
        now--
        return yield* new WrongLogin()
      })
      const one = Effect.ignore(attempt(at("a@b.c"), login, () => true))
      const all = yield* Effect.forkChild(Effect.replicateEffect(one, 50, { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(all)
      assert.strictEqual(tried, fromOneAddress)
      const many = Array.from({ length: 50 }, (_, n) => Effect.ignore(attempt(at(`${n}@b.c`), login, () => true)))
      most = 0
      const others = yield* Effect.forkChild(Effect.all(many, { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(others)
      assert.strictEqual(most, bounds.atOnce)
    })
  )

  it.effect("are not what failed or was given up for another reason", () =>
    Effect.gen(function* () {
      const { attempt, login } = make()
      for (let n = 0; n < 50; n++) {
        yield* Effect.ignore(attempt(at("a@b.c"), Effect.fail({ _tag: "Down" }), () => false))
        const fiber = yield* Effect.forkChild(
          attempt(at("a@b.c"), Effect.never, () => true),
          { startImmediately: true }
        )
        yield* Fiber.interrupt(fiber)
      }
      assert.strictEqual(yield* login(at("a@b.c"), true), "in")
    })
  )

  const Step = Schema.Struct({
    after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
    right: Schema.Boolean,
    address: Schema.Literals([1, 2])
  })
  it.effect.prop(
    "are never more than ten from an address in any 15 minutes, and no fewer are refused",
    [Schema.Array(Step).check(Schema.isMaxLength(60))],
    ([steps]) =>
      Effect.gen(function* () {
        const { login } = make()
        const wrong = new Map<number, Array<number>>()
        let now = 0
        for (const { address, after, right } of steps) {
          now += after
          yield* TestClock.adjust(after * 1000)
          const outcome = yield* login(at("a@b.c", from(address)), right)
          const recent = (wrong.get(address) ?? []).filter((at) => at > now - 900)
          if (recent.length >= fromOneAddress) assert.isNumber(outcome)
          if (recent.length < whileGuessedAt) assert.isString(outcome)
          if (outcome === "wrong") wrong.set(address, [...recent, now])
          if (outcome === "in") wrong.set(address, [])
        }
      })
  )
})

describe("a login over the wire", () => {
  const password = "correct horse battery"

  it.live("goes through with the right password, whatever strangers have tried", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.trusted_proxies=127.0.0.1", "rate_limit.per_minute=0"] })
      yield* manage(base, "POST", "/api/v1/users", { email: "li@example.com", name: "Li", password })
      const login = (address: string, given: string) =>
        Effect.map(
          send(`${base}/api/v1/auth/token`, {
            method: "POST",
            headers: { "content-type": "application/json", "x-forwarded-for": address },
            body: JSON.stringify({ grant_type: "password", username: "li@example.com", password: given })
          }),
          ({ json, status }) => [status, json["error"]]
        )
      const known = yield* login("203.0.113.1", password)
      assert.deepStrictEqual(known, [200, undefined])
      for (let n = 0; n < fromOneAddress; n++)
        assert.deepStrictEqual(yield* login("203.0.113.66", "wrong"), [400, "invalid_grant"])
      assert.deepStrictEqual(yield* login("203.0.113.66", "wrong"), [429, "slow_down"])
      for (let n = 0; n < 60; n++) yield* login(`198.51.100.${n}`, "wrong")
      for (const address of ["203.0.113.1", "203.0.113.2", "2001:db8::7"])
        assert.deepStrictEqual(yield* login(address, password), [200, undefined])
    }).pipe(Effect.scoped, Effect.provideService(PasswordCost, cheap))
  )

  it.live("and a refresh token or a key go on where many wrong ones come from the same address", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.trusted_proxies=127.0.0.1", "rate_limit.per_minute=0"] })
      const made = yield* manage(base, "POST", "/api/v1/users", { email: "li@example.com", name: "Li", password })
      const account = String(made.json["account_id"])
      const key = yield* manage(base, "POST", `/api/v1/accounts/${account}/keys`, { name: "one", scopes: ["chat"] })
      const ask = (body: Readonly<Record<string, unknown>>) =>
        send(`${base}/api/v1/auth/token`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": "203.0.113.66" },
          body: JSON.stringify(body)
        })
      const first = yield* ask({ grant_type: "password", username: "li@example.com", password })
      const wrong = { grant_type: "refresh_token", refresh_token: "rt-siku-wrong" }
      const statuses = yield* Effect.replicateEffect(
        Effect.map(ask(wrong), ({ status }) => status),
        25
      )
      assert.deepStrictEqual([statuses[0], statuses.at(-1)], [400, 429])
      const refreshed = yield* ask({ grant_type: "refresh_token", refresh_token: first.json["refresh_token"] })
      assert.strictEqual(refreshed.status, 200, refreshed.text)
      const given = yield* ask({
        grant_type: "client_credentials",
        client_id: key.json["id"],
        client_secret: key.json["key"]
      })
      assert.strictEqual(given.status, 200, given.text)
      assert.strictEqual((yield* ask({ grant_type: "password", username: "li@example.com", password })).status, 200)
    }).pipe(Effect.scoped, Effect.provideService(PasswordCost, cheap))
  )
})
