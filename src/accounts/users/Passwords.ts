import { Context, Effect, Layer, Redacted, Schema, Semaphore } from "effect"
import { hashPassword, isWeakerThan, type ScryptCost, verifyPassword } from "./passwordHash.ts"

/** Too many passwords wait to be hashed; nothing was done. */
export class PasswordsBusy extends Schema.TaggedError<PasswordsBusy>()("PasswordsBusy", {}) {}

/** What a new hash costs. The default is OWASP's: 128 MiB and some 0.4 s. */
export const PasswordCost = Context.Reference<ScryptCost>("siku/accounts/users/PasswordCost", {
  defaultValue: () => ({ ln: 17, r: 8, p: 1 })
})

// Each takes a thread of the pool of four, which also waits for the disk, and 128 MiB.
const atOnce = 2
const mostWaiting = 20

/** Hashes passwords (scrypt), few at a time. */
export class Passwords extends Context.Service<
  Passwords,
  {
    readonly hash: (password: Redacted.Redacted) => Effect.Effect<string, PasswordsBusy>
    /** Whether this is the password of this hash; without a hash it is not, which takes as long to tell. */
    readonly verify: (password: Redacted.Redacted, hashed: string | null) => Effect.Effect<boolean, PasswordsBusy>
    /** Whether a hash is weaker than those made now. */
    readonly isWeak: (hashed: string) => boolean
  }
>()("siku/accounts/users/Passwords") {
  static readonly layer: Layer.Layer<Passwords> = Layer.effect(
    Passwords,
    Effect.gen(function* () {
      const cost = yield* PasswordCost
      const permits = yield* Semaphore.make(atOnce)
      let waiting = 0

      // Waiting may be given up; work in the thread pool goes on all the same, so its place is kept until it ends.
      const inTurn = <A>(work: Effect.Effect<A>): Effect.Effect<A, PasswordsBusy> =>
        Effect.suspend(() => {
          if (waiting >= atOnce + mostWaiting) return new PasswordsBusy()
          waiting++
          return permits.withPermit(Effect.uninterruptible(work)).pipe(Effect.ensuring(Effect.sync(() => waiting--)))
        })

      return Passwords.of({
        hash: (password) => inTurn(hashPassword(Redacted.value(password), cost)),
        verify: (password, hashed) =>
          inTurn(
            hashed === null
              ? Effect.as(hashPassword(Redacted.value(password), cost), false)
              : verifyPassword(Redacted.value(password), hashed)
          ),
        isWeak: (hashed) => isWeakerThan(hashed, cost)
      })
    })
  )
}
