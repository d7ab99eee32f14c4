import { Effect } from "effect"
import { LiveSettings } from "../../src/platform/settings/LiveSettings.ts"
import { storedCell } from "../../src/platform/settings/storedOverlay.ts"

/** Changes settings as `PATCH /api/v1/settings` does, without storing them; what was changed before goes back. */
export const changeLive = (values: Readonly<Record<string, unknown>>) =>
  Effect.gen(function* () {
    const live = yield* LiveSettings
    const cells = Object.entries(values).map(([path, value]) => {
      const cell = storedCell(path, JSON.stringify(value))
      if (cell === undefined) throw new Error(`${path} cannot be changed while running`)
      return cell
    })
    yield* live.turnTo("settings", { cells, problems: [] }, Effect.void)
  }).pipe(Effect.orDie)
