import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { AccountId } from "../AccountId.ts"
import { UserId } from "../UserId.ts"

/** An owner manages the account, its members and its keys; a member reads the account and manages the keys it has made there itself. */
export const Role = Schema.Literals(["owner", "member"])
export type Role = typeof Role.Type

const Pair = Schema.Struct({ accountId: AccountId, userId: UserId })
const Page = Schema.Struct({ accountId: AccountId, before: Schema.NullOr(UserId), limit: Schema.Int })

/** A user that belongs to an account. */
export const MemberRow = Schema.Struct({
  user_id: UserId,
  name: Schema.String,
  email: Schema.String,
  active: Schema.BooleanFromBit,
  role: Role,
  created_at: Schema.Finite
})
export type MemberRow = typeof MemberRow.Type

/** The statements about who belongs to an account. */
export const makeMemberRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const roleOf = SqlSchema.findAll({
    Request: Pair,
    Result: Schema.Struct({ role: Role }),
    execute: ({ accountId, userId }) =>
      sql`SELECT role FROM account_members WHERE account_id = ${accountId} AND user_id = ${userId}`
  })
  const otherOwners = SqlSchema.findAll({
    Request: Pair,
    Result: Schema.Struct({ user_id: UserId }),
    execute: ({ accountId, userId }) => sql`
      SELECT user_id FROM account_members
      WHERE account_id = ${accountId} AND user_id <> ${userId} AND role = 'owner' LIMIT 1`
  })
  const members = sql.literal(
    "SELECT m.user_id, u.name, u.email, u.active, m.role, m.created_at FROM account_members m JOIN users u ON u.id = m.user_id"
  )
  const one = SqlSchema.findAll({
    Request: Pair,
    Result: MemberRow,
    execute: ({ accountId, userId }) => sql`${members} WHERE m.account_id = ${accountId} AND m.user_id = ${userId}`
  })
  const page = SqlSchema.findAll({
    Request: Page,
    Result: MemberRow,
    execute: ({ accountId, before, limit }) => sql`
      ${members} WHERE m.account_id = ${accountId} AND ${before === null ? sql`1 = 1` : sql`m.user_id < ${before}`}
      ORDER BY m.user_id DESC LIMIT ${sql.literal(String(limit))}`
  })

  return {
    roleOf: (accountId: AccountId, userId: UserId) => Effect.map(roleOf({ accountId, userId }), ([row]) => row?.role),
    /** Whether anybody but this user owns the account. */
    hasOtherOwner: (accountId: AccountId, userId: UserId) =>
      Effect.map(otherOwners({ accountId, userId }), (rows) => rows.length > 0),
    find: (accountId: AccountId, userId: UserId) => Effect.map(one({ accountId, userId }), ([row]) => row),
    /** The newest users first. */
    page,
    insert: (accountId: AccountId, userId: UserId, role: Role, now: number) =>
      sql`INSERT INTO account_members ${sql.insert({ account_id: accountId, user_id: userId, role, created_at: now })}`,
    setRole: (accountId: AccountId, userId: UserId, role: Role) =>
      sql`UPDATE account_members SET role = ${role} WHERE account_id = ${accountId} AND user_id = ${userId}`,
    remove: (accountId: AccountId, userId: UserId) =>
      sql`DELETE FROM account_members WHERE account_id = ${accountId} AND user_id = ${userId}`,
    /** Ends what the user has made there to ask with. */
    revokeKeys: (accountId: AccountId, userId: UserId, now: number) => sql`
      UPDATE api_keys SET revoked_at = ${now}
      WHERE account_id = ${accountId} AND user_id = ${userId} AND revoked_at IS NULL`
  }
})
