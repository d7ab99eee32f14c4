// The paths a benchmark in another process steers the upstream with.
import * as Schema from "effect/Schema"
import type { Director } from "./Behaviour.ts"
import type { UpstreamStats } from "./Ledger.ts"
import { jsonWire } from "./Wire.ts"
import type { Wire } from "./Wire.ts"

/** What can be steered from outside. */
export interface Steering {
  readonly stats: () => UpstreamStats
  readonly configure: Director["configure"]
  readonly reset: () => void
}

const Changes = Schema.Struct({
  latencyMs: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.Tuple([Schema.Finite, Schema.Finite])])),
  chunkDelayMs: Schema.optionalKey(Schema.Finite),
  faultRates: Schema.optionalKey(Schema.Record(Schema.String, Schema.Finite)),
  seed: Schema.optionalKey(Schema.Finite)
})

// A misspelt name would otherwise be a benchmark of something else.
const decodeChanges = Schema.decodeUnknownSync(Changes, { onExcessProperty: "error" })

/** The reply to a control path, or undefined for any other. Each answers with the counters as they are then. */
export const controlWire = (method: string, path: string, body: unknown, steering: Steering): Wire | undefined => {
  switch (`${method} ${path}`) {
    case "GET /__stats":
      return jsonWire(200, steering.stats())
    case "POST /__reset":
      steering.reset()
      return jsonWire(200, steering.stats())
    case "POST /__configure":
      try {
        steering.configure(decodeChanges(body))
        return jsonWire(200, steering.stats())
      } catch (error) {
        return jsonWire(400, { error: { message: error instanceof Error ? error.message : String(error) } })
      }
    default:
      return undefined
  }
}
