import { Effect, Layer } from "effect"
import { AppConfig } from "../config/AppConfig.ts"
import { findOpen, type OpenPath, rightsText } from "./privateFiles.ts"

const reasons: Record<OpenPath["state"], string> = {
  closable: "",
  "of somebody else": ", and belongs to somebody else, so Siku cannot close it",
  "holds other things":
    ", and holds more than Siku's files, so it is left to you to close it, or to give Siku a folder of its own"
}

/** Whatever of the home folder and the database others can still look into, in words. */
export const openPlaceText = ({ mode, path, state }: OpenPath): string =>
  `${path} is open to other users of this machine (mode ${rightsText(mode)})${reasons[state]}`

/** Says at the start what could not be closed to others. */
export const layer: Layer.Layer<never, never, AppConfig> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { database, home } = yield* AppConfig
    if (database.filename === ":memory:") return
    for (const open of yield* findOpen({ filename: database.filename, home }))
      yield* Effect.logWarning(openPlaceText(open))
  })
)
