// Preloaded into the service that is measured (`node --import probe.ts siku.mjs`): how long its event loop is busy in one stretch. While
// it watches, a callback goes round with the loop, and the time between two of its turns is what everything else took that came in
// between: so long would `/health/live` have waited. The time of the thread's own CPU counts, for a machine that does other
// things as well takes nothing from that.
import { performance } from "node:perf_hooks"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** What was seen between a start and a stop. */
export interface Watched {
  /** Milliseconds of CPU of the longest stretch. */
  readonly blockedMillis: number
  /** The same by the clock on the wall. */
  readonly lateMillis: number
}

setFlagsFromString("--expose-gc")
const collectGarbage: unknown = runInNewContext("gc")

const cpuMillis = (): number => {
  // Of this thread alone where Node knows it.
  const { system, user } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (system + user) / 1000
}

let isWatching = false
let blockedMillis = 0
let lateMillis = 0
let cpuBefore = 0
let clockBefore = 0

const look = (): void => {
  if (!isWatching) return
  const [cpu, clock] = [cpuMillis(), performance.now()]
  blockedMillis = Math.max(blockedMillis, cpu - cpuBefore)
  lateMillis = Math.max(lateMillis, clock - clockBefore)
  cpuBefore = cpu
  clockBefore = clock
  setImmediate(look)
}

process.on("message", (order: unknown) => {
  if (order === "start") {
    if (typeof collectGarbage === "function") collectGarbage()
    isWatching = true
    blockedMillis = 0
    lateMillis = 0
    // What the garbage took is nobody's.
    setImmediate(() => {
      cpuBefore = cpuMillis()
      clockBefore = performance.now()
      process.send?.("started")
      setImmediate(look)
    })
  } else if (order === "stop") {
    isWatching = false
    const seen: Watched = { blockedMillis, lateMillis }
    process.send?.(seen)
  }
})
// The service ends when it wants to.
process.channel?.unref()
