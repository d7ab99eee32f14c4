import type { Finding, RouteTally } from "./Findings.ts"
import type { MemoryFinding, MemorySample } from "./Memory.ts"

/** What came of a run. */
export interface Report {
  readonly seed: number
  readonly requests: number
  readonly seconds: number
  readonly routes: ReadonlyArray<RouteTally>
  readonly findings: ReadonlyArray<Finding>
  /** What the log of the service tells of, and its end where that came too early. */
  readonly defects: ReadonlyArray<{ readonly what: string; readonly line: string }>
  /** Undefined where there were too few samples. */
  readonly memory: MemoryFinding | undefined
  readonly samples: ReadonlyArray<MemorySample>
}

/** How many kinds of faults there are. */
export const wrongIn = ({ defects, findings, memory }: Report): number =>
  findings.length + defects.length + (memory?.isGrowing === true ? 1 : 0)
