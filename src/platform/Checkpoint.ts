import { Worker } from "node:worker_threads"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { AppConfig } from "./config/AppConfig.ts"

// Plain text, so that it needs no file of its own beside the bundle. PASSIVE waits for nobody and holds nobody up.
const checkpointer = `
const { DatabaseSync } = require("node:sqlite")
const { parentPort, workerData } = require("node:worker_threads")
const database = new DatabaseSync(workerData.filename)
const timer = setInterval(() => database.exec("PRAGMA wal_checkpoint(PASSIVE)"), workerData.everyMillis)
parentPort.once("message", () => {
  clearInterval(timer)
  database.close()
})
`
const everyMillis = 1000

/**
 * Moves what the log holds into the database file, in a thread of its own: SQLite would do it inside some commit, with two
 * fsyncs that stop the event loop. Should the thread fail, SQLite does it again.
 */
export const layer: Layer.Layer<never, never, AppConfig | SqlClient.SqlClient> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { filename } = (yield* AppConfig).database
    if (filename === ":memory:") return
    const sql = yield* SqlClient.SqlClient
    yield* sql`PRAGMA wal_autocheckpoint = 0`.pipe(Effect.orDie)
    const worker = yield* Effect.acquireRelease(
      Effect.sync(() => new Worker(checkpointer, { eval: true, workerData: { filename, everyMillis } })),
      (worker) =>
        Effect.callback<void>((resume) => {
          if (worker.threadId === -1) return resume(Effect.void)
          worker.once("exit", () => resume(Effect.void))
          worker.postMessage("stop")
        })
    )
    yield* Effect.forkScoped(
      Effect.callback<Error>((resume) => {
        worker.once("error", (error) => resume(Effect.succeed(error)))
      }).pipe(
        Effect.flatMap((error) => Effect.logWarning(`the checkpoint thread failed: ${error.message}`)),
        Effect.andThen(sql`PRAGMA wal_autocheckpoint = 1000`),
        Effect.orDie
      )
    )
  })
)
