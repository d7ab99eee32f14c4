// Runs the fuzzer and prints what it found; progress goes to standard error.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { readCommandLine, usage } from "./CommandLine.ts"
import { fuzz } from "./Fuzz.ts"
import { progressLine } from "./progressLine.ts"
import { wrongIn } from "./Report.ts"
import { jsonOf, tableOf } from "./Table.ts"

const command = readCommandLine(process.argv.slice(2))
if (command.kind === "help") {
  process.stdout.write(usage)
} else if (command.kind === "wrong") {
  process.stderr.write(`fuzz: ${command.message}\nSee --help.\n`)
  process.exitCode = 2
} else {
  const { options } = command
  fuzz(options, progressLine(options.requests)).pipe(
    Effect.scoped,
    Effect.map((report) => {
      process.stdout.write(options.json ? jsonOf(report) : tableOf(report))
      if (wrongIn(report) > 0) process.exitCode = 1
    }),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
}
