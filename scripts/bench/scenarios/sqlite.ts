import { generatedQuestion } from "../GeneratedQuestion.ts"
import type { BenchOptions } from "../Options.ts"
import { requestBytes } from "../Requests.ts"
import type { Scenario, Workload } from "../Scenario.ts"

const everyRow: Workload = {
  connections: ({ connections }) => connections,
  isUpstreamBusy: false,
  requests: ({ method, rows }) =>
    Array.from({ length: rows }, (_, index) => requestBytes(generatedQuestion(index), method))
}

// Memory forgets the oldest first, so what is asked in turn is never in memory if fewer answers fit than there are rows.
const defaultCapacity = 10_000
const cacheCapacity = ({ rows }: BenchOptions): number => Math.min(defaultCapacity, Math.floor(rows / 2))

/** Every request another question, answered from the bank in SQLite. */
export const sqlite: Scenario = {
  name: "sqlite",
  title: ({ rows }) => `SQLite hit, ${rows} rows`,
  workload: everyRow,
  siku: {
    source: "bank",
    isSeeded: true,
    isPrimed: false,
    environment: (options) => ({ SIKU_CACHE_CAPACITY: String(cacheCapacity(options)) })
  }
}
