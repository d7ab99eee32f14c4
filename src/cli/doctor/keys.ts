import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, Layer } from "effect"
import { findAdminKey } from "../../accounts/AdminKey.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import { keyRemedy } from "../../platform/KeyFile.ts"
import { findKeyOfDatabase } from "../../platform/secrets/keyOfDatabase.ts"
import { fits, Vault } from "../../platform/Vault.ts"
import { findingsOf, type Findings } from "./Finding.ts"

const home = findingsOf("home")
const settingsFindings = findingsOf("settings")

/**
 * Whether the encryption key is there and the one that the database goes with, and whether the admin key was shown. `database` is where that can
 * be read, if it can.
 */
export const examineKeys = Effect.fn("doctor.keys")(
  function* (settings: Settings, database: string | undefined, hasKey: boolean) {
    const notYet = home.ok("encryption.key is not there yet: it is made when it is needed")
    if (database === undefined) return hasKey ? [] : [notYet]
    const { found, needsKey, samples } = yield* Effect.all({ found: findAdminKey, key: findKeyOfDatabase }).pipe(
      Effect.map(({ found, key }) => ({ found, ...key })),
      Effect.provide(SqliteClient.layer({ filename: database, readonly: true, disableWAL: true })),
      Effect.orDie
    )
    const admin =
      found?.sealed == null || settings.security.adminKey !== undefined
        ? []
        : [settingsFindings.warning("the admin key has not been shown to anybody yet", "start Siku: it shows it once")]
    if (!hasKey) {
      const gone = home.problem("encryption.key is gone, and the database holds what was encrypted with it", keyRemedy)
      return [needsKey ? gone : notYet, ...admin]
    }
    if (!needsKey) return admin
    const vault = yield* Effect.provide(Vault, Vault.layer.pipe(Layer.provide(Layer.succeed(AppConfig, settings))))
    return [
      (yield* fits(vault, samples))
        ? home.ok("the encryption key is the one that the database goes with")
        : home.problem("the encryption key is not the one that the database goes with", keyRemedy),
      ...admin
    ]
  },
  // What is wrong with the file itself is told where the home folder is looked at.
  Effect.catchTag("VaultUnavailable", () => Effect.succeed<Findings>([]))
)
