import { NodeServices } from "@effect/platform-node"
import { Clock, Effect, Layer, References, Result, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { AuditLog } from "../../accounts/AuditLog.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { findKeyOfDatabase, giveUpKey } from "../../platform/secrets/keyOfDatabase.ts"
import * as Sql from "../../platform/Sql.ts"
import { Vault } from "../../platform/Vault.ts"
import { say } from "../identity/show.ts"
import { refuseInUse } from "../refuseInUse.ts"
import { configuration } from "../root.ts"

/** The key is the right one, and nothing is lost. */
class KeyFits extends Schema.TaggedError<KeyFits>()("KeyFits", {}) {
  override get message(): string {
    return "the encryption key is the one that the database goes with: nothing is lost, and nothing was changed"
  }
}

const store = AuditLog.layer.pipe(
  Layer.provideMerge(Sql.layer),
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "Warn" as const)),
  Layer.provideMerge(Layer.succeed(RequestId, "cli"))
)

const look = Effect.gen(function* () {
  const { needsKey } = yield* findKeyOfDatabase
  yield* Effect.scoped(Layer.build(Vault.layerOfDatabase))
  yield* say(
    needsKey
      ? "The encryption key is the one that the database goes with. Keep a copy of it, apart from your backups."
      : "Nothing was encrypted before; from now on the database goes with this key. Keep a copy of it."
  )
})

const giveUp = Effect.gen(function* () {
  const opened = yield* Effect.result(Effect.scoped(Layer.build(Vault.layerOfDatabase)))
  if (Result.isSuccess(opened)) return yield* new KeyFits()
  // A key that cannot be read at the moment is not lost.
  if (opened.failure.why === "unusable") return yield* opened.failure
  const { keys, providers, signingKeys } = yield* giveUpKey(yield* Clock.currentTimeMillis)
  yield* (yield* AuditLog).append({
    action: "encryption_key.renew",
    target: "encryption key",
    detail: { keys, providers, signingKeys }
  })
  yield* say(
    [
      "The database goes with another encryption key from the next start on. What was lost with the old one:",
      `- stored keys of providers: ${providers} (enter them anew: PATCH /api/v1/providers/<id>)`,
      `- sk-siku- keys: ${keys} (make others: siku key create)`,
      "- logins: everybody has to log in again"
    ].join("\n")
  )
})

export const encryptionKey = Command.make(
  "encryption",
  {
    isNew: Flag.Boolean("new").pipe(
      Flag.withDescription(
        "Where the key is lost for good: gives up what was encrypted with it, and lets the database go with another."
      ),
      Flag.withDefault(false)
    )
  },
  Effect.fn("cli.key.encryption")(
    function* ({ isNew }) {
      if (!isNew) return yield* Effect.provide(look, store)
      // A server that runs has the lost key in memory, and would go on with it.
      yield* refuseInUse((yield* AppConfig).database.filename)
      return yield* Effect.provide(giveUp, store)
    },
    Effect.provide(Layer.merge(configuration, NodeServices.layer))
  )
).pipe(Command.withDescription("Says whether the encryption key fits the database, or gives a lost one up."))
