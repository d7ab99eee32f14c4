import { Effect, Schema } from "effect"
import { statOf } from "../bench/Stat.ts"
import { adminKey, measureRun, mistakesOf, questionWith, type Run, startMeasured } from "./measure.ts"
import type { ProtectionOptions } from "./ProtectionOptions.ts"

/** Of the same request: with nothing around it, and with all that there is. */
const kinds = [
  {
    name: "without",
    settings: { SIKU_RATE_LIMIT_ENABLED: "false", SIKU_LOGGING_LEVEL: "error" },
    withKey: false
  },
  {
    name: "with",
    settings: {
      SIKU_RATE_LIMIT_PER_MINUTE: "1000000",
      SIKU_RATE_LIMIT_PER_HOUR: "100000000",
      SIKU_LOGGING_LEVEL: "info",
      SIKU_LOGGING_FORMAT: "json"
    },
    withKey: true
  }
] as const

/** What a credential, limits and a log line cost an answer from memory. */
export const costPart = Effect.fnUntraced(function* (options: ProtectionOptions) {
  const servers = yield* Effect.forEach(
    kinds,
    Effect.fnUntraced(function* ({ name, settings, withKey }) {
      const server = yield* startMeasured(settings)
      const headers = withKey ? `authorization: Bearer ${yield* makeKey(server.port)}\r\n` : ""
      return { name, server, request: questionWith(headers) }
    })
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
      `${median(name, perSecond).toFixed(0)} per second, ` +
      `p99 ${median(name, ({ load }) => load.latency.quantile(0.99)).toFixed(2)} ms`
  )
  const share = median("with", perSecond) / median("without", perSecond)
  lines.push(`With all of it, ${(share * 100).toFixed(0)} % of the throughput without; bound ${leastShare * 100} %.`)
  return { lines, problems: runs.flatMap(({ run }) => mistakesOf(run)) }
})

/** Least throughput with everything on, as a share of that without. */
const leastShare = 0.8

const perSecond = ({ load }: Run): number => (1000 * load.right) / load.millis

const Key = Schema.Struct({ key: Schema.String })

const makeKey = (port: number) =>
  Effect.promise(async (signal) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "of the measurement", scopes: ["ask"] }),
      signal
    })
    return reply.json()
  }).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Key)),
    Effect.map(({ key }) => key),
    Effect.orDie
  )
