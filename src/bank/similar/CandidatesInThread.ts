import { Duration, Effect, Layer, Schedule, type Scope } from "effect"
import { Worker } from "node:worker_threads"
import { Candidates, SearchSkipped } from "./Candidates.ts"
import { type FromSearch, isFromSearch, type SearchFiles, type ToSearch } from "./SearchMessages.ts"

// Searches take a few milliseconds one after the other: more waiting ones than this would not be done in time anyhow.
const mostWaiting = 64
const patience = Duration.millis(100)
const stopMillis = 2000
// The thread holds no text of the bank; most of its memory is SQLite's, outside of this.
const heap = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 }

/** The thread's entry: a module of its own, from the sources as from the bundle. */
const entry = new URL(import.meta.url.endsWith(".ts") ? "./searchThread.ts" : "./searchThread.mjs", import.meta.url)

/** A thread as the service sees it. */
export interface SearchThread {
  readonly post: (message: ToSearch) => void
  readonly onMessage: (take: (message: FromSearch) => void) => void
  /** Calls back when it has ended, with what ended it if that was an error. */
  readonly onEnd: (take: (error: Error | undefined) => void) => void
  /** Asks it to end; in two seconds it is ended. */
  readonly stop: Effect.Effect<void>
}

/** Starts the thread of the search index. */
export const startSearchThread = (files: SearchFiles): SearchThread => {
  const worker = new Worker(entry, { workerData: files, resourceLimits: heap })
  let failure: Error | undefined
  let hasEnded = false
  worker.on("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error))
  })
  worker.once("exit", () => {
    hasEnded = true
  })
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (take) => void worker.on("message", (message: unknown) => isFromSearch(message) && take(message)),
    onEnd: (take) => void worker.once("exit", () => take(failure)),
    stop: Effect.callback<void>((resume) => {
      if (hasEnded) return resume(Effect.void)
      const timer = setTimeout(() => void worker.terminate(), stopMillis)
      worker.once("exit", () => {
        clearTimeout(timer)
        resume(Effect.void)
      })
      worker.postMessage({ _tag: "Stop" } satisfies ToSearch)
    })
  }
}

type Take = (message: FromSearch | undefined) => void

/**
 * Searches in a thread that keeps the index of the bank's file. A thread that dies is started again, after a second and then
 * less and less often; until then, and where searches are too many or too slow, the search is skipped.
 */
export const layerOf = (start: () => SearchThread): Layer.Layer<Candidates> =>
  Layer.effect(
    Candidates,
    Effect.gen(function* () {
      const waiting = new Map<number, Take>()
      let thread: SearchThread | undefined
      let next = 0
      let searching = 0

      const drop = () => {
        thread = undefined
        const takes = [...waiting.values()]
        waiting.clear()
        for (const take of takes) take(undefined)
      }

      const life: Effect.Effect<void, ThreadEnded, Scope.Scope> = Effect.scoped(
        Effect.gen(function* () {
          const started = yield* Effect.acquireRelease(Effect.sync(start), ({ stop }) =>
            Effect.andThen(Effect.sync(drop), stop)
          )
          started.onMessage((message) => waiting.get(message.id)?.(message))
          thread = started
          return yield* Effect.callback<void, ThreadEnded>((resume) => {
            started.onEnd((error) => resume(Effect.fail(new ThreadEnded(error?.message ?? "it ended"))))
          })
        })
      )
      yield* life.pipe(
        Effect.tapError(({ why }) => Effect.logWarning(`the search thread has ended and is started again: ${why}`)),
        Effect.retry(Schedule.max([Schedule.exponential("1 second"), Schedule.spaced("1 second")])),
        // started within the layer: a search right after finds the thread there, if not yet ready
        Effect.forkScoped({ startImmediately: true })
      )

      // Whoever leaves while waiting gives the place free; the reply then finds nobody.
      const request = (message: (id: number) => ToSearch) =>
        Effect.callback<FromSearch, SearchSkipped>((resume) => {
          if (thread === undefined) return resume(Effect.fail(new SearchSkipped({ why: "down" })))
          const id = next++
          waiting.set(id, (reply) => {
            waiting.delete(id)
            resume(reply === undefined ? Effect.fail(new SearchSkipped({ why: "down" })) : Effect.succeed(reply))
          })
          thread.post(message(id))
          return Effect.sync(() => void waiting.delete(id))
        })

      return Candidates.of({
        find: (probe) =>
          Effect.suspend(() => {
            if (searching >= mostWaiting) return Effect.fail(new SearchSkipped({ why: "busy" }))
            searching++
            return request((id) => ({ _tag: "Find", id, probe })).pipe(
              Effect.timeoutOrElse({
                duration: patience,
                orElse: () => Effect.fail(new SearchSkipped({ why: "slow" }))
              }),
              Effect.map((reply) => (reply._tag === "Found" ? reply.ids : [])),
              Effect.ensuring(Effect.sync(() => searching--))
            )
          }),
        caughtUp: request((id) => ({ _tag: "CatchUp", id })).pipe(
          Effect.retry(Schedule.spaced("1 second")),
          Effect.orDie,
          Effect.asVoid
        )
      })
    })
  )

class ThreadEnded {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}
