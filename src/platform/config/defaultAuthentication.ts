import { exposedBy } from "./exposedBy.ts"
import { cellKey, type SettingCells } from "./SettingCells.ts"
import type { DecodedSettings } from "./Settings.ts"

const key = cellKey(["security", "authentication"])

/**
 * Where nobody says who needs a key, and the settings say that others come to the service, everybody does: what a proxy on this machine
 * passes on may look as if it came from here.
 */
export const withDefaultAuthentication = (
  cells: SettingCells,
  settings: DecodedSettings
): { readonly cells: SettingCells; readonly settings: DecodedSettings } => {
  const cell = cells.get(key)
  const why = exposedBy(settings.server)
  if (cell?.layer !== "default" || why === undefined) return { cells, settings }
  return {
    cells: new Map(cells).set(key, { ...cell, value: "required", source: `default, since ${why}` }),
    settings: { ...settings, security: { ...settings.security, authentication: "required" } }
  }
}
