// Kills a process that spends credit many times, and prints how the books stand: `npm run kills -- [kills] [concurrency]`.
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { runKills } from "./kills.ts"

const [kills = 100, concurrency = 16] = process.argv.slice(2).map(Number)

NodeRuntime.runMain(
  Effect.map(runKills({ kills, concurrency }), (books) => {
    process.stdout.write(`${JSON.stringify(books, null, 2)}\n`)
    if (books.wrong.length > 0) process.exitCode = 1
  })
)
