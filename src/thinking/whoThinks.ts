import { Effect, Option } from "effect"
import type { Catalog } from "../providers/Catalog.ts"
import { DEMO } from "../providers/demo/demoModel.ts"

/** Who is to think: the name to tell, and the one model that plays every part, where there is one. */
export interface Thinkers {
  readonly model: string
  readonly through: string | undefined
}

/**
 * Who thinks under a name; `undefined` where the model that it names is not there. Without any provider the scripted demo model plays all
 * parts under its own name, so that whoever has no key yet can try everything.
 */
export const whoThinks = (
  catalog: Catalog["Service"],
  { model, through }: Thinkers
): Effect.Effect<Thinkers | undefined> =>
  through === undefined
    ? Effect.map(catalog.forRole("thinker"), (found) =>
        Option.isSome(found) ? { model, through } : { model: DEMO, through: DEMO }
      )
    : Effect.map(catalog.find("fusion", through), (found) => (Option.isSome(found) ? { model, through } : undefined))
