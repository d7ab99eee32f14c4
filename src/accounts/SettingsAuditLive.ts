import { Effect, Layer } from "effect"
import { SettingsAudit } from "../platform/settings/SettingsAudit.ts"
import { AuditLog } from "./AuditLog.ts"

/** Writes every changed setting into the audit log: `setting.change`, or `setting.reset` where it went back to the configuration. */
export const layer: Layer.Layer<never, never, AuditLog> = Layer.effect(
  SettingsAudit,
  Effect.map(
    AuditLog,
    ({ append }) =>
      (changes, revision) =>
        Effect.forEach(
          changes,
          ({ from, isReset, path, to }) =>
            append({
              action: isReset ? "setting.reset" : "setting.change",
              target: path,
              detail: { from, to, revision }
            }),
          { discard: true }
        )
  )
)
