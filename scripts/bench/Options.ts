// What a benchmark is told to do.
import type { Method } from "./Requests.ts"
import type { ScenarioName } from "./Scenario.ts"

/** All of it; times in seconds. */
export interface BenchOptions {
  readonly rounds: number
  /** Measured in each run. */
  readonly seconds: number
  /** Before it. */
  readonly warmUp: number
  /** Of the scenarios that do not fix it. */
  readonly connections: number
  /** Of the bank in SQLite. */
  readonly rows: number
  readonly method: Method
  /** Rounds of "calls", which are short. */
  readonly callRounds: number
  /** Of each kind in each of them. */
  readonly calls: number
  /** At the same time. */
  readonly streams: number
  readonly only: ReadonlyArray<ScenarioName>
  /** Where the JSON goes, absolute; standard output without it. */
  readonly json: string | undefined
  /** Where the CPU profiles go, absolute; none are made without it. */
  readonly profiles: string | undefined
}
