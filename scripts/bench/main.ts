// Runs a benchmark: the table, then the JSON; progress goes to standard error.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Cause, Effect, FileSystem } from "effect"
import { bench } from "./Bench.ts"
import { readCommandLine, usage } from "./CommandLine.ts"
import type { BenchOptions } from "./Options.ts"
import { tableOf } from "./Table.ts"

const run = Effect.fnUntraced(function* (options: BenchOptions) {
  const report = yield* bench(options)
  const json = `${JSON.stringify(report, undefined, 2)}\n`
  process.stdout.write(tableOf(report))
  if (options.json === undefined) {
    process.stdout.write(`\n${json}`)
  } else {
    const files = yield* FileSystem.FileSystem
    yield* files.writeFileString(options.json, json)
  }
  if (options.profiles !== undefined) process.stderr.write(`the CPU profiles are in ${options.profiles}\n`)
  if (report.problems.length > 0) process.exitCode = 1
})

const sayWhy = (cause: Cause.Cause<unknown>) =>
  Effect.sync(() => {
    if (Cause.hasInterruptsOnly(cause)) return
    const error = Cause.squash(cause)
    const isDefect = cause.reasons.some((reason) => reason._tag === "Die")
    process.stderr.write(`bench: ${!isDefect && error instanceof Error ? error.message : Cause.pretty(cause)}\n`)
  })

const command = readCommandLine(process.argv.slice(2), process.cwd())
if (command.kind === "help") {
  process.stdout.write(usage)
} else if (command.kind === "wrong") {
  process.stderr.write(`bench: ${command.message}\nSee --help.\n`)
  process.exitCode = 2
} else {
  run(command.options).pipe(
    Effect.tapCause(sayWhy),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain({ disableErrorReporting: true })
  )
}
