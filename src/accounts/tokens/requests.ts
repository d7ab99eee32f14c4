// What may be sent to the token endpoints, as forms or as JSON.
import { Schema } from "effect"

const secret = (description: string) => Schema.optionalKey(Schema.String.annotate({ description }))

/** Everything a token is asked for with; which of it is needed, the grant says. */
export const TokenRequest = Schema.Struct({
  grant_type: Schema.String.annotate({ description: "password, refresh_token or client_credentials." }),
  username: Schema.optionalKey(Schema.String.annotate({ description: "password: the e-mail address." })),
  password: secret("password: the password."),
  refresh_token: secret("refresh_token: the last one that was given; it is good for one use."),
  client_id: Schema.optionalKey(
    Schema.String.annotate({ description: "client_credentials: the id of an API key; or by HTTP Basic." })
  ),
  client_secret: secret("client_credentials: the API key; or by HTTP Basic."),
  scope: Schema.optionalKey(
    Schema.String.annotate({
      description: "What the token is to be good for, separated by blanks; else all it can be."
    })
  ),
  account: Schema.optionalKey(
    Schema.String.annotate({ description: "password: the account that is to be used, else the one joined first." })
  )
}).annotate({ identifier: "TokenRequest" })
export type TokenRequest = typeof TokenRequest.Type

/** What is to be revoked (RFC 7009). */
export const RevokeRequest = Schema.Struct({
  token: Schema.String.annotate({ description: "An access token or a refresh token." }),
  token_type_hint: Schema.optionalKey(
    Schema.String.annotate({ description: "access_token or refresh_token; not needed." })
  )
}).annotate({ identifier: "RevokeRequest" })
export type RevokeRequest = typeof RevokeRequest.Type
