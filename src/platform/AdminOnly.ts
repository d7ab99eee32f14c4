import { Schema } from "effect"
import { ProblemDetails } from "effect/http"
import { HttpApiError, HttpApiMiddleware, HttpApiSchema, HttpApiSecurity, OpenApi } from "effect/http-api"

/** The request has no admin key, or not the right one. `detail` says what to send. */
export class AdminKeyRequired extends HttpApiError.Problem<AdminKeyRequired>()(
  "AdminKeyRequired",
  { type: ProblemDetails.blankType, status: 401, title: "Unauthorized" },
  { detail: Schema.String, request_id: Schema.String }
) {}

// A 401 has to name the scheme that would do (RFC 9110, 15.5.2).
const AdminKeyChallenge = AdminKeyRequired.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: AdminKeyRequired, headers: { "www-authenticate": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "www-authenticate": "Bearer" } })
    }
  )
)

/** Lets a request through to a route only with the admin key: `Authorization: Bearer <key>`. */
export class AdminOnly extends HttpApiMiddleware.Service<AdminOnly>()("siku/platform/AdminOnly", {
  error: AdminKeyChallenge,
  security: {
    adminKey: HttpApiSecurity.bearer.pipe(
      HttpApiSecurity.annotate(
        OpenApi.Description,
        "The admin key: the setting security.admin_key, else the one printed at the first start."
      )
    )
  }
}) {}
