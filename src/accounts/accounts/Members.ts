import { Clock, Context, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql"
import type { Durability } from "../../platform/Durability.ts"
import type { AccountId } from "../AccountId.ts"
import { AuditLog } from "../AuditLog.ts"
import { makeChange } from "../changeIdentity.ts"
import { LastOwner, NotFound } from "../errors.ts"
import type { IdentityVersion } from "../IdentityVersion.ts"
import type { UserId } from "../UserId.ts"
import { makeUserRows } from "../users/userRows.ts"
import { makeAccountRows } from "./accountRows.ts"
import { makeMemberRows, type MemberRow, type Role } from "./memberRows.ts"

/** Who belongs to accounts. An account that has an owner keeps one. */
export class Members extends Context.Service<
  Members,
  {
    /** The newest users first, those made before `before`. */
    readonly list: (
      accountId: AccountId,
      page: { readonly before: UserId | undefined; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<MemberRow>>
    /** Makes a user a member with this role, or gives this role to one that is a member. */
    readonly put: (accountId: AccountId, userId: UserId, role: Role) => Effect.Effect<MemberRow, LastOwner | NotFound>
    /** The keys that the user has made there are revoked with it. */
    readonly remove: (accountId: AccountId, userId: UserId) => Effect.Effect<void, LastOwner | NotFound>
  }
>()("siku/accounts/accounts/Members") {
  static readonly layer: Layer.Layer<Members, never, AuditLog | Durability | IdentityVersion | SqlClient.SqlClient> =
    Layer.effect(
      Members,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const audit = yield* AuditLog
  const change = yield* makeChange
  const accounts = yield* makeAccountRows
  const members = yield* makeMemberRows
  const users = yield* makeUserRows

  const memberOf = Effect.fnUntraced(function* (accountId: AccountId, userId: UserId) {
    return (
      (yield* Effect.orDie(members.find(accountId, userId))) ?? (yield* new NotFound({ what: "member", id: userId }))
    )
  })

  /** Fails where the account would be left without an owner. */
  const keepAnOwner = Effect.fnUntraced(function* (accountId: AccountId, userId: UserId) {
    if (!(yield* Effect.orDie(members.hasOtherOwner(accountId, userId)))) return yield* new LastOwner({ accountId })
  })

  return Members.of({
    list: (accountId, { before = null, limit }) => Effect.orDie(members.page({ accountId, before, limit })),
    put: Effect.fn("Members.put")(function* (accountId, userId, role) {
      const now = yield* Clock.currentTimeMillis
      return yield* change(
        Effect.gen(function* () {
          if ((yield* Effect.orDie(accounts.byId(accountId))) === undefined) {
            return yield* new NotFound({ what: "account", id: accountId })
          }
          if ((yield* Effect.orDie(users.byId(userId))) === undefined) {
            return yield* new NotFound({ what: "user", id: userId })
          }
          const before = yield* Effect.orDie(members.roleOf(accountId, userId))
          if (before === "owner" && role !== "owner") yield* keepAnOwner(accountId, userId)
          yield* before === undefined
            ? members.insert(accountId, userId, role, now)
            : members.setRole(accountId, userId, role)
          yield* audit.append({ action: "member.put", target: userId, accountId, detail: { role } })
          return yield* memberOf(accountId, userId)
        })
      )
    }),
    remove: Effect.fn("Members.remove")(function* (accountId, userId) {
      const now = yield* Clock.currentTimeMillis
      yield* change(
        Effect.gen(function* () {
          const { role } = yield* memberOf(accountId, userId)
          if (role === "owner") yield* keepAnOwner(accountId, userId)
          yield* members.remove(accountId, userId)
          yield* members.revokeKeys(accountId, userId, now)
          yield* audit.append({ action: "member.remove", target: userId, accountId, detail: { role } })
        })
      )
    })
  })
})
