// The transfer routes as a process of its own, which says every second how the event loop and the memory are.
import "effect/schema/SchemaJITCompiler/enable"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { serveTransfer } from "../../../test/bank/transfer/support.ts"

const [home = ""] = process.argv.slice(2)

const lag = monitorEventLoopDelay({ resolution: 1 })

Effect.gen(function* () {
  const { base } = yield* serveTransfer(home)
  lag.enable()
  process.send?.({ base })
  process.on("message", (what) => {
    if (what === "reset") {
      lag.reset()
      peak = 0
    }
    const { system, user } = process.cpuUsage()
    // What the main thread was busy with, waiting for the disk included.
    const main = performance.eventLoopUtilization().active * 1000
    process.send?.({ cpu: user + system, main, lagP99: lag.percentile(99) / 1e6, lagMax: lag.max / 1e6, peak })
  })
  let peak = 0
  setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 50)
  return yield* Effect.never
}).pipe(Effect.scoped, Effect.provide(NodeServices.layer), NodeRuntime.runMain)
