import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { ConflictProblem, ForbiddenProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { AccountId } from "../AccountId.ts"
import { Name, next, pageOf, Time } from "../fields.ts"
import { UserId } from "../UserId.ts"
import { Role } from "./memberRows.ts"

const prepaid = Schema.Boolean.annotate({
  description:
    "Whether calls are paid from the balance, and none is made that it does not cover; else there is no limit."
})

export const AccountView = Schema.Struct({
  id: AccountId,
  name: Schema.String,
  active: Schema.Boolean.annotate({ description: "The keys of an account that is not active are refused." }),
  prepaid,
  balance: Schema.Int.annotate({ description: "In micro-USD." }),
  held: Schema.Int.annotate({ description: "Of the balance, what calls under way may still cost." }),
  created_at: Time,
  updated_at: Time
}).annotate({ identifier: "Account" })

const Accounts = Schema.Struct({ accounts: Schema.Array(AccountView), next }).annotate({ identifier: "Accounts" })

const NewAccount = Schema.Struct({
  name: Name,
  prepaid: Schema.optionalKey(prepaid),
  owner: Schema.optionalKey(UserId)
}).annotate({ identifier: "NewAccount" })

const AccountChange = Schema.Struct({
  name: Schema.optionalKey(Name),
  active: Schema.optionalKey(Schema.Boolean),
  prepaid: Schema.optionalKey(prepaid)
}).annotate({
  identifier: "AccountChange",
  description: "What is left out stays as it is. Owners change the name; the rest takes the scope admin."
})

export const MemberView = Schema.Struct({
  user_id: UserId,
  name: Schema.String,
  email: Schema.String,
  active: Schema.Boolean,
  role: Role,
  created_at: Time
}).annotate({ identifier: "AccountMember" })

const MemberList = Schema.Struct({ members: Schema.Array(MemberView), next }).annotate({ identifier: "AccountMembers" })
const MemberRole = Schema.Struct({ role: Role }).annotate({
  identifier: "AccountRole",
  description: "An owner manages the account, its members and keys; a member reads the account and has keys of its own."
})

const params = { account_id: AccountId }
const memberParams = { account_id: AccountId, user_id: UserId }
const path = "/api/v1/accounts"

/** Accounts and who belongs to them; who may do what is in `policies.ts`. */
export const AccountsApi = HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.get("listAccounts", path, { query: pageOf(AccountId), success: Accounts }).annotate(
      OpenApi.Summary,
      "The accounts that whoever asks may see, the newest first"
    )
  )
  .add(
    HttpApiEndpoint.post("createAccount", path, {
      payload: NewAccount,
      success: AccountView.pipe(HttpApiSchema.status(201)),
      error: [ForbiddenProblem, NotFoundProblem]
    }).annotate(OpenApi.Summary, "Make an account")
  )
  .add(
    HttpApiEndpoint.get("readAccount", `${path}/:account_id`, {
      params,
      success: AccountView,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "One account")
  )
  .add(
    HttpApiEndpoint.patch("changeAccount", `${path}/:account_id`, {
      params,
      payload: AccountChange,
      success: AccountView,
      error: [ForbiddenProblem, NotFoundProblem]
    }).annotate(OpenApi.Summary, "Rename an account, deactivate it, or set how it pays")
  )
  .add(
    HttpApiEndpoint.get("listMembers", `${path}/:account_id/members`, {
      params,
      query: pageOf(UserId),
      success: MemberList,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "Who belongs to an account")
  )
  .add(
    HttpApiEndpoint.put("putMember", `${path}/:account_id/members/:user_id`, {
      params: memberParams,
      payload: MemberRole,
      success: MemberView,
      error: [ForbiddenProblem, NotFoundProblem, ConflictProblem]
    }).annotate(OpenApi.Summary, "Make a user a member or an owner")
  )
  .add(
    HttpApiEndpoint.delete("removeMember", `${path}/:account_id/members/:user_id`, {
      params: memberParams,
      error: [ForbiddenProblem, NotFoundProblem, ConflictProblem]
    }).annotate(OpenApi.Summary, "Take a user out of an account, or leave it; the keys it made there are revoked")
  )
  .annotate(RequiredScope, "any")
  .annotateMerge(
    OpenApi.annotations({
      title: "Accounts",
      description: "Who owns the keys and the credit, and who belongs to them."
    })
  )
