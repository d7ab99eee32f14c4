// What protection does and what it costs: `npm run protection`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { costPart } from "./costPart.ts"
import { readOptions, usage } from "./ProtectionOptions.ts"
import { slowPart } from "./slowPart.ts"

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const options = readOptions(process.argv.slice(2))
if (options === undefined) say(usage)
else
  (options.part === "cost" ? costPart(options) : slowPart(options)).pipe(
    Effect.scoped,
    Effect.map(({ lines, problems }) => {
      for (const line of lines) say(line)
      for (const problem of problems) say(`PROBLEM: ${problem}`)
      if (problems.length > 0) process.exitCode = 1
    }),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
