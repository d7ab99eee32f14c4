// Keeps the server under test and the load generator off each other's CPU, where the machine lets us.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** Which CPU is whose; `prefix` goes before the command of a server. */
export interface Pinning {
  readonly serverCpu: number
  readonly generatorCpu: number
  readonly prefix: ReadonlyArray<string>
}

/**
 * Puts this process, and so whatever it starts, on the second CPU it may use, and leaves the first to the server under
 * test. Undefined, and nothing done, where there is no `taskset` or no second CPU.
 */
export const pin = (): Pinning | undefined => {
  const [serverCpu, generatorCpu] = allowedCpus()
  if (serverCpu === undefined || generatorCpu === undefined) return undefined
  // All threads: the garbage collector of the generator must not run beside the server.
  const self = spawnSync("taskset", ["-a", "-p", "-c", String(generatorCpu), String(process.pid)])
  return self.status === 0 ? { serverCpu, generatorCpu, prefix: ["taskset", "-c", String(serverCpu)] } : undefined
}

const allowedCpus = (): ReadonlyArray<number> => {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    return list === undefined ? [] : parseCpuList(list)
  } catch {
    return []
  }
}

/** Reads a list such as `0-3,8`. */
export const parseCpuList = (list: string): ReadonlyArray<number> =>
  list.split(",").flatMap((part) => {
    const [first = NaN, last = first] = part.split("-").map(Number)
    return first <= last ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : []
  })
