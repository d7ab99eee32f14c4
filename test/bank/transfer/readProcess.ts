// Reads a file as an import does, and says what it came to and the most memory the process ever had.
import { readFileSync } from "node:fs"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Stream } from "effect"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { readFile } from "../../../src/bank/transfer/ImportReader.ts"

const [file = ""] = process.argv.slice(2)
// What a process that is forked takes over from the one that forks it counts in its `maxRSS`; Linux tells of what it has had since.
const mostKilobytes = (): number =>
  process.platform === "linux"
    ? Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1])
    : process.resourceUsage().maxRSS
let rows = 0
const problems: Array<string> = []

readFile({ file, format: undefined, skip: 0, how: plainReading }).pipe(
  Stream.runForEach((batch) =>
    Effect.sync(() => {
      rows += batch.drafts.length
      problems.push(...batch.problems.map(({ message, row }) => `${row}: ${message}`))
    })
  ),
  Effect.as(null),
  Effect.catchTag("FileUnreadable", ({ detail }) => Effect.succeed(detail)),
  Effect.flatMap((error) =>
    Effect.sync(() =>
      process.stdout.write(JSON.stringify({ rows, problems, error, megabytes: Math.round(mostKilobytes() / 1024) }))
    )
  ),
  NodeRuntime.runMain
)
