// What a scenario is made of.
import type { BenchOptions } from "./Options.ts"

/** Requests and how many connections they come on. Sent to Siku and, the same bytes, to the raw server. */
export interface Workload {
  readonly connections: (options: BenchOptions) => number
  /** Whether the requests make model calls. */
  readonly isUpstreamBusy: boolean
  /** Sent one after the other, over and over. */
  readonly requests: (options: BenchOptions) => ReadonlyArray<Buffer>
}

/** The names for the command line and the JSON. "calls" has no requests: see the folder of that name. */
export const scenarioNames = ["raw", "memory", "memory-mix", "sqlite", "miss", "calls"] as const
export type ScenarioName = (typeof scenarioNames)[number]

/** How Siku is set up for a scenario, and what shows that it did what was meant. */
export interface SikuSetup {
  /** The tier that every answer must come from. */
  readonly source: "memory" | "bank" | "ai"
  /** Whether the bank has the generated questions; it has the starter bank otherwise. */
  readonly isSeeded: boolean
  /** Whether every question is asked once before anything is measured. */
  readonly isPrimed: boolean
  readonly environment: (options: BenchOptions) => Readonly<Record<string, string>>
  /** Where the model sets the pace: the most requests per second that its latency allows. Every request is one call. */
  readonly upstreamLimit?: number
}

/** One line of the result. Without a set-up of Siku it is the raw server alone. */
export interface Scenario {
  readonly name: ScenarioName
  readonly title: (options: BenchOptions) => string
  readonly workload: Workload
  readonly siku?: SikuSetup
}
