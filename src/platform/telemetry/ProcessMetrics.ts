import { readdir, stat } from "node:fs/promises"
import { Effect, Layer, Metric } from "effect"
import { AppConfig } from "../config/AppConfig.ts"
import { version } from "../version.ts"
import { collecting } from "./Collectors.ts"
import { EventLoop } from "./EventLoop.ts"

const gauge = (name: string, description: string, attributes: Record<string, string> = {}) =>
  Metric.gauge(name, { description, attributes })

const lagAt = (quantile: string) =>
  gauge("siku_event_loop_lag_seconds", "How late timers fired in the last seconds", { quantile })

const lagP50 = lagAt("0.5")
const lagP99 = lagAt("0.99")
const lagMax = lagAt("1")
const utilisation = gauge("siku_event_loop_utilization", "Share of the time the event loop was busy, 0 to 1")
const resident = gauge("process_resident_memory_bytes", "Memory of the process that is in use")
const heapUsed = gauge("siku_heap_used_bytes", "JavaScript heap in use")
const heapTotal = gauge("siku_heap_total_bytes", "JavaScript heap that is reserved")
const external = gauge("siku_external_memory_bytes", "Memory of buffers outside of the heap")
const startTime = gauge("process_start_time_seconds", "When the process started, in seconds since 1970")
const uptime = gauge("siku_uptime_seconds", "Seconds since the process started")
const openFiles = gauge("process_open_fds", "Open files and sockets")
const cpu = Metric.counter("process_cpu_seconds_total", { description: "CPU time used", incremental: true })
const logSize = gauge("siku_database_log_bytes", "Size of SQLite's write-ahead log")
const build = gauge("siku_build_info", "1, with what is running", { version, node: process.versions.node })

// Only Linux tells.
const countFiles = Effect.promise(() =>
  readdir("/proc/self/fd").then(
    ({ length }) => length - 1,
    () => undefined
  )
)

const sizeOf = (file: string) =>
  Effect.promise(() =>
    stat(file).then(
      ({ size }) => size,
      () => 0
    )
  )

/** What the process takes of the machine, kept up to date for whoever reads the metrics. */
export const layer: Layer.Layer<never, never, AppConfig | EventLoop> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { filename } = (yield* AppConfig).database
    const eventLoop = yield* EventLoop
    yield* Metric.update(build, 1)
    yield* Metric.update(startTime, Math.round(performance.timeOrigin) / 1000)
    let cpuBefore = 0

    yield* collecting(
      Effect.gen(function* () {
        const lag = eventLoop.lag()
        yield* Metric.update(lagP50, lag.p50)
        yield* Metric.update(lagP99, lag.p99)
        yield* Metric.update(lagMax, lag.max)
        yield* Metric.update(utilisation, lag.utilisation)
        const memory = process.memoryUsage()
        yield* Metric.update(resident, memory.rss)
        yield* Metric.update(heapUsed, memory.heapUsed)
        yield* Metric.update(heapTotal, memory.heapTotal)
        yield* Metric.update(external, memory.external)
        yield* Metric.update(uptime, process.uptime())
        const { system, user } = process.cpuUsage()
        const cpuNow = (system + user) / 1e6
        yield* Metric.update(cpu, cpuNow - cpuBefore)
        cpuBefore = cpuNow
        const files = yield* countFiles
        if (files !== undefined) yield* Metric.update(openFiles, files)
        if (filename !== ":memory:") yield* Metric.update(logSize, yield* sizeOf(`${filename}-wal`))
      })
    )
  })
)
