import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { CircuitBreaker } from "effect/persistence"
import { makeMemory } from "../../src/accounts/IdentityMemory.ts"
import { IdentityVersion } from "../../src/accounts/IdentityVersion.ts"
import { makeKeyRing } from "../../src/providers/policy/KeyRing.ts"
import { makeKeyStates } from "../../src/providers/policy/KeyState.ts"
import { makeWatch } from "../../src/providers/Watch.ts"
import { RateLimited, Unavailable } from "../../src/providers/ProviderError.ts"
import { noBreaker } from "../support/providers.ts"
import { makeSetClock } from "../support/setClock.ts"
import { manage, send, startSiku } from "../support/siku.ts"

const hour = Duration.toMillis("1 hour")
// A machine that wakes up in 1970, a person who sets it a year ahead, the hour of a summer.
const steps = [-hour, hour, -365 * 24 * hour, 365 * 24 * hour]

describe.each(steps)("a clock that is %d ms wrong for a while", (step) => {
  it.live("holds no limit longer than its window, and lifts none", () =>
    Effect.gen(function* () {
      const time = makeSetClock()
      const statuses = yield* Effect.gen(function* () {
        const base = yield* startSiku({ set: ["security.authentication=required", "rate_limit.per_minute=2"] })
        const made = yield* manage(base, "POST", "/api/v1/keys", { name: "one", scopes: ["chat"] })
        const ask = Effect.map(
          send(`${base}/v1/models`, { headers: { authorization: `Bearer ${String(made.json["key"])}` } }),
          ({ status }) => status
        )
        // That request was one of the address.
        time.pass(62_000)
        const before = yield* ask
        time.setWrong(step)
        const during = [yield* ask, yield* ask]
        time.setWrong(0)
        const after = yield* ask
        time.pass(62_000)
        return [before, ...during, after, yield* ask, yield* ask, yield* ask]
      }).pipe(Effect.provideService(Clock.Clock, time.clock))
      assert.deepStrictEqual(statuses, [200, 200, 429, 429, 200, 200, 429])
    }).pipe(Effect.scoped)
  )

  it.live("stops nobody's right credential after many wrong ones longer than a minute", () =>
    Effect.gen(function* () {
      const time = makeSetClock()
      const seen = yield* Effect.gen(function* () {
        const base = yield* startSiku({ set: ["security.authentication=required"] })
        const wrong = Effect.map(
          send(`${base}/v1/models`, { headers: { authorization: "Bearer sk-siku-wrong" } }),
          ({ status }) => status
        )
        time.setWrong(step)
        yield* Effect.repeat(wrong, { times: 199 })
        time.setWrong(0)
        const refused = yield* wrong
        time.pass(62_000)
        return [refused, yield* wrong]
      }).pipe(Effect.provideService(Clock.Clock, time.clock))
      assert.deepStrictEqual(seen, [429, 401])
    }).pipe(Effect.scoped)
  )

  it.live("lets a change that another process made be seen within five seconds", () =>
    Effect.gen(function* () {
      const time = makeSetClock()
      yield* Effect.gen(function* () {
        const memory = yield* makeMemory<number>(2)
        const known = Effect.clockWith((clock) =>
          Effect.sync(() => memory.get("a", Number(clock.monotonicTimeNanosUnsafe()) / 1e6))
        )
        time.setWrong(step)
        yield* memory.read("a", Effect.succeed(1))
        time.setWrong(0)
        assert.strictEqual(yield* known, 1)
        time.pass(5001)
        assert.isUndefined(yield* known)
      }).pipe(Effect.provide(IdentityVersion.layer), Effect.provideService(Clock.Clock, time.clock))
    })
  )

  for (const end of [new RateLimited({ detail: "", retryAfterMillis: 30_000 }), new Unavailable({ detail: "" })]) {
    it.live(`lets a key that was ${end._tag} rest as long as it should, and go on then`, () =>
      Effect.gen(function* () {
        const time = makeSetClock()
        yield* Effect.gen(function* () {
          const state = yield* makeKeyStates().get("p", "a key", 1)
          const breaker = { ...noBreaker, minimumCalls: 1, window: 1, open: Duration.seconds(30) }
          const store = yield* CircuitBreaker.CircuitBreakerStore
          const ring = makeKeyRing({ states: [state], store, breaker, queue: 0 })
          const mayCall = Effect.isSuccess(Effect.scoped(ring.lease))
          time.setWrong(step)
          yield* Effect.scoped(Effect.flatMap(ring.lease, ({ settle }) => settle(end)))
          time.setWrong(0)
          assert.isFalse(yield* mayCall)
          time.pass(29_000)
          assert.isFalse(yield* mayCall)
          time.pass(1100)
          assert.isTrue(yield* mayCall)
        }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()), Effect.provideService(Clock.Clock, time.clock))
      })
    )
  }

  it.live("ends no call that has its time still, and gives none more", () =>
    Effect.gen(function* () {
      const time = makeSetClock()
      yield* Effect.gen(function* () {
        const watch = yield* makeWatch(Number.POSITIVE_INFINITY, Duration.millis(1))
        watch.waitFor("total", Duration.seconds(60))
        time.setWrong(step)
        yield* Effect.sleep("20 millis")
        assert.isUndefined(watch.over())
        time.setWrong(-step)
        time.pass(60_000)
        yield* Effect.repeat(Effect.sleep("1 millis"), { until: () => watch.over() !== undefined })
      }).pipe(Effect.scoped, Effect.provideService(Clock.Clock, time.clock))
    })
  )
})
