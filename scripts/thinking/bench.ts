// Measures thinking: the table, and the JSON where it is asked for; progress goes to standard error.
import "effect/schema/SchemaJITCompiler/enable"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem } from "effect"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { strategies } from "../../src/thinking/evaluation/strategies.ts"
import { settingsFor } from "../../src/thinking/presets.ts"
import type { ReasoningRequest } from "../../src/thinking/ReasoningRequest.ts"
import { addressAlone, node } from "../bench/Servers.ts"
import { startServer } from "../bench/ServerProcess.ts"
import { countCalls } from "../bench/UpstreamCounter.ts"
import { oracleServices } from "../oracle/oracleServices.ts"
import { makeProblem, questionOf } from "../oracle/Problem.ts"
import { type BenchOptions, readCommandLine, usage } from "./BenchOptions.ts"
import { type BenchReport, type Part, partReport } from "./BenchReport.ts"
import { benchTable } from "./benchTable.ts"
import { measurePart, problemsIn } from "./measurePart.ts"

const kinds = ["plain", "adaptive", "fixed-3-every"] as const

// The most that a key of a provider may have at the same time.
const mostCalls = 512

/** So many runs that the code is warm when it is measured. */
const warmUps = 32

const run = Effect.fnUntraced(function* (options: BenchOptions) {
  const files = yield* FileSystem.FileSystem
  const home = yield* files.makeTempDirectoryScoped({ prefix: "siku-bench-thinking-" })
  const server = yield* startServer({
    name: "the oracle",
    command: [node(), projectFile("scripts", "oracle", "main.ts"), "--latency", String(options.latency)],
    cwd: home,
    environment: {},
    logFile: `${home}/oracle.log`,
    ready: addressAlone
  })
  const calls = Math.min(mostCalls, 16 * Math.max(16, options.many, options.concurrency))
  const measured = yield* measureAll(options).pipe(
    Effect.provide(oracleServices({ port: server.port, home, calls, set: ["ai.queue=100000"] })),
    Effect.raceFirst(server.ended)
  )
  const measures = measured.all.flatMap(({ measures }) => measures)
  const report: BenchReport = {
    options,
    node: process.versions.node,
    parts: measured.parts.map((part) => partReport(part, options.latency)),
    calls: measures.reduce((sum, { calls }) => sum + calls, 0),
    attempts: measures.reduce((sum, { attempts }) => sum + attempts, 0),
    arrived: yield* countCalls(server.port),
    problems: measured.problems
  }
  process.stdout.write(benchTable(report))
  if (options.json !== undefined)
    yield* files.writeFileString(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
  if (report.problems.length > 0) process.exitCode = 1
}, Effect.scoped)

const measureAll = Effect.fnUntraced(function* ({ concurrency, many, runs }: BenchOptions) {
  const { thinking } = yield* AppConfig
  let problem = 0
  const requestsFor = (name: string, count: number): ReadonlyArray<ReasoningRequest> => {
    const strategy = strategies.find((strategy) => strategy.name === name)
    const preset = settingsFor(thinking, { model: "siku" })
    if (strategy === undefined || preset === undefined) throw new Error(`there is no strategy ${name}`)
    const settings = strategy.settings(preset.settings)
    return Array.from({ length: count }, () => ({
      model: "siku",
      messages: [{ role: "user" as const, content: questionOf(makeProblem(1, ++problem, [2, 3])) }],
      sampling: {},
      settings
    }))
  }
  const all: Array<Part> = []
  const parts: Array<Part> = []
  const measure = Effect.fnUntraced(function* (
    name: string,
    requests: ReadonlyArray<ReasoningRequest>,
    atOnce: number
  ) {
    const part = yield* measurePart(name, requests, atOnce)
    all.push(part)
    process.stderr.write(`${name}: ${requests.length} runs in ${part.seconds.toFixed(1)} s\n`)
    return part
  })
  for (const kind of kinds) yield* measure(`warm-up, ${kind}`, requestsFor(kind, warmUps), warmUps)
  for (const kind of kinds) {
    parts.push(yield* measure(kind, requestsFor(kind, runs), concurrency))
  }
  if (many > 0) parts.push(yield* measure("adaptive", requestsFor("adaptive", many), many))
  const problems = yield* Effect.forEach(all, problemsIn)
  return { all, parts, problems: problems.flat() }
})

const command = readCommandLine(process.argv.slice(2), process.cwd())
if (command.kind === "help") {
  process.stdout.write(usage)
} else if (command.kind === "wrong") {
  process.stderr.write(`bench:thinking: ${command.message}\nSee --help.\n`)
  process.exitCode = 2
} else {
  run(command.options).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
}
