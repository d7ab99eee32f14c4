import { Effect, Layer, Redacted } from "effect"
import { AdminKeyRequired, AdminOnly } from "../platform/AdminOnly.ts"
import { RequestId } from "../platform/RequestContext.ts"
import { AdminKey } from "./AdminKey.ts"

/** Asks `AdminKey` about the key of every request to a management route. */
export const layer: Layer.Layer<AdminOnly, never, AdminKey> = Layer.effect(
  AdminOnly,
  Effect.map(AdminKey, ({ isValid }) =>
    AdminOnly.of({
      adminKey: Effect.fnUntraced(function* (handler, { credential }) {
        const key = Redacted.value(credential)
        if (yield* isValid(key)) return yield* handler
        return yield* new AdminKeyRequired({
          detail: `${key === "" ? missing : wrong} ${remedy}`,
          request_id: yield* RequestId
        })
      })
    })
  )
)

const missing = "This address needs the admin key, in the header Authorization: Bearer <admin key>."
const wrong = "The key in the Authorization header is not the admin key."
const remedy =
  "It is SIKU_SECURITY_ADMIN_KEY where that is set, else the key that Siku printed at its first start; if that one is lost, set SIKU_SECURITY_ADMIN_KEY and start Siku again."
