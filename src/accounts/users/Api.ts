import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import {
  ConflictProblem,
  ForbiddenProblem,
  InvalidProblem,
  NotFoundProblem,
  TooManyRequestsProblem,
  UnavailableProblem
} from "../../platform/Problems.ts"
import { RequiredScope } from "../../platform/Access.ts"
import { AccountId } from "../AccountId.ts"
import { Age, Email, Name, next, pageOf, Password, Time } from "../fields.ts"
import { UserId } from "../UserId.ts"

export const UserView = Schema.Struct({
  id: UserId,
  email: Schema.String.annotate({ description: "In small letters." }),
  name: Schema.String,
  age: Schema.NullOr(Schema.Int),
  admin: Schema.Boolean.annotate({ description: "Whether the user may manage everything." }),
  active: Schema.Boolean.annotate({ description: "Whether the user may log in." }),
  created_at: Time,
  updated_at: Time
}).annotate({ identifier: "User" })

const Users = Schema.Struct({ users: Schema.Array(UserView), next }).annotate({ identifier: "Users" })

const NewUser = Schema.Struct({
  email: Email,
  name: Name,
  age: Schema.optionalKey(Schema.NullOr(Age)),
  password: Password,
  admin: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "NewUser", description: "The password has 8 to 1000 characters." })

const UserCreated = Schema.Struct({
  ...UserView.fields,
  account_id: AccountId.annotate({ description: "The user's own account, which has its name." })
}).annotate({ identifier: "UserCreated" })

const UserChange = Schema.Struct({
  email: Schema.optionalKey(Email),
  name: Schema.optionalKey(Name),
  age: Schema.optionalKey(Schema.NullOr(Age)),
  password: Schema.optionalKey(Password),
  admin: Schema.optionalKey(Schema.Boolean),
  active: Schema.optionalKey(Schema.Boolean)
}).annotate({
  identifier: "UserChange",
  description: "What is left out stays as it is. Another password ends every login that the user has."
})

const OwnChange = Schema.Struct({
  name: Schema.optionalKey(Name),
  age: Schema.optionalKey(Schema.NullOr(Age)),
  password: Schema.optionalKey(Password),
  old_password: Schema.optionalKey(Password)
}).annotate({
  identifier: "OwnChange",
  description:
    "What is left out stays as it is. Another password takes the old one, and ends every login, this one too."
})

const params = { user_id: UserId }
const path = "/api/v1/users"

/** Users; who may do what is in `policies.ts`. */
export const UsersApi = HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("listUsers", path, {
      query: pageOf(UserId),
      success: Users,
      error: ForbiddenProblem
    }).annotate(OpenApi.Summary, "Users, the newest first")
  )
  .add(
    HttpApiEndpoint.post("createUser", path, {
      payload: NewUser,
      success: UserCreated.pipe(HttpApiSchema.status(201)),
      error: [ForbiddenProblem, ConflictProblem, UnavailableProblem]
    }).annotate(OpenApi.Summary, "Make a user, with an account of its own")
  )
  .add(
    HttpApiEndpoint.get("readMe", `${path}/me`, {
      success: UserView,
      error: [ForbiddenProblem, NotFoundProblem]
    }).annotate(OpenApi.Summary, "Who is logged in")
  )
  .add(
    HttpApiEndpoint.patch("changeMe", `${path}/me`, {
      payload: OwnChange,
      success: UserView,
      error: [ForbiddenProblem, NotFoundProblem, InvalidProblem, TooManyRequestsProblem, UnavailableProblem]
    }).annotate(OpenApi.Summary, "Change one's own name, age or password")
  )
  .add(
    HttpApiEndpoint.get("readUser", `${path}/:user_id`, {
      params,
      success: UserView,
      error: [ForbiddenProblem, NotFoundProblem]
    }).annotate(OpenApi.Summary, "One user; oneself, or any for administrators")
  )
  .add(
    HttpApiEndpoint.patch("changeUser", `${path}/:user_id`, {
      params,
      payload: UserChange,
      success: UserView,
      error: [ForbiddenProblem, NotFoundProblem, ConflictProblem, UnavailableProblem]
    }).annotate(OpenApi.Summary, "Change a user, deactivate it or activate it again")
  )
  .add(
    HttpApiEndpoint.delete("deactivateUser", `${path}/:user_id`, {
      params,
      error: [ForbiddenProblem, NotFoundProblem]
    }).annotate(OpenApi.Summary, "Deactivate a user: its logins end and its keys are refused; nothing is deleted")
  )
  .annotate(RequiredScope, "any")
  .annotateMerge(
    OpenApi.annotations({ title: "Users", description: "People with a login. Each has an account of its own." })
  )
