// Runs the fault matrix and prints it.
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { readCommandLine, usage } from "./CommandLine.ts"
import { runMatrix } from "./Matrix.ts"
import { jsonOf, tableOf, wrongIn } from "./Table.ts"

const command = readCommandLine(process.argv.slice(2))
if (command.kind === "help") {
  process.stdout.write(usage)
} else if (command.kind === "wrong") {
  process.stderr.write(`faults: ${command.message}\nSee --help.\n`)
  process.exitCode = 2
} else {
  NodeRuntime.runMain(
    Effect.map(runMatrix(command.cells), (reports) => {
      process.stdout.write(command.json ? jsonOf(reports) : tableOf(reports))
      if (wrongIn(reports) > 0) process.exitCode = 1
    })
  )
}
