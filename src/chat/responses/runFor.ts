import { Effect, Option } from "effect"
import { CurrentUser, mayName } from "../../platform/Caller.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import type { Catalog } from "../../providers/Catalog.ts"
import { settingsFor } from "../../thinking/presets.ts"
import { whoThinks } from "../../thinking/whoThinks.ts"
import type { Turn } from "../Turn.ts"
import { UnknownModel, Unsupported } from "../Turns.ts"
import { unsupportedAnywhere, unsupportedByRuns } from "../turns/refusals.ts"
import { runRequest } from "../turns/runRequest.ts"

/** What a turn in the background is to think through: only names that think have runs, which outlive their listeners. */
export const runFor = Effect.fnUntraced(function* (
  turn: Turn,
  { catalog, thinking }: { readonly catalog: Catalog["Service"]; readonly thinking: Settings["thinking"] }
) {
  const { effort, model, thinking: overrides } = turn
  if (!mayName(yield* CurrentUser, model)) return yield* new UnknownModel({ model })
  const found = settingsFor(thinking, {
    model,
    ...(effort === undefined ? {} : { effort }),
    ...(overrides === undefined ? {} : { overrides })
  })
  if (found === undefined) {
    if (Option.isNone(yield* catalog.find("chat", model))) return yield* new UnknownModel({ model })
    return yield* new Unsupported({
      option: "background",
      detail: `${model} is asked directly, which does not outlive its listener; use siku:<preset>@${model}.`
    })
  }
  const thinkers = yield* whoThinks(catalog, { model, through: found.through })
  if (thinkers === undefined) return yield* new UnknownModel({ model })
  const refusal = unsupportedAnywhere(turn) ?? unsupportedByRuns(turn)
  if (refusal !== undefined) return yield* new Unsupported(refusal)
  return { request: runRequest(turn, found.settings, thinkers.through), model: thinkers.model }
})
