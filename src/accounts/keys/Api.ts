import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { Scope } from "../../platform/Caller.ts"
import { ForbiddenProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { AccountId } from "../AccountId.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { Name, next, pageOf, Time } from "../fields.ts"
import { UserId } from "../UserId.ts"

const Limit = Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000_000 }))).annotate({
  description: "null is as the settings say; 0, which takes the scope admin, is no limit."
})
const Scopes = Schema.Array(Scope).check(Schema.isMinLength(1), Schema.isMaxLength(Scope.literals.length))
const Models = Schema.NullOr(
  Schema.Array(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255))).check(Schema.isMaxLength(100))
).annotate({ description: "The models that may be named with the key; null is all." })
const Expiry = Schema.NullOr(Time)

export const KeyView = Schema.Struct({
  id: ApiKeyId,
  account_id: Schema.NullOr(AccountId).annotate({ description: "null is the house: whoever runs the service." }),
  user_id: Schema.NullOr(UserId).annotate({ description: "Who made it; null where that was with the admin key." }),
  name: Schema.String,
  prefix: Schema.String.annotate({ description: "How the key begins." }),
  scopes: Schema.Array(Scope),
  models: Models,
  per_minute: Schema.NullOr(Schema.Int),
  per_hour: Schema.NullOr(Schema.Int),
  concurrency: Schema.NullOr(Schema.Int),
  expires_at: Expiry,
  revoked_at: Schema.NullOr(Time),
  last_used_at: Schema.NullOr(Time).annotate({ description: "To within some minutes." }),
  created_at: Time
}).annotate({ identifier: "ApiKey" })

const Keys = Schema.Struct({ keys: Schema.Array(KeyView), next }).annotate({ identifier: "ApiKeys" })

export const NewKey = Schema.Struct({
  name: Name,
  scopes: Scopes,
  models: Schema.optionalKey(Models),
  per_minute: Schema.optionalKey(Limit),
  per_hour: Schema.optionalKey(Limit),
  concurrency: Schema.optionalKey(Limit),
  expires_at: Schema.optionalKey(Expiry)
}).annotate({ identifier: "NewApiKey", description: "Nobody gives a key more scopes than they have." })

const KeyCreated = Schema.Struct({
  ...KeyView.fields,
  key: Schema.String.annotate({ description: "The key itself. Only this reply has it: keep it." })
}).annotate({ identifier: "ApiKeyCreated" })

export const KeyChange = Schema.Struct({
  name: Schema.optionalKey(Name),
  scopes: Schema.optionalKey(Scopes),
  models: Schema.optionalKey(Models),
  per_minute: Schema.optionalKey(Limit),
  per_hour: Schema.optionalKey(Limit),
  concurrency: Schema.optionalKey(Limit),
  expires_at: Schema.optionalKey(Expiry)
}).annotate({ identifier: "ApiKeyChange", description: "What is left out stays as it is." })

const ofAccount = { account_id: AccountId }
const oneOfAccount = { account_id: AccountId, key_id: ApiKeyId }
const ofHouse = { key_id: ApiKeyId }
const accountPath = "/api/v1/accounts/:account_id/keys"
const path = "/api/v1/keys"
const errors = [ForbiddenProblem, NotFoundProblem] as const

/** Keys of accounts, and of the house; who may do what is in `policies.ts`. */
export const KeysApi = HttpApiGroup.make("keys")
  .add(
    HttpApiEndpoint.get("listAccountKeys", accountPath, {
      params: ofAccount,
      query: pageOf(ApiKeyId),
      success: Keys,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "Keys of an account, the newest first; a member's own, all for an owner")
  )
  .add(
    HttpApiEndpoint.post("createAccountKey", accountPath, {
      params: ofAccount,
      payload: NewKey,
      success: KeyCreated.pipe(HttpApiSchema.status(201)),
      error: errors
    }).annotate(OpenApi.Summary, "Make a key of an account, shown only this once")
  )
  .add(
    HttpApiEndpoint.get("readAccountKey", `${accountPath}/:key_id`, {
      params: oneOfAccount,
      success: KeyView,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "One key of an account")
  )
  .add(
    HttpApiEndpoint.patch("changeAccountKey", `${accountPath}/:key_id`, {
      params: oneOfAccount,
      payload: KeyChange,
      success: KeyView,
      error: errors
    }).annotate(OpenApi.Summary, "Change what a key of an account may do")
  )
  .add(
    HttpApiEndpoint.delete("revokeAccountKey", `${accountPath}/:key_id`, {
      params: oneOfAccount,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "End a key of an account for good")
  )
  .add(
    HttpApiEndpoint.get("listKeys", path, {
      query: pageOf(ApiKeyId),
      success: Keys,
      error: ForbiddenProblem
    })
      .annotate(OpenApi.Summary, "Keys of the house, the newest first")
      .annotate(RequiredScope, "admin")
  )
  .add(
    HttpApiEndpoint.post("createKey", path, {
      payload: NewKey,
      success: KeyCreated.pipe(HttpApiSchema.status(201)),
      error: ForbiddenProblem
    })
      .annotate(OpenApi.Summary, "Make a key of the house, shown only this once")
      .annotate(RequiredScope, "admin")
  )
  .add(
    HttpApiEndpoint.get("readKey", `${path}/:key_id`, { params: ofHouse, success: KeyView, error: errors })
      .annotate(OpenApi.Summary, "One key of the house")
      .annotate(RequiredScope, "admin")
  )
  .add(
    HttpApiEndpoint.patch("changeKey", `${path}/:key_id`, {
      params: ofHouse,
      payload: KeyChange,
      success: KeyView,
      error: errors
    })
      .annotate(OpenApi.Summary, "Change what a key of the house may do")
      .annotate(RequiredScope, "admin")
  )
  .add(
    HttpApiEndpoint.delete("revokeKey", `${path}/:key_id`, { params: ofHouse, error: errors })
      .annotate(OpenApi.Summary, "End a key of the house for good")
      .annotate(RequiredScope, "admin")
  )
  .annotate(RequiredScope, "any")
  .annotateMerge(
    OpenApi.annotations({
      title: "Keys",
      description:
        "Keys by which programs ask. The calls of an account's keys are the account's; those of the house are nobody's."
    })
  )
