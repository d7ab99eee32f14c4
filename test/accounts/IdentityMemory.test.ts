import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Schema } from "effect"
import { SqlError } from "effect/sql"
import { TestClock } from "effect/testing"
import { makeMemory } from "../../src/accounts/IdentityMemory.ts"
import { IdentityVersion } from "../../src/accounts/IdentityVersion.ts"

const down = Effect.fail(
  new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause: undefined, message: "down" }) })
)

// What may happen, one after the other: a key is asked about, time passes, the truth changes here or elsewhere, the database goes or comes.
const asks = ["ask a", "ask a", "ask b", "ask c"] as const
const waits = ["wait 1", "wait 4", "wait 6", "wait 301"] as const
const changes = ["change here", "change elsewhere", "down", "up"] as const
const Happening = Schema.Literals([...asks, ...waits, ...changes])

describe("what is remembered of who may ask", () => {
  it.effect.prop(
    "is never older than it may be, whatever happens",
    [Schema.Array(Happening).check(Schema.isMinLength(50), Schema.isMaxLength(100))],
    ([happenings]) =>
      Effect.gen(function* () {
        const version = yield* IdentityVersion
        const memory = yield* makeMemory<number>(2)
        let isUp = true
        let truth = 0
        // The last truth that was made here, and when each ceased to be one.
        let lastHere = 0
        const replacedAt: Array<number> = []
        const readAt = new Map<string, number>()
        for (const happening of happenings) {
          const now = yield* Clock.currentTimeMillis
          const [kind, what = ""] = happening.split(" ")
          if (kind === "wait") yield* TestClock.adjust(Number(what) * 1000)
          else if (kind === "ask") {
            const query = isUp ? Effect.sync(() => truth) : down
            const known = memory.get(what, now)
            const seen = known ?? (yield* Effect.orElseSucceed(memory.read(what, query), () => undefined))
            if (known === undefined && isUp) readAt.set(what, now)
            if (seen === undefined) {
              assert.isFalse(isUp, "who asks while the database answers is told")
              continue
            }
            assert.isAtLeast(seen, lastHere, "what was changed here holds at once")
            const age = now - (readAt.get(what) ?? Number.NEGATIVE_INFINITY)
            assert.isAtMost(
              age,
              301_000,
              "nothing counts for longer than five minutes and the second between two tries"
            )
            if (isUp)
              assert.isAtMost(now - (replacedAt[seen] ?? now), 5000, "a change elsewhere is seen in five seconds")
          } else if (kind === "change") {
            replacedAt[truth++] = now
            if (what === "here") {
              lastHere = truth
              yield* version.advance
            }
          } else isUp = kind === "up"
        }
      }).pipe(Effect.provide(IdentityVersion.layer))
  )

  it.effect("does not take what was read before a change for what holds after it", () =>
    Effect.gen(function* () {
      const version = yield* IdentityVersion
      const memory = yield* makeMemory<string>(10)
      const gate = yield* Deferred.make<void>()
      const slow = yield* Effect.forkChild(memory.read("a", Effect.as(Deferred.await(gate), "old")), {
        startImmediately: true
      })
      yield* version.advance
      yield* Deferred.succeed(gate, undefined)
      assert.strictEqual(yield* Fiber.join(slow), "old")
      assert.isUndefined(memory.get("a", 0))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(memory.read("a", down))))
    }).pipe(Effect.provide(IdentityVersion.layer))
  )

  it.effect("forgets what has not been read for longest, and what is not there any more", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory<string>(2)
      const read = (id: string) => memory.read(id, Effect.succeed(id))
      const known = () => ["a", "b", "c"].filter((id) => memory.get(id, 0) !== undefined)
      yield* read("a")
      yield* read("b")
      yield* read("a")
      yield* read("c")
      assert.deepStrictEqual(known(), ["a", "c"])
      yield* memory.read("a", Effect.undefined)
      assert.deepStrictEqual(known(), ["c"])
    }).pipe(Effect.provide(IdentityVersion.layer))
  )

  it.effect("asks a database that does not answer only once a second about each", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory<string>(2)
      yield* memory.read("a", Effect.succeed("one"))
      yield* TestClock.adjust("10 seconds")
      assert.isUndefined(memory.get("a", 10_000))
      assert.strictEqual(yield* memory.read("a", down), "one")
      assert.strictEqual(memory.get("a", 10_999), "one")
      assert.isUndefined(memory.get("a", 11_000))
    }).pipe(Effect.provide(IdentityVersion.layer))
  )
})
