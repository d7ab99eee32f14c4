import { Effect } from "effect"
import { statOf } from "../bench/Stat.ts"
import { adminKey, measureRun, mistakesOf, questionWith, type Run, startMeasured } from "./measure.ts"
import type { ProtectionOptions } from "./ProtectionOptions.ts"

/** Of the same request: with nothing around it, and with all that there is. */
const kinds = [
  {
    name: "without",
    settings: { SIKU_RATE_LIMIT_ENABLED: "false", SIKU_LOGGING_LEVEL: "error" },
    headers: ""
  },
  {
    name: "with",
    settings: {
      SIKU_RATE_LIMIT_PER_MINUTE: "1000000",
      SIKU_RATE_LIMIT_PER_HOUR: "100000000",
      SIKU_LOGGING_LEVEL: "info",
      SIKU_LOGGING_FORMAT: "json"
    },
    headers: `authorization: Bearer ${adminKey}\r\n`
  }
] as const

/** What a credential, limits and a log line cost an answer from memory. */
export const costPart = Effect.fnUntraced(function* (options: ProtectionOptions) {
  const servers = yield* Effect.forEach(kinds, ({ headers, name, settings }) =>
    Effect.map(startMeasured(settings), (server) => ({ name, server, request: questionWith(headers) }))
  )
  const runs: Array<{ readonly name: string; readonly run: Run }> = []
  for (let round = 0; round < options.rounds; round++)
    for (const { name, request, server } of servers)
      runs.push({ name, run: yield* measureRun(server, request, options) })
  const median = (name: string, of: (run: Run) => number) =>
    statOf(runs.filter((each) => each.name === name).map(({ run }) => of(run)))?.median ?? NaN
  const lines = kinds.map(
    ({ name }) =>
      `${name}: ${median(name, ({ cpuPerRequest }) => cpuPerRequest).toFixed(1)} µs of CPU per request, ` +
      `${median(name, ({ load }) => (1000 * load.right) / load.millis).toFixed(0)} per second, ` +
      `p99 ${median(name, ({ load }) => load.latency.quantile(0.99)).toFixed(2)} ms`
  )
  return { lines, problems: runs.flatMap(({ run }) => mistakesOf(run)) }
})
