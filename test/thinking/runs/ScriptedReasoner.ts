// A reasoner that thinks nothing: each run begins, and ends when the test says so. It keeps to the contract of the real one.
import { Cause, Clock, Deferred, Effect, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { type Caller, CurrentRoute, CurrentUser } from "../../../src/platform/Caller.ts"
import { LeaveOpen } from "../../../src/thinking/LeaveOpen.ts"
import { Reasoner } from "../../../src/thinking/Reasoner.ts"
import type { ReasoningError } from "../../../src/thinking/ReasoningError.ts"
import { RunId } from "../../../src/thinking/RunId.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import { endsRun, type LoggedEvent, type ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { answered, started } from "./events.ts"

/** What the test sees of it and tells it. */
export interface Script {
  /** Runs that were begun or taken up, in that order. */
  readonly begun: Array<{ readonly id: RunId; readonly how: "run" | "resume" }>
  /** For whom and on which route, in the same order. */
  readonly callers: Array<{ readonly caller: Caller; readonly route: string }>
  /** Runs that it is thinking on. */
  readonly underWay: Set<RunId>
  /** Lets a run end with this answer. */
  readonly finish: (id: RunId, text: string) => Effect.Effect<void>
  /** Questions that it breaks at. */
  readonly breaksAt: Set<string>
}

export const makeScript = (): Script & { readonly endOf: (id: RunId) => Deferred.Deferred<string> } => {
  const ends = new Map<RunId, Deferred.Deferred<string>>()
  const endOf = (id: RunId): Deferred.Deferred<string> => {
    const end = ends.get(id) ?? Deferred.makeUnsafe<string>()
    ends.set(id, end)
    return end
  }
  return {
    begun: [],
    callers: [],
    underWay: new Set(),
    breaksAt: new Set(),
    endOf,
    finish: (id, text) => Effect.asVoid(Deferred.succeed(endOf(id), text))
  }
}

export const scriptedReasoner = (script: ReturnType<typeof makeScript>) =>
  Layer.effect(
    Reasoner,
    Effect.gen(function* () {
      const log = yield* RunLog
      const noteCaller = Effect.gen(function* () {
        script.callers.push({ caller: yield* CurrentUser, route: yield* CurrentRoute })
      })

      const think = (id: RunId, from: number, first: ThoughtEvent): Stream.Stream<LoggedEvent, ReasoningError> =>
        Stream.unwrap(
          Effect.gen(function* () {
            const leaveOpen = yield* LeaveOpen
            let seq = from
            const tell = Effect.fnUntraced(function* (event: ThoughtEvent) {
              const logged = { run: id, seq: ++seq, at: yield* Clock.currentTimeMillis, event }
              yield* log.append([logged])
              return logged
            })
            yield* Effect.acquireRelease(
              Effect.sync(() => script.underWay.add(id)),
              () => Effect.sync(() => script.underWay.delete(id))
            )
            const end = Effect.flatMap(Deferred.await(script.endOf(id)), (text) => tell(answered(text)))
            const cancelled = Effect.suspend(() => (leaveOpen.current ? Effect.void : tell({ type: "RunCancelled" })))
            return Stream.concat(Stream.fromEffect(tell(first)), Stream.fromEffect(end)).pipe(
              Stream.onExit((exit) =>
                exit._tag === "Failure" && Cause.hasInterruptsOnly(exit.cause) ? cancelled : Effect.void
              )
            )
          })
        )

      return Reasoner.of({
        makeId: Effect.sync(() => RunId.make(`run_${SecureRandom.uuidV7Unsafe()}`)),
        run: (run) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const [message] = run.request.messages
              script.begun.push({ id: run.id, how: "run" })
              yield* noteCaller
              if (typeof message?.content === "string" && script.breaksAt.has(message.content)) {
                return yield* Effect.die(new Error("it broke"))
              }
              yield* log.create(run)
              return think(run.id, 0, started(String(message?.content), run.background))
            })
          ),
        resume: (id) =>
          Stream.unwrap(
            Effect.gen(function* () {
              script.begun.push({ id, how: "resume" })
              yield* noteCaller
              const logged = yield* Stream.runCollect(log.read(id, 0))
              const last = logged.at(-1)
              if (last === undefined || endsRun(last.event)) return Stream.empty
              return think(id, last.seq, { type: "RunResumed", lost: [] })
            })
          )
      })
    })
  )
