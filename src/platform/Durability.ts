import { open } from "node:fs/promises"
import { Context, Effect, Layer, Predicate } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import { DatabaseTrouble } from "./DatabaseTrouble.ts"
import { FileCheck } from "./Sqlite.ts"

/**
 * Makes what has been committed survive a power cut. SQLite's own way is an fsync inside every commit, which stops the
 * event loop for as long as the disk takes. Here commits only write the log, and whoever must not lose one waits for an
 * fsync in the thread pool, which all who wait at the same time share.
 */
export class Durability extends Context.Service<
  Durability,
  {
    /** Succeeds once everything committed before is on the disk, in the file that is the database; dies of `DatabaseTrouble` else. */
    readonly flush: Effect.Effect<void>
    /** The same, failing where `flush` dies. */
    readonly tryFlush: Effect.Effect<void, DatabaseTrouble>
  }
>()("siku/platform/Durability") {
  static readonly layer: Layer.Layer<Durability, never, AppConfig | FileCheck> = Layer.effect(
    Durability,
    Effect.gen(function* () {
      const { filename } = (yield* AppConfig).database
      if (filename === ":memory:") return Durability.of({ flush: Effect.void, tryFlush: Effect.void })
      const file = yield* FileCheck
      // The log is there: the migrations, which come first, have written to it. It stays as long as the database is open.
      const log = yield* Effect.acquireRelease(
        Effect.promise(() => open(`${filename}-wal`, "r+")),
        (handle) => Effect.promise(() => handle.close())
      )
      const flush = shareCalls(() => log.datasync())
      const tryFlush = Effect.andThen(Effect.tryPromise({ try: flush, catch: troubleOfDisk }), file.run)
      return Durability.of({ flush: Effect.orDie(tryFlush), tryFlush })
    })
  )
}

const noRoom: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"])

const troubleOfDisk = (error: unknown): DatabaseTrouble =>
  new DatabaseTrouble({ kind: Predicate.hasProperty(error, "code") && noRoom.has(error.code) ? "full" : "failed" })

/**
 * Calls `run` as seldom as it can: each caller gets a run that began after its call, and all who call during one run share
 * the next.
 */
export const shareCalls = (run: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = (): Promise<void> => {
    next = undefined
    running = run().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (running === undefined) return start()
    next ??= running.then(start, start)
    return next
  }
}
