import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { PasswordCost, Passwords } from "../../../src/accounts/users/Passwords.ts"
import { cheap } from "../support.ts"

const withCost = (ln: number) => Passwords.layer.pipe(Layer.provide(Layer.succeed(PasswordCost, { ...cheap, ln })))
const secret = Redacted.make("correct horse")

describe("Passwords", () => {
  it.effect("hash and verify, and tell a weak hash", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords
      const hashed = yield* passwords.hash(secret)
      assert.isTrue(yield* passwords.verify(secret, hashed))
      assert.isFalse(yield* passwords.verify(Redacted.make("correct hors"), hashed))
      assert.isFalse(passwords.isWeak(hashed))
      assert.isTrue(passwords.isWeak(hashed.replace("ln=5", "ln=4")))
    }).pipe(Effect.provide(withCost(5)))
  )

  it.effect("fit nobody where there is no hash, not even the empty one", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords
      assert.isFalse(yield* passwords.verify(secret, null))
      assert.isFalse(yield* passwords.verify(Redacted.make(""), null))
    }).pipe(Effect.provide(withCost(4)))
  )

  it.live("refuse more than twenty that wait, and go on afterwards", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords
      const exits = yield* Effect.forEach(
        Array.from({ length: 40 }),
        () => Effect.exit(passwords.verify(secret, null)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 22)
      for (const exit of exits.filter(Exit.isFailure)) assert.include(String(exit.cause), "PasswordsBusy")
      assert.isFalse(yield* passwords.verify(secret, null))
    }).pipe(Effect.provide(withCost(12)))
  )

  it.live("let go of places whose owners have given up waiting", () =>
    Effect.gen(function* () {
      const passwords = yield* Passwords
      for (let round = 0; round < 3; round++) {
        const waiting = yield* Effect.forEach(Array.from({ length: 22 }), () =>
          Effect.forkChild(passwords.verify(secret, null), { startImmediately: true })
        )
        yield* Fiber.interruptAll(waiting)
      }
      assert.isFalse(yield* passwords.verify(secret, null))
    }).pipe(Effect.provide(withCost(12)))
  )
})
