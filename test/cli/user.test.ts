import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { Users } from "../../src/accounts/Users.ts"
import { identity } from "../accounts/support.ts"
import { inHome } from "./support.ts"

const secret = "correct horse battery"

/** Who logs in with this password, through a service of its own over the same database. */
const login = (home: string, email: string, password: string) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(identity({ home, set: [`database.url=sqlite:///${home}/siku.db`] }))
    return yield* Context.get(context, Users)
      .login(email, Redacted.make(password))
      .pipe(
        Effect.map(({ id }) => String(id)),
        Effect.catch(({ _tag }) => Effect.succeed(_tag))
      )
  }).pipe(Effect.scoped)

describe("siku user", { timeout: 180_000 }, () => {
  it.live("makes users who can log in, with a password of theirs or one that is shown once", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const own = yield* siku(
          ["user", "create", "--email", "Li@Example.com", "--password-stdin", "--admin"],
          `${secret}\n`
        )
        assert.strictEqual(own.code, 0, own.errors)
        assert.notInclude(own.output + own.errors, secret)
        const [id = ""] = /^usr_\S+/.exec(own.output) ?? []
        assert.strictEqual(yield* login(home, "li@example.com", secret), id)

        const made = yield* siku(["user", "create", "--email", "han@example.com", "--name", "韩梅梅", "--age", "30"])
        const [password = ""] = /^[\w-]{22}$/m.exec(made.output) ?? []
        assert.match(yield* login(home, "han@example.com", password), /^usr_/)

        const { output } = yield* siku(["user", "list"])
        assert.match(output, /^usr_\S+ +han@example\.com +韩梅梅 +user +active/m)
        assert.match(output, new RegExp(`^${id} +li@example\\.com +Li +admin +active`, "m"))
        assert.notInclude(output, password)
        const twice = yield* siku(["user", "create", "--email", "LI@example.com"])
        assert.strictEqual(twice.code, 1)
        assert.include(twice.errors, "li@example.com already")
      })
    )
  )

  it.live("gives another password, and deactivates", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        yield* siku(["user", "create", "--email", "li@example.com", "--password-stdin"], secret)
        const changed = yield* siku(["user", "password", "li@example.com", "--password-stdin"], "another password\n")
        assert.strictEqual(changed.code, 0, changed.errors)
        assert.strictEqual(yield* login(home, "li@example.com", secret), "WrongLogin")
        assert.match(yield* login(home, "li@example.com", "another password"), /^usr_/)
        const short = yield* siku(["user", "password", "li@example.com", "--password-stdin"], "short\n")
        assert.strictEqual(short.code, 1)
        assert.include(short.errors, "8 to 1000 characters")
        assert.notInclude(short.errors + short.output, "short\n")

        const gone = yield* siku(["user", "deactivate", "LI@example.com"])
        assert.strictEqual(gone.code, 0, gone.errors)
        assert.strictEqual(yield* login(home, "li@example.com", "another password"), "WrongLogin")
        const [listed] = JSON.parse((yield* siku(["user", "list", "--json"])).output)
        assert.deepInclude(listed, { email: "li@example.com", age: null, admin: false, active: false })
        const nobody = yield* siku(["user", "deactivate", "nobody@example.com"])
        assert.strictEqual(nobody.code, 1)
        assert.include(nobody.errors, "there is no user nobody@example.com")
      })
    )
  )
})
