import { Clock, Context, Effect, Layer, type Redacted } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import type { Durability } from "../../platform/Durability.ts"
import { AccountId } from "../AccountId.ts"
import { makeAccountRows, newAccount } from "../accounts/accountRows.ts"
import { makeMemberRows } from "../accounts/memberRows.ts"
import { AuditLog } from "../AuditLog.ts"
import { makeChange } from "../changeIdentity.ts"
import { EmailTaken, NotFound, WrongPassword } from "../errors.ts"
import type { IdentityVersion } from "../IdentityVersion.ts"
import { UserId } from "../UserId.ts"
import { User } from "../Users.ts"
import { LoginAttempts, type SlowDown } from "./LoginAttempts.ts"
import { Passwords, type PasswordsBusy } from "./Passwords.ts"
import { emailKey, makeUserRows, type UserRow } from "./userRows.ts"

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly age: number | null
  readonly password: Redacted.Redacted
  readonly admin: boolean
}

/** What is left out stays as it is. */
export interface UserChange {
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly age?: number | null | undefined
  readonly password?: Redacted.Redacted | undefined
  readonly admin?: boolean | undefined
  readonly active?: boolean | undefined
}

/**
 * The management of users. Another password, and being deactivated, ends every token that the user has. The last administrator may be
 * deactivated as well: the admin key stays.
 */
export class UserAdmin extends Context.Service<
  UserAdmin,
  {
    /** The newest first, those made before `before`. */
    readonly list: (page: {
      readonly before: UserId | undefined
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<User>>
    readonly read: (id: UserId) => Effect.Effect<User, NotFound>
    /** The user with this e-mail address. */
    readonly withEmail: (email: string) => Effect.Effect<User, NotFound>
    /** Makes a user with an account of its own, of the same name. */
    readonly create: (
      user: NewUser
    ) => Effect.Effect<{ readonly user: User; readonly accountId: AccountId }, EmailTaken | PasswordsBusy>
    readonly change: (id: UserId, change: UserChange) => Effect.Effect<User, EmailTaken | NotFound | PasswordsBusy>
    /** As `change`, once the old password has been shown, which is as good as a login from that address of the network. */
    readonly changeOwn: (
      id: UserId,
      change: UserChange,
      old: { readonly password: Redacted.Redacted; readonly address: string }
    ) => Effect.Effect<User, EmailTaken | NotFound | PasswordsBusy | SlowDown | WrongPassword>
  }
>()("siku/accounts/users/UserAdmin") {
  static readonly layer: Layer.Layer<
    UserAdmin,
    never,
    AuditLog | Durability | IdentityVersion | LoginAttempts | Passwords | SqlClient.SqlClient
  > = Layer.effect(
    UserAdmin,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const audit = yield* AuditLog
  const passwords = yield* Passwords
  const { attempt } = yield* LoginAttempts
  const change = yield* makeChange
  const users = yield* makeUserRows
  const accounts = yield* makeAccountRows
  const members = yield* makeMemberRows

  const rowOf = Effect.fnUntraced(function* (id: UserId) {
    return (yield* Effect.orDie(users.byId(id))) ?? (yield* new NotFound({ what: "user", id }))
  })

  const create = Effect.fn("UserAdmin.create")(function* ({ admin, age, email, name, password }: NewUser) {
    const password_hash = yield* passwords.hash(password)
    const now = yield* Clock.currentTimeMillis
    const id = UserId.make(`usr_${sortableUuid()}`)
    const accountId = AccountId.make(`acc_${sortableUuid()}`)
    const times = { tokens_after: now, created_at: now, updated_at: now }
    const row: UserRow = { id, email: emailKey(email), name, age, password_hash, admin, active: true, ...times }
    yield* change(
      Effect.gen(function* () {
        yield* orTaken(Effect.catchTag(users.insert(row), "SchemaError", Effect.die), row.email)
        yield* Effect.orDie(accounts.insert(newAccount(accountId, name, false, now)))
        yield* members.insert(accountId, id, "owner", now)
        yield* audit.append({ action: "user.create", target: id, accountId, detail: { email: row.email, admin } })
      })
    )
    return { user: User.fromRow(row), accountId }
  })

  const update = Effect.fn("UserAdmin.change")(function* (id: UserId, { password, ...fields }: UserChange) {
    const password_hash = password === undefined ? undefined : yield* passwords.hash(password)
    const now = yield* Clock.currentTimeMillis
    return yield* change(
      Effect.gen(function* () {
        const before = yield* rowOf(id)
        const endsTokens = password_hash !== undefined || (before.active && fields.active === false)
        const after: UserRow = {
          ...before,
          email: fields.email === undefined ? before.email : emailKey(fields.email),
          name: fields.name ?? before.name,
          age: fields.age === undefined ? before.age : fields.age,
          admin: fields.admin ?? before.admin,
          active: fields.active ?? before.active,
          password_hash: password_hash ?? before.password_hash,
          tokens_after: endsTokens ? now : before.tokens_after,
          updated_at: now
        }
        yield* orTaken(Effect.catchTag(users.replace(after), "SchemaError", Effect.die), after.email)
        if (endsTokens) yield* users.revokeTokens(id, now)
        yield* audit.append({
          action: before.active && !after.active ? "user.deactivate" : "user.change",
          target: id,
          detail: changesOf(before, after)
        })
        return User.fromRow(after)
      })
    )
  })

  return UserAdmin.of({
    list: ({ before = null, limit }) =>
      users.page({ before, limit }).pipe(
        Effect.map((rows) => rows.map(User.fromRow)),
        Effect.orDie
      ),
    read: (id) => Effect.map(rowOf(id), User.fromRow),
    withEmail: Effect.fnUntraced(function* (email) {
      const row = yield* Effect.orDie(users.byEmail(email))
      return row === undefined ? yield* new NotFound({ what: "user", id: email }) : User.fromRow(row)
    }),
    create,
    change: update,
    changeOwn: Effect.fn("UserAdmin.changeOwn")(function* (id, fields, { address, password }) {
      const { email, password_hash } = yield* rowOf(id)
      const verified = Effect.flatMap(passwords.verify(password, password_hash), (isRight) =>
        isRight ? Effect.void : new WrongPassword()
      )
      yield* attempt({ email, address }, verified, ({ _tag }) => _tag === "WrongPassword")
      return yield* update(id, fields)
    })
  })
})

const orTaken = <A, R>(write: Effect.Effect<A, SqlError.SqlError, R>, email: string) =>
  Effect.catchReason(write, "SqlError", "UniqueViolation", () => Effect.fail(new EmailTaken({ email })))

/** The names of what was changed, with the values that are no secret. */
const changesOf = (before: UserRow, after: UserRow) => ({
  ...(before.email === after.email ? {} : { email: after.email }),
  ...(before.name === after.name ? {} : { name: after.name }),
  ...(before.age === after.age ? {} : { age: after.age }),
  ...(before.admin === after.admin ? {} : { admin: after.admin }),
  ...(before.active === after.active ? {} : { active: after.active }),
  ...(before.password_hash === after.password_hash ? {} : { password: "changed" })
})
