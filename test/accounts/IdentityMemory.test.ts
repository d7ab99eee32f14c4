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
const Happening = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("ask"), id: Schema.Literals(["a", "b", "c"]) }),
  Schema.Struct({ kind: Schema.Literal("wait"), seconds: Schema.Literals([1, 4, 6, 200, 400]) }),
  Schema.Struct({ kind: Schema.Literals(["change here", "change elsewhere", "down", "up"]) })
])

describe("what is remembered of who may ask", () => {
  it.effect.prop(
    "is never older than it may be, whatever happens",
    [Schema.Array(Happening).check(Schema.isMaxLength(60))],
    ([happenings]) =>
      Effect.gen(function* () {
        const version = yield* IdentityVersion
        const memory = yield* makeMemory<number>(2)
        let truth = 0
        let isUp = true
        // When each truth came to be, and which of them were made here.
        const since: Array<number> = []
        let lastHere = 0
        for (const happening of happenings) {
          const now = yield* Clock.currentTimeMillis
          switch (happening.kind) {
            case "wait":
              yield* TestClock.adjust(happening.seconds * 1000)
              break
            case "down":
              isUp = false
              break
            case "up":
              isUp = true
              break
            case "change here":
            case "change elsewhere":
              since[++truth] = now
              if (happening.kind === "change here") {
                lastHere = truth
                yield* version.advance
              }
              break
            case "ask": {
              const query = isUp ? Effect.sync(() => truth) : down
              const known = memory.get(happening.id, now)
              const seen = known ?? (yield* Effect.orElseSucceed(memory.read(happening.id, query), () => undefined))
              if (seen === undefined) {
                assert.isFalse(isUp, "who asks while the database answers is told")
                break
              }
              assert.isAtLeast(seen, lastHere, "what was changed here holds at once")
              const replacedAt = since[seen + 1]
              const longest = isUp ? 5000 : 300_000 + 1000
              if (replacedAt !== undefined) assert.isAtMost(now - replacedAt, longest)
            }
          }
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
