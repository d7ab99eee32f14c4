import { Context, Effect, Layer, type Redacted, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { steadyNow } from "../platform/steadyTime.ts"
import type { AccountId } from "./AccountId.ts"
import { makeMemory } from "./IdentityMemory.ts"
import type { IdentityVersion } from "./IdentityVersion.ts"
import { UserId } from "./UserId.ts"
import { Passwords } from "./users/Passwords.ts"
import { makeUserRows, type UserRow } from "./users/userRows.ts"

/** Somebody with a login. Times are milliseconds since 1970. */
export class User extends Schema.Class<User>("User")({
  id: UserId,
  email: Schema.String,
  name: Schema.String,
  age: Schema.NullOr(Schema.Int),
  admin: Schema.Boolean,
  active: Schema.Boolean,
  createdAt: Schema.Finite,
  updatedAt: Schema.Finite
}) {
  static fromRow = (row: UserRow): User =>
    new User({
      id: row.id,
      email: row.email,
      name: row.name,
      age: row.age,
      admin: row.admin,
      active: row.active,
      createdAt: row.created_at,
      updatedAt: row.updated_at
    })
}

/** E-mail address or password is wrong, or the user is not active: which, is not told. */
export class WrongLogin extends Schema.TaggedError<WrongLogin>()("WrongLogin", {}) {}

/** The database does not answer, or too many logins wait: nobody can be identified, and nobody unknown is let through. */
export class IdentityUnavailable extends Schema.TaggedError<IdentityUnavailable>()("IdentityUnavailable", {}) {}

/** A user as it stands. */
interface KnownUser {
  readonly user: User
  readonly accounts: ReadonlyArray<AccountId>
  readonly tokensAfter: number
}

// Of those who ask at the same time.
const mostRemembered = 10_000

/** What tokens need to know of users; the management is in `UserAdmin`. */
export class Users extends Context.Service<
  Users,
  {
    /** Takes as long for an address that nobody has as for a wrong password. */
    readonly login: (
      email: string,
      password: Redacted.Redacted
    ) => Effect.Effect<User, WrongLogin | IdentityUnavailable>
    /**
     * A user as it stands, the active accounts it belongs to (the one it joined first before the others), and when (milliseconds since 1970)
     * tokens issued before stopped counting. Remembered for a few seconds; goes on from memory while the database does not answer.
     */
    readonly find: (id: UserId) => Effect.Effect<KnownUser | undefined, IdentityUnavailable>
  }
>()("siku/accounts/Users") {
  static readonly layer: Layer.Layer<Users, never, IdentityVersion | Passwords | SqlClient.SqlClient> = Layer.effect(
    Users,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const passwords = yield* Passwords
  const rows = yield* makeUserRows
  const sql = yield* SqlClient.SqlClient
  const memory = yield* makeMemory<KnownUser>(mostRemembered)

  const strengthen = (id: UserId, hashed: string, password: Redacted.Redacted) =>
    Effect.flatMap(passwords.hash(password), (stronger) => rows.replaceHash(id, hashed, stronger))

  const login = Effect.fn("Users.login")(
    function* (email: string, password: Redacted.Redacted) {
      const row = yield* rows.byEmail(email)
      const hashed = row?.password_hash ?? null
      const isRight = yield* passwords.verify(password, hashed)
      if (row === undefined || hashed === null || !isRight || !row.active) return yield* new WrongLogin()
      // The next login does it where it cannot be done now.
      if (passwords.isWeak(hashed)) yield* Effect.ignore(strengthen(row.id, hashed, password))
      return User.fromRow(row)
    },
    Effect.catchTag("PasswordsBusy", () => Effect.fail(new IdentityUnavailable())),
    Effect.catchIf(SqlError.isSqlError, () => Effect.fail(new IdentityUnavailable())),
    Effect.catchTag("SchemaError", Effect.die)
  )

  const read = Effect.fnUntraced(function* (id: UserId) {
    const row = yield* rows.byId(id)
    if (row === undefined) return undefined
    return { user: User.fromRow(row), accounts: yield* rows.accountsOf(id), tokensAfter: row.tokens_after }
  }, sql.withTransaction)

  return Users.of({
    login,
    find: (id) =>
      Effect.flatMap(steadyNow, (now) => {
        const known = memory.get(id, now)
        if (known !== undefined) return Effect.succeed(known)
        return Effect.mapError(memory.read(id, read(id)), () => new IdentityUnavailable())
      })
  })
})
