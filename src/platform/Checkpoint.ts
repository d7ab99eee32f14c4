import { Worker } from "node:worker_threads"
import { Context, Effect, identity, Layer, Queue, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import { AppConfig } from "./config/AppConfig.ts"

/**
 * Moves what the log holds into the database file, in a thread of its own: SQLite would do it inside some commit, with two
 * fsyncs that stop the event loop. Should the thread fail, SQLite does it again.
 */
export class Checkpoint extends Context.Service<
  Checkpoint,
  {
    /**
     * Runs what is one of many large transactions; one at a time, and none for some tens of milliseconds now and then. The log
     * begins anew only once all of it has been moved, which never comes while somebody writes on and on; and the longer it
     * is, the longer each commit takes.
     */
    readonly room: <A, E, R>(write: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("siku/platform/Checkpoint") {
  /** `longLog`: from how many pages of 4 KB on a log is to begin anew. */
  static readonly layerWith = (options: { readonly everyMillis: number; readonly longLog: number }) =>
    Layer.effect(
      Checkpoint,
      Effect.suspend(() => make(options))
    )

  /** A log of 128 MB is what some twenty thousand new questions write. */
  static readonly layer = Checkpoint.layerWith({ everyMillis: 1000, longLog: 32_768 })
}

// Plain text, so that it needs no file of its own beside the bundle. PASSIVE waits for nobody and holds nobody up. Of a long
// log most is moved while others write on, and only the rest while they wait; where a reader needs the log it stays as it
// is until the next time.
const checkpointer = `
const { DatabaseSync } = require("node:sqlite")
const { parentPort, workerData } = require("node:worker_threads")
const { everyMillis, filename, longLog, mostTries, shortRest } = workerData
const database = new DatabaseSync(filename)
const statement = database.prepare("PRAGMA wal_checkpoint(PASSIVE)")
let isAsked = false
const moveUntil = (few) => {
  for (let tries = 0, rest = Infinity; rest > few && tries < mostTries; tries++) {
    const { checkpointed, log } = statement.get()
    rest = log - checkpointed
  }
}
const timer = setInterval(() => {
  const { log } = statement.get()
  if (log < longLog || isAsked) return
  moveUntil(shortRest)
  isAsked = true
  parentPort.postMessage("long")
}, everyMillis)
parentPort.on("message", (what) => {
  if (what === "move") {
    moveUntil(0)
    isAsked = false
    return parentPort.postMessage("moved")
  }
  clearInterval(timer)
  database.close()
  parentPort.close()
})
`
// Pages that are moved in some ten milliseconds.
const shortRest = 4000
const mostTries = 4

const make = Effect.fnUntraced(function* (options: { readonly everyMillis: number; readonly longLog: number }) {
  const { filename } = (yield* AppConfig).database
  if (filename === ":memory:") return Checkpoint.of({ room: identity })
  const sql = yield* SqlClient.SqlClient
  yield* sql`PRAGMA wal_autocheckpoint = 0`.pipe(Effect.orDie)
  const writing = yield* Semaphore.make(1)
  const isLong = yield* Queue.sliding<void>(1)
  const worker = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const workerData = { ...options, filename, mostTries, shortRest }
      const worker = new Worker(checkpointer, { eval: true, workerData })
      worker.on("message", (what) => what === "long" && Queue.offerUnsafe(isLong, undefined))
      return worker
    }),
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
  const moved = Effect.callback<void>((resume) => {
    if (worker.threadId === -1) return resume(Effect.void)
    const stopListening = () => worker.off("message", done).off("exit", done)
    const done = () => {
      stopListening()
      resume(Effect.void)
    }
    worker.on("message", done).on("exit", done)
    worker.postMessage("move")
    return Effect.sync(stopListening)
  })
  yield* Queue.take(isLong).pipe(Effect.andThen(writing.withPermit(moved)), Effect.forever, Effect.forkScoped)
  return Checkpoint.of({ room: writing.withPermit })
})
