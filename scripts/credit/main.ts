// Kills the service under load many times, and prints how the books stand: `npm run kills`.
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { readOptions, usage } from "./KillsCommand.ts"
import { runKills } from "./kills.ts"

const options = readOptions(process.argv.slice(2))
if (options === undefined) process.stdout.write(usage)
else
  NodeRuntime.runMain(
    Effect.map(
      runKills({
        ...options,
        onKill: (kills, whole) =>
          process.stderr.write(`killed ${kills} of ${options.kills} times; ${whole} replies came whole\n`)
      }),
      (books) => {
        process.stdout.write(`${JSON.stringify(books, null, 2)}\n`)
        if (books.wrong.length > 0) process.exitCode = 1
      }
    )
  )
