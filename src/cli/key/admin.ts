import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Redacted, References, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { findAdminKey, renewAdminKey } from "../../accounts/AdminKey.ts"
import { AuditLog } from "../../accounts/AuditLog.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import * as Sql from "../../platform/Sql.ts"
import { say, timeText } from "../identity/show.ts"
import { configuration } from "../root.ts"

/** The admin key is the setting's: one that is made would not count. */
class AdminKeyIsSet extends Schema.TaggedError<AdminKeyIsSet>()("AdminKeyIsSet", {}) {
  override get message(): string {
    return "the admin key is the one of the setting security.admin_key (SIKU_SECURITY_ADMIN_KEY): change it there, or take it out to use one that Siku makes"
  }
}

const store = AuditLog.layer.pipe(
  Layer.provideMerge(Sql.layer),
  Layer.provideMerge(configuration),
  Layer.provideMerge(NodeServices.layer),
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "Warn" as const)),
  Layer.provideMerge(Layer.succeed(RequestId, "cli"))
)

export const adminKey = Command.make(
  "admin",
  {
    isNew: Flag.Boolean("new").pipe(
      Flag.withDescription("Makes another admin key and shows it once; the one before ends within five seconds."),
      Flag.withDefault(false)
    )
  },
  Effect.fn("cli.key.admin")(function* ({ isNew }) {
    const { security } = yield* AppConfig
    if (security.adminKey !== undefined) {
      if (isNew) return yield* new AdminKeyIsSet()
      return yield* say("The admin key is the one of the setting security.admin_key.")
    }
    if (isNew) {
      const key = yield* renewAdminKey
      yield* (yield* AuditLog).append({ action: "admin_key.renew", target: "admin key" })
      return yield* say(`The new admin key, shown only this once:\n${Redacted.value(key)}`)
    }
    const found = yield* Effect.orDie(findAdminKey)
    yield* say(
      found === undefined
        ? "There is no admin key yet: the first start makes one and shows it."
        : `The admin key was made ${timeText(found.created_at, "")}, and ${found.sealed === null ? "has been shown. Is it lost? siku key admin --new makes another." : "has not been shown yet: the next start shows it."}`
    )
  }, Effect.provide(store))
).pipe(Command.withDescription("Says whether there is an admin key, or makes another where it is lost."))
