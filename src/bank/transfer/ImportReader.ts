import { NodeWorker } from "@effect/platform-node"
import { Cause, Effect, Queue, Schema, Stream } from "effect"
import { Worker } from "effect/workers"
import { Worker as Thread } from "node:worker_threads"
import type { Words } from "../files/Words.ts"
import type { FromReader, ImportBatch, ReadRequest, ToReader } from "./ImportBatch.ts"

/** A file holds no questions that could be read, or not to its end. */
export class FileUnreadable extends Schema.TaggedError<FileUnreadable>()("FileUnreadable", {
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

// As the module lies among the sources, or in the bundle beside the thread's own.
const threadFile = new URL(
  import.meta.url.endsWith(".ts") ? "./readerThread.ts" : "./readerThread.mjs",
  import.meta.url
)

// What a hostile file can make the thread use before it ends: the texts of a large workbook fit.
const heapMegabytes = 160

const threads = NodeWorker.layer(
  () =>
    new Thread(threadFile, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 16 } })
)

const tooMuchMemory: Words = {
  zh: "读这个文件需要的内存超过了导入的上限",
  en: "the file takes more memory to read than an import may have"
}

// One on its way while one is being written.
const batchesAhead = 2

/** The rows of a file in batches, read in a thread of their own, no faster than they are taken. */
export const readFile = (request: ReadRequest): Stream.Stream<ImportBatch, FileUnreadable> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const platform = yield* Worker.WorkerPlatform
      const worker = yield* Effect.orDie(platform.spawn<FromReader, ToReader>(0))
      const batches = yield* Queue.make<ImportBatch, FileUnreadable | Cause.Done>()
      const more = Effect.orDie(worker.send({ _tag: "More" }))
      const start = Effect.andThen(
        Effect.orDie(worker.send({ _tag: "Read", request })),
        Effect.replicateEffect(more, batchesAhead, { discard: true })
      )
      yield* worker
        .run(
          (message) => {
            switch (message._tag) {
              case "Batch":
                return Queue.offer(batches, message.batch)
              case "End":
                return Queue.end(batches)
              case "Unreadable":
                return Queue.fail(batches, new FileUnreadable({ detail: message.message }))
              case "Failed":
                return Queue.failCause(batches, Cause.die(new Error(message.message)))
            }
          },
          { onSpawn: start }
        )
        .pipe(
          Effect.catchTag("WorkerError", (error) =>
            isOutOfMemory(error.cause)
              ? Queue.fail(batches, new FileUnreadable({ detail: tooMuchMemory[request.how.language] }))
              : Queue.failCause(batches, Cause.die(error))
          ),
          Effect.forkScoped
        )
      return Stream.fromQueue(batches).pipe(
        Stream.rechunk(1),
        Stream.tap(() => more)
      )
    })
  ).pipe(Stream.provide(threads))

const isOutOfMemory = (cause: unknown): boolean =>
  cause instanceof Error &&
  (("code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY") || isOutOfMemory(cause.cause))
