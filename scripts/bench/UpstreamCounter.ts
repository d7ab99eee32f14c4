// Counts the model calls that the upstream has got.
import { Effect, Schema } from "effect"

const decodeStats = Schema.decodeUnknownSync(Schema.Struct({ calls: Schema.Finite }))

const control = (port: number, path: string, method: string): Effect.Effect<number> =>
  Effect.promise(async (signal) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, signal })
    return decodeStats(await response.json()).calls
  })

/** Sets the count back to 0. */
export const resetCalls = (port: number): Effect.Effect<void> => Effect.asVoid(control(port, "/__reset", "POST"))

/** Calls since the last reset. */
export const countCalls = (port: number): Effect.Effect<number> => control(port, "/__stats", "GET")
