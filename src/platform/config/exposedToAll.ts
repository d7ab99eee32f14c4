import { isLoopbackHost } from "../loopback.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { cellKey, problemWith, type SettingCells } from "./SettingCells.ts"
import type { DecodedSettings } from "./Settings.ts"

/** What others can reach and nobody needs a key for would be used by all of them, at the cost of whoever runs it. */
export const exposedToAll = (
  cells: SettingCells,
  { security, server }: Pick<DecodedSettings, "security" | "server">
): ReadonlyArray<ConfigProblem> => {
  const cell = cells.get(cellKey(["security", "authentication"]))
  if (security.authentication !== "off" || cell === undefined || isLoopbackHost(server.host)) return []
  return [
    {
      ...problemWith(cell),
      allowed: `"local" or "required", for other machines reach Siku at ${server.host}`,
      remedy:
        'take "local" and give a key to whoever asks from elsewhere, or listen on this machine only: server.host 127.0.0.1'
    }
  ]
}
