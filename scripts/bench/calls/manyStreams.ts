// Many streams at the same time through the policy: whether all of each arrives, and what becomes of the memory.
import { Effect, Fiber, Schedule, Stream } from "effect"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import type { ChatModel } from "../../../src/providers/ChatModel.ts"
import { withDeadline } from "../../../src/providers/policy/CallLimits.ts"
import { chunksOf, lostChunks } from "./chunks.ts"
import { collectGarbage } from "./compare.ts"
import { answering, policyLayer, type PolicyOptions, recordedCalls } from "./Policy.ts"
import type { Memory, Streams } from "./Result.ts"

/** What is streamed. */
export interface StreamsOptions extends Omit<PolicyOptions, "concurrency"> {
  /** At the same time. */
  readonly streams: number
  /** In each. */
  readonly chunks: number
  /** Of the streams, for the server; not used before. */
  readonly group: string
}

/** Sets up a policy, streams once and closes it all; gives the calls that its ledger got, too. */
export const manyStreams = Effect.fnUntraced(function* (options: StreamsOptions) {
  const before = yield* memoryAtRest
  const { recorded, ...streamed } = yield* streamAll(options).pipe(
    // Without `local` the models would be those of the calls before.
    Effect.provide(policyLayer({ ...options, concurrency: options.streams }), { local: true })
  )
  const streams: Streams = { ...streamed, before, closed: yield* memoryAtRest }
  return { streams, recorded }
})

const streamAll = Effect.fnUntraced(function* ({ chunks, group, streams }: StreamsOptions) {
  const { limit } = (yield* AppConfig).answering
  const model = yield* answering
  const peak = { rss: 0, heap: 0 }
  const look = Effect.sync(() => {
    const { heap, rss } = memory()
    peak.rss = Math.max(peak.rss, rss)
    peak.heap = Math.max(peak.heap, heap)
  })
  const open = { now: 0, most: 0 }
  let lost = 0
  let firstLost: string | null = null

  const listen = Effect.fnUntraced(function* (name: string) {
    const heard = yield* hear(yield* model, name, open).pipe(withDeadline(limit))
    const missing = lostChunks(chunksOf(name, chunks), heard.text)
    if (missing > 0) firstLost ??= `${name}: ${heard.failure ?? `${heard.text.length} characters came`}`
    lost += missing
  })

  const watching = yield* Effect.forkChild(Effect.repeat(look, Schedule.spaced("25 millis")))
  const [startedAt, cpuAtStart] = [performance.now(), process.cpuUsage()]
  const names = Array.from({ length: streams }, (_, at) => `${group}/${at}`)
  yield* Effect.forEach(names, listen, { concurrency: "unbounded", discard: true })
  const millis = performance.now() - startedAt
  const { system, user } = process.cpuUsage(cpuAtStart)
  yield* Fiber.interrupt(watching)
  return {
    atOnce: open.most,
    chunks: streams * chunks,
    lost,
    firstLost,
    millis,
    cpuMillis: (system + user) / 1000,
    peak,
    idle: yield* memoryAtRest,
    recorded: yield* recordedCalls
  }
})

/** The text of a stream, as far as it came, and why it failed if it did. */
const hear = (model: ChatModel, name: string, open: { now: number; most: number }) =>
  Effect.suspend(() => {
    let text = ""
    return Stream.runForEach(model.stream({ messages: [{ role: "user", content: name }] }), (event) =>
      Effect.sync(() => {
        if (event._tag !== "TextDelta") return
        if (text === "") open.most = Math.max(open.most, ++open.now)
        text += event.text
      })
    ).pipe(
      Effect.match({ onSuccess: () => undefined, onFailure: (error) => error.message }),
      Effect.map((failure) => {
        if (text !== "") open.now--
        return { text, failure }
      })
    )
  })

const megabyte = 1024 ** 2

const memory = (): Memory => {
  const { heapUsed, rss } = process.memoryUsage()
  return { rss: rss / megabyte, heap: heapUsed / megabyte }
}

// What a closed socket holds is let go of in the turns after it, some of it by finalizers that a collection has to run.
const memoryAtRest = Effect.promise(async () => {
  for (let time = 0; time < 3; time++) {
    collectGarbage()
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  collectGarbage()
  return memory()
})
