import type { ConfigProblem } from "./ConfigProblems.ts"
import { exposedBy } from "./exposedBy.ts"
import { cellKey, problemWith, type SettingCells } from "./SettingCells.ts"
import type { DecodedSettings } from "./Settings.ts"

/** What others can reach and nobody needs a key for would be used by all of them, at the cost of whoever runs it. */
export const exposedToAll = (
  cells: SettingCells,
  { security, server }: Pick<DecodedSettings, "security" | "server">
): ReadonlyArray<ConfigProblem> => {
  const cell = cells.get(cellKey(["security", "authentication"]))
  const why = exposedBy(server)
  if (security.authentication !== "off" || cell === undefined || why === undefined) return []
  return [
    {
      ...problemWith(cell),
      allowed: `"local" or "required", for ${why}`,
      remedy:
        "give a key to whoever asks from elsewhere (a proxy that knows who may come can send one itself), or keep it to this machine: server.host 127.0.0.1, no server.public_url and no server.trusted_proxies"
    }
  ]
}
