import { Context, Effect, type Schema } from "effect"

/** One setting before and after a change; `null` where it is not set. */
export interface SettingChange {
  readonly path: string
  readonly from: Schema.Json
  readonly to: Schema.Json
  /** Whether it went back to the configuration. */
  readonly isReset: boolean
}

/**
 * Who writes changed settings down, inside their transaction: what is not written down was not done. The log of it belongs to the accounts,
 * which this room knows nothing of, so they put it here; without them nobody does.
 */
export const SettingsAudit = Context.Reference<
  (changes: ReadonlyArray<SettingChange>, revision: number) => Effect.Effect<void>
>("siku/platform/settings/SettingsAudit", { defaultValue: () => () => Effect.void })
