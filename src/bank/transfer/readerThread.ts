// The entry of the thread that reads files for imports: parsing and normalising would hold the event loop.
import { NodeRuntime, NodeWorkerRunner } from "@effect/platform-node"
import { Effect, Queue } from "effect"
import { WorkerRunner } from "effect/workers"
import type { FromReader, ReadRequest, ToReader } from "./ImportBatch.ts"
import { readBatches } from "./readBatches.ts"
import { UnreadableFile } from "./SourceRow.ts"

const serve = Effect.gen(function* () {
  const platform = yield* WorkerRunner.WorkerRunnerPlatform
  const { run, sendUnsafe } = yield* platform.start<FromReader, ToReader>()
  const asked = yield* Queue.unbounded<void>()

  const read = async (request: ReadRequest, port: number) => {
    try {
      for await (const batch of readBatches(request)) {
        await Effect.runPromise(Queue.take(asked))
        sendUnsafe(port, { _tag: "Batch", batch })
      }
      sendUnsafe(port, { _tag: "End" })
    } catch (error) {
      if (error instanceof UnreadableFile) {
        sendUnsafe(port, { _tag: "Unreadable", message: error.words[request.how.language] })
      } else sendUnsafe(port, { _tag: "Failed", message: error instanceof Error ? error.message : String(error) })
    }
  }

  yield* run((port, message) =>
    message._tag === "More" ? Queue.offer(asked, undefined) : Effect.promise(() => read(message.request, port))
  )
})

serve.pipe(Effect.provide(NodeWorkerRunner.layer), NodeRuntime.runMain)
