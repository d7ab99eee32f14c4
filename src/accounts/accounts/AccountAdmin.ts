import { Clock, Context, Effect, Layer, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import type { Durability } from "../../platform/Durability.ts"
import { AccountId } from "../AccountId.ts"
import { AuditLog } from "../AuditLog.ts"
import { makeChange } from "../changeIdentity.ts"
import { NotFound } from "../errors.ts"
import type { IdentityVersion } from "../IdentityVersion.ts"
import type { UserId } from "../UserId.ts"
import { makeUserRows } from "../users/userRows.ts"
import { type AccountRow, makeAccountRows, newAccount } from "./accountRows.ts"
import { makeMemberRows } from "./memberRows.ts"

/** Whose money and whose keys. Times are milliseconds since 1970, amounts micro-USD. */
export class Account extends Schema.Class<Account>("Account")({
  id: AccountId,
  name: Schema.String,
  /** Nothing can be asked with the keys of an account that is not. */
  active: Schema.Boolean,
  /** Whether calls are paid from the balance; else there is no limit. */
  prepaid: Schema.Boolean,
  balance: Schema.Int,
  /** Of the balance, what calls under way may still cost. */
  held: Schema.Int,
  createdAt: Schema.Finite,
  updatedAt: Schema.Finite
}) {
  static fromRow = (row: AccountRow): Account =>
    new Account({
      id: row.id,
      name: row.name,
      active: row.active,
      prepaid: row.prepaid,
      balance: row.balance,
      held: row.held,
      createdAt: row.created_at,
      updatedAt: row.updated_at
    })
}

/** What is left out stays as it is. */
export interface AccountChange {
  readonly name?: string | undefined
  readonly active?: boolean | undefined
  readonly prepaid?: boolean | undefined
}

/** The management of accounts; that of who belongs to them is in `Members`. */
export class AccountAdmin extends Context.Service<
  AccountAdmin,
  {
    /** The newest first, those made before `before`; only those of `member` where one is given. */
    readonly list: (page: {
      readonly before: AccountId | undefined
      readonly limit: number
      readonly member?: UserId | undefined
    }) => Effect.Effect<ReadonlyArray<Account>>
    readonly read: (id: AccountId) => Effect.Effect<Account, NotFound>
    readonly create: (account: {
      readonly name: string
      readonly prepaid: boolean
      readonly owner: UserId | undefined
    }) => Effect.Effect<Account, NotFound>
    readonly change: (id: AccountId, change: AccountChange) => Effect.Effect<Account, NotFound>
  }
>()("siku/accounts/accounts/AccountAdmin") {
  static readonly layer: Layer.Layer<
    AccountAdmin,
    never,
    AuditLog | Durability | IdentityVersion | SqlClient.SqlClient
  > = Layer.effect(
    AccountAdmin,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const audit = yield* AuditLog
  const change = yield* makeChange
  const accounts = yield* makeAccountRows
  const members = yield* makeMemberRows
  const users = yield* makeUserRows

  const rowOf = Effect.fnUntraced(function* (id: AccountId) {
    return (yield* Effect.orDie(accounts.byId(id))) ?? (yield* new NotFound({ what: "account", id }))
  })

  return AccountAdmin.of({
    list: ({ before = null, limit, member = null }) =>
      accounts.page({ before, limit, member }).pipe(
        Effect.map((rows) => rows.map(Account.fromRow)),
        Effect.orDie
      ),
    read: (id) => Effect.map(rowOf(id), Account.fromRow),
    create: Effect.fn("AccountAdmin.create")(function* ({ name, owner, prepaid }) {
      const now = yield* Clock.currentTimeMillis
      const row = newAccount(AccountId.make(`acc_${sortableUuid()}`), name, prepaid, now)
      yield* change(
        Effect.gen(function* () {
          if (owner !== undefined && (yield* Effect.orDie(users.byId(owner))) === undefined) {
            return yield* new NotFound({ what: "user", id: owner })
          }
          yield* Effect.orDie(accounts.insert(row))
          if (owner !== undefined) yield* members.insert(row.id, owner, "owner", now)
          const detail = { name, prepaid, owner: owner ?? null }
          yield* audit.append({ action: "account.create", target: row.id, accountId: row.id, detail })
        })
      )
      return Account.fromRow(row)
    }),
    change: Effect.fn("AccountAdmin.change")(function* (id, { active, name, prepaid }) {
      const now = yield* Clock.currentTimeMillis
      return yield* change(
        Effect.gen(function* () {
          const before = yield* rowOf(id)
          const after: AccountRow = {
            ...before,
            name: name ?? before.name,
            active: active ?? before.active,
            prepaid: prepaid ?? before.prepaid,
            updated_at: now
          }
          yield* accounts.replace(after)
          yield* audit.append({
            action: before.active && !after.active ? "account.deactivate" : "account.change",
            target: id,
            accountId: id,
            detail: { name: after.name, active: after.active, prepaid: after.prepaid }
          })
          return Account.fromRow(after)
        })
      )
    })
  })
})
