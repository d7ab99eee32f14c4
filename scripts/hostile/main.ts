// What one request can do to everybody else: `npm run hostile`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { readOptions, usage } from "./CommandLine.ts"
import { hostileRows } from "./hostileRows.ts"
import { isWithin, type Measured, measureRow } from "./measure.ts"
import { startService } from "./Service.ts"
import { tableOf } from "./Table.ts"

const say = (text: string): void => void process.stdout.write(text)

const options = readOptions(process.argv.slice(2))
if (options === undefined) say(usage)
else {
  const { bundle, only, rounds, shown } = options
  Effect.gen(function* () {
    const rows = hostileRows().filter(({ name, operation }) => `${operation}: ${name}`.includes(only))
    const service = yield* startService(bundle)
    const all: Array<Measured> = []
    for (const [at, row] of rows.entries()) {
      const measured = yield* Effect.raceFirst(
        measureRow(service, row, rounds),
        Effect.flatMap(service.ended, (why) => Effect.die(new Error(`${row.operation}: ${row.name}: ${why}`)))
      )
      if (measured !== undefined) all.push(measured)
      if (process.stderr.isTTY) process.stderr.write(`\r${at + 1} of ${rows.length}`)
    }
    say(tableOf(all, shown))
    if (!all.every(isWithin)) process.exitCode = 1
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), NodeRuntime.runMain)
}
