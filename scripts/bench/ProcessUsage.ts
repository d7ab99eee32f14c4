// What another process has taken of the machine so far.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** CPU time in user and system mode of all threads, in microseconds, and memory in use, in bytes. */
export interface ProcessUsage {
  readonly cpuMicros: number
  readonly rssBytes: number
}

/** Reads it from `/proc`, else from `ps`; undefined where the machine has neither, or no such process. */
export const usageOf = (pid: number): ProcessUsage | undefined => usageInProc(pid) ?? usageInPs(pid)

// Linux counts in hundredths of a second towards programs on every architecture that Node runs on.
const microsPerTick = 10_000

const usageInProc = (pid: number): ProcessUsage | undefined => {
  try {
    return parseProc(readFileSync(`/proc/${pid}/stat`, "utf8"), readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return undefined
  }
}

/** Reads `/proc/<pid>/stat` and `/proc/<pid>/status`. */
export const parseProc = (stat: string, status: string): ProcessUsage | undefined => {
  // The name in parentheses may hold anything; the fields after it are numbered from 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const ticks = Number(fields[14 - 3]) + Number(fields[15 - 3])
  const kilobytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1])
  return finite({ cpuMicros: ticks * microsPerTick, rssBytes: kilobytes * 1024 })
}

const usageInPs = (pid: number): ProcessUsage | undefined => {
  const { stdout } = spawnSync("ps", ["-o", "time=,rss=", "-p", String(pid)], { encoding: "utf8" })
  return typeof stdout === "string" ? parsePs(stdout) : undefined
}

/** Reads a line of `ps -o time=,rss=`; the time is `[[days-]hours:]minutes:seconds`. */
export const parsePs = (line: string): ProcessUsage | undefined => {
  const [time = "", kilobytes] = line.trim().split(/\s+/)
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time]
  const seconds = (clock ?? "").split(":").reduce((total, part) => total * 60 + Number(part), 0)
  return finite({ cpuMicros: (Number(days) * 86_400 + seconds) * 1e6, rssBytes: Number(kilobytes) * 1024 })
}

const finite = (usage: ProcessUsage): ProcessUsage | undefined =>
  Number.isFinite(usage.cpuMicros) && Number.isFinite(usage.rssBytes) ? usage : undefined
