import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { hashPassword, isWeakerThan, verifyPassword } from "../../../src/accounts/users/passwordHash.ts"
import { cheap } from "../support.ts"

const few = { arbitrary: { runs: 25 } }

describe("the hash of a password", () => {
  it.effect.prop(
    "fits this password and no other, and is another one each time",
    [Schema.String, Schema.String],
    ([password, other]) =>
      Effect.gen(function* () {
        const hashed = yield* hashPassword(password, cheap)
        assert.match(hashed, /^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
        assert.isTrue(yield* verifyPassword(password, hashed))
        assert.strictEqual(
          yield* verifyPassword(other, hashed),
          other.normalize("NFC").toWellFormed() === password.normalize("NFC").toWellFormed()
        )
        assert.notStrictEqual(yield* hashPassword(password, cheap), hashed)
      }),
    few
  )

  it.effect("is checked with the cost that it was made with", () =>
    Effect.gen(function* () {
      for (const cost of [cheap, { ln: 5, r: 8, p: 1 }, { ln: 4, r: 4, p: 2 }]) {
        const hashed = yield* hashPassword("correct horse", cost)
        assert.isTrue(yield* verifyPassword("correct horse", hashed))
        assert.isFalse(yield* verifyPassword("correct horse", hashed.replace(/ln=\d/, "ln=6")))
      }
    })
  )

  it.effect("is one for what keyboards spell in different ways", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* verifyPassword("pässword", yield* hashPassword("pa\u0308ssword", cheap)))
    })
  )

  it.effect("fits nothing when it is no hash", () =>
    Effect.gen(function* () {
      const hashed = yield* hashPassword("correct horse", cheap)
      for (const wrong of ["", "correct horse", hashed.slice(1), `${hashed}A`, hashed.replace("scrypt", "argon2")]) {
        assert.isFalse(yield* verifyPassword("correct horse", wrong), wrong)
      }
    })
  )

  it.effect("is weak when any of its costs is less than that of today", () =>
    Effect.gen(function* () {
      const hashed = yield* hashPassword("correct horse", { ln: 5, r: 8, p: 2 })
      assert.isFalse(isWeakerThan(hashed, { ln: 5, r: 8, p: 2 }))
      assert.isFalse(isWeakerThan(hashed, { ln: 4, r: 8, p: 1 }))
      assert.isTrue(isWeakerThan(hashed, { ln: 6, r: 8, p: 2 }))
      assert.isTrue(isWeakerThan(hashed, { ln: 5, r: 9, p: 2 }))
      assert.isTrue(isWeakerThan(hashed, { ln: 5, r: 8, p: 3 }))
      assert.isTrue(isWeakerThan("something else", cheap))
    })
  )
})
