// Drives a server over loopback. On bare sockets, because it has to be cheaper than the server it measures: prebuilt
// requests go out, responses are read where they arrive, nothing is kept but a histogram.
import { openConnection } from "./Connection.ts"
import type { Connection } from "./Connection.ts"
import { makeHistogram } from "./Histogram.ts"
import type { Histogram } from "./Histogram.ts"
import type { HttpResponse } from "./HttpResponse.ts"

/** One run. */
export interface Load {
  /** Of 127.0.0.1. */
  readonly port: number
  /** Each has one request in flight. */
  readonly connections: number
  /** The bytes of the next request. */
  readonly next: () => Buffer
  /** Each of them is in the body of a right answer. */
  readonly expected: ReadonlyArray<string>
  /** Answers that arrive in this time are checked but not measured. */
  readonly warmUpMillis: number
  readonly measureMillis: number
  /** Ends the run earlier, once so many requests are sent. */
  readonly mostRequests?: number
  /** How long answers are waited for when the time is up; 10 s by default. */
  readonly drainMillis?: number
  /**
   * Whether to look for answers all the time instead of sleeping until one comes. To wake a sleeping process on another
   * CPU costs the server a good part of a request, most of all in a virtual machine: that is the clients' cost, not the
   * server's work, and a faster server, whose clients never sleep, would not pay it.
   */
  readonly isPolling?: boolean
  /** Called right when measuring starts and ends. */
  readonly onEdge?: (edge: "start" | "end") => void
}

/** What went wrong, counted over the whole run. */
export interface Mistakes {
  /** Another status than 200. */
  readonly status: number
  /** Status 200 without what was expected in the body. */
  readonly body: number
  /** Connections that were refused, broke off or carried something that is no response. */
  readonly broken: number
  /** Requests without an answer when the wait was over. */
  readonly late: number
}

/** What a run came to. */
export interface LoadResult {
  /** Right answers in the time measured. */
  readonly right: number
  /** The time measured, in milliseconds. */
  readonly millis: number
  /** Of the right answers in the time measured. */
  readonly latency: Histogram
  /** Requests sent in the whole run. */
  readonly sent: number
  /** Answers in the whole run, right or wrong. */
  readonly answered: number
  readonly mistakes: Mistakes
  /** The beginning of the first wrong answer, for people. */
  readonly firstWrong: string | undefined
  /**
   * Share of a CPU that this process took in the time measured; above 1 where several threads are at work. When polling,
   * the share of the time in which there was something to do.
   */
  readonly ownCpu: number
}

/** Runs the load and resolves when every request is answered or given up; rejects with the reason of an abort. */
export const generateLoad = (load: Load, signal?: AbortSignal): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const latency = makeHistogram()
    const expected = load.expected.map((text) => Buffer.from(text))
    const mistakes = { status: 0, body: 0, broken: 0, late: 0 }
    const mostRequests = load.mostRequests ?? Infinity
    const open = new Set<Connection>()
    const timers: Array<NodeJS.Timeout> = []
    let phase: "warm-up" | "measuring" | "draining" | "over" = "warm-up"
    let [sent, answered, right] = [0, 0, 0]
    let firstWrong: string | undefined
    let from = 0
    let cpuAtStart = process.cpuUsage()
    let [millis, ownCpu] = [0, 0]
    let [isTurnBusy, turnAt, idleMillis] = [false, 0, 0]

    const proceed = (connection: Connection) => {
      if (phase === "draining" || sent >= mostRequests) return finish(connection)
      sent++
      connection.send(load.next())
    }

    const finish = (connection: Connection) => {
      connection.close()
      open.delete(connection)
      if (open.size === 0) end()
    }

    const poll = () => {
      if (phase === "over") return
      const now = performance.now()
      if (!isTurnBusy && phase === "measuring") idleMillis += now - Math.max(turnAt, from)
      isTurnBusy = false
      turnAt = now
      setImmediate(poll)
    }

    const judge = ({ body, status }: HttpResponse, millis: number) => {
      answered++
      isTurnBusy = true
      if (status !== 200 || !expected.every((part) => body.includes(part))) {
        mistakes[status === 200 ? "body" : "status"]++
        firstWrong ??= `status ${status}: ${body.toString("utf8", 0, shownBytes)}`
      } else if (phase === "measuring") {
        right++
        latency.record(millis)
      }
    }

    const startMeasuring = () => {
      if (phase !== "warm-up") return
      phase = "measuring"
      load.onEdge?.("start")
      cpuAtStart = process.cpuUsage()
      from = performance.now()
    }

    const stopMeasuring = () => {
      if (phase !== "measuring") return
      phase = "draining"
      millis = performance.now() - from
      const { system, user } = process.cpuUsage(cpuAtStart)
      ownCpu = load.isPolling === true ? 1 - idleMillis / millis : (system + user) / 1000 / millis
      load.onEdge?.("end")
    }

    const drain = () => {
      startMeasuring()
      stopMeasuring()
      for (const connection of open) if (!connection.isWaiting()) finish(connection)
    }

    const giveUp = () => {
      for (const connection of open) {
        if (connection.isWaiting()) mistakes.late++
        finish(connection)
      }
    }

    const stop = () => {
      phase = "over"
      for (const timer of timers) clearTimeout(timer)
      for (const connection of open) connection.close()
      signal?.removeEventListener("abort", abort)
    }

    const end = () => {
      startMeasuring()
      stopMeasuring()
      stop()
      resolve({ right, millis, latency, sent, answered, mistakes, firstWrong, ownCpu })
    }

    const abort = () => {
      stop()
      reject(signal?.reason)
    }

    if (signal?.aborted) return abort()
    signal?.addEventListener("abort", abort)
    if (load.warmUpMillis > 0) timers.push(setTimeout(startMeasuring, load.warmUpMillis))
    else startMeasuring()
    const whole = load.warmUpMillis + load.measureMillis
    timers.push(setTimeout(drain, whole), setTimeout(giveUp, whole + (load.drainMillis ?? 10_000)))
    const events = {
      onOpen: proceed,
      onResponse: (connection: Connection, response: HttpResponse, millis: number) => {
        judge(response, millis)
        // One that closes calls `onOpen` once it is open again.
        if (!response.closes || phase === "draining" || sent >= mostRequests) proceed(connection)
      },
      onBroken: (bytes: Buffer | undefined) => {
        mistakes.broken++
        if (bytes !== undefined) firstWrong ??= `no response: ${bytes.toString("utf8", 0, shownBytes)}`
      }
    }
    if (load.isPolling === true) poll()
    for (let i = 0; i < load.connections; i++) open.add(openConnection(load.port, events))
  })

const shownBytes = 400
