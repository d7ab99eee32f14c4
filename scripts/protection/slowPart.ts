import { once } from "node:events"
import { Effect } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import { startChild } from "../bench/Child.ts"
import { usageOf } from "../bench/ProcessUsage.ts"
import { statOf } from "../bench/Stat.ts"
import { openInspector } from "../fuzz/Inspector.ts"
import { measureRun, mistakesOf, questionWith, startMeasured, untilPrompt } from "./measure.ts"
import type { ProtectionOptions } from "./ProtectionOptions.ts"

/** Slow clients at a port, all connected once this is done, gone with the scope. */
const slowClients = Effect.fnUntraced(function* (port: number, count: number) {
  const child = yield* startChild(
    [process.execPath, projectFile("scripts", "protection", "slowClients.ts"), String(port), String(count)],
    { stdio: ["pipe", "pipe", "inherit"] }
  )
  const { stdout } = child
  if (stdout !== null) yield* Effect.promise(() => once(stdout, "data"))
})

interface Round {
  /** In milliseconds. */
  readonly p99Alone: number
  readonly p99Among: number
  readonly ratio: number
  readonly perSecondAlone: number
  readonly perSecondAmong: number
  /** Of the process, in megabytes. */
  readonly memoryAlone: number
  readonly memoryAmong: number
  /** A while after the slow clients have gone. */
  readonly memoryAfter: number
}

const megabyte = 1024 ** 2
// Between the heap after the first round and after the last one, of what is in use.
const mostGrowth = 16 * megabyte

/** What those who behave have to wait for while there are slow clients, against the same without them, run by run in turn. */
export const slowPart = Effect.fnUntraced(function* (options: ProtectionOptions) {
  const server = yield* startMeasured({})
  const { heapBytes } = yield* openInspector(server.inspector)
  const heaps: Array<number> = []
  const request = questionWith("")
  const rounds: Array<Round> = []
  const problems: Array<string> = []
  for (let round = 0; round < options.rounds; round++) {
    yield* untilPrompt(server.port)
    const without = yield* measureRun(server, request, options)
    const among = yield* Effect.scoped(
      slowClients(server.port, options.slow).pipe(
        Effect.andThen(untilPrompt(server.port)),
        Effect.andThen(measureRun(server, request, options))
      )
    )
    yield* untilPrompt(server.port)
    yield* Effect.sleep("2 seconds")
    const memoryAfter = (usageOf(server.pid)?.rssBytes ?? NaN) / megabyte
    // Not in between: it would make room that the process has to make by itself.
    if (round === 0 || round === options.rounds - 1) heaps.push(yield* heapBytes)
    const [alone, crowded] = [without, among].map(({ load }) => load.latency.quantile(0.99))
    rounds.push({
      p99Alone: alone ?? NaN,
      p99Among: crowded ?? NaN,
      ratio: (crowded ?? NaN) / (alone ?? NaN),
      perSecondAlone: (1000 * without.load.right) / without.load.millis,
      perSecondAmong: (1000 * among.load.right) / among.load.millis,
      memoryAlone: without.memory,
      memoryAmong: among.memory,
      memoryAfter
    })
    problems.push(...[without, among].flatMap(mistakesOf))
  }
  const median = (of: (round: Round) => number) => statOf(rounds.map(of))?.median ?? NaN
  const lines = [
    `${options.slow} slow clients, ${options.connections} others, ${options.rounds} rounds; p99 in ms, memory in MB`,
    ...rounds.map(
      (round) =>
        `  p99 ${round.p99Alone.toFixed(2)} alone, ${round.p99Among.toFixed(2)} among them: ${round.ratio.toFixed(2)}×; ` +
        `${round.perSecondAlone.toFixed(0)} and ${round.perSecondAmong.toFixed(0)} per second; ` +
        `memory ${round.memoryAlone.toFixed(0)} and ${round.memoryAmong.toFixed(0)}, ${round.memoryAfter.toFixed(0)} after them`
    ),
    `  median: ${median(({ ratio }) => ratio).toFixed(2)}× (wanted: 2× at most)`,
    `  heap in use: ${heaps.map((bytes) => (bytes / megabyte).toFixed(0)).join(" after the first round, ")} after the last`
  ]
  if ((heaps.at(-1) ?? NaN) - (heaps[0] ?? NaN) > mostGrowth) problems.push("memory is kept for clients that have gone")
  if (median(({ ratio }) => ratio) > 2) problems.push("those who behave wait more than twice as long")
  return { lines, problems }
})
