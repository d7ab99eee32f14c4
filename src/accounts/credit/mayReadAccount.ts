import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { CurrentUser } from "../../platform/Caller.ts"
import type { AccountId } from "../AccountId.ts"

/**
 * Whether there is such an account, and whoever asks may read what it has and did: its own, one it is a member of, or any with the scope
 * admin.
 */
export const makeMayReadAccount = (sql: SqlClient.SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Struct({ account: Schema.String, user: Schema.String }),
    Result: Schema.Struct({ member: Schema.NullOr(Schema.String) }),
    execute: ({ account, user }) => sql`
      SELECT account_members.user_id AS member FROM accounts
      LEFT JOIN account_members ON account_members.account_id = accounts.id AND account_members.user_id = ${user}
      WHERE accounts.id = ${account}`
  })
  return Effect.fnUntraced(function* (account: AccountId) {
    const { accountId, scopes, userId } = yield* CurrentUser
    const [found] = yield* Effect.orDie(find({ account, user: userId ?? "" }))
    return found !== undefined && (scopes.has("admin") || accountId === account || found.member !== null)
  })
}
