import type { Caller } from "../../platform/Caller.ts"
import type { RunRow } from "./RunRow.ts"

/** Who asked for a run, as much as is kept of them: whose it is, and who pays for it. */
export const ownerOf = ({
  account_id,
  key_id,
  user_id
}: Pick<RunRow, "account_id" | "key_id" | "user_id">): Caller => ({
  kind: key_id !== null ? "key" : user_id !== null ? "user" : "local",
  accountId: account_id,
  userId: user_id,
  keyId: key_id,
  scopes: new Set(["chat"]),
  models: null,
  limits: {}
})
