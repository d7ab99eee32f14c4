import { Context, type Effect, type Redacted, Schema } from "effect"
import type { AccountId } from "./AccountId.ts"
import { UserId } from "./UserId.ts"

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
}) {}

/** E-mail address or password is wrong, or the user is not active: which, is not told. */
export class WrongLogin extends Schema.TaggedError<WrongLogin>()("WrongLogin", {}) {}

/** The database does not answer: nobody can be identified, and nobody unknown is let through. */
export class IdentityUnavailable extends Schema.TaggedError<IdentityUnavailable>()("IdentityUnavailable", {}) {}

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
     * A user as it stands, the accounts it belongs to (the one it joined first before the others), and when (milliseconds since 1970) tokens
     * issued before stopped counting. Remembered for a few seconds; goes on from memory while the database does not answer.
     */
    readonly find: (
      id: UserId
    ) => Effect.Effect<
      { readonly user: User; readonly accounts: ReadonlyArray<AccountId>; readonly tokensAfter: number } | undefined,
      IdentityUnavailable
    >
  }
>()("siku/accounts/Users") {}
