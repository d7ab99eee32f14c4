// The threads of a run: how many there are, when one more is worth its price, and when enough have said the same.
import { Effect, Fiber, Option, Queue } from "effect"
import { steadyNow } from "../platform/steadyTime.ts"
import { AskFailed, type AskFailedReason } from "./AskFailed.ts"
import { breakTie } from "./breakTie.ts"
import { makeConclusions } from "./conclusions.ts"
import type { Plan } from "./Planner.ts"
import { Pressure } from "./pressure.ts"
import type { RunContext } from "./RunContext.ts"
import { NoAnswer, type Conclusion, type Progress, Refuted, Repeats, type Step, think } from "./ThinkingThread.ts"

/** What the threads came to. */
export interface Outcome {
  readonly conclusions: ReadonlyArray<Conclusion>
  /** The conclusion that stands for the run, if there is one: the most said, or of as many the one that stood its test. */
  readonly leader: Conclusion | undefined
  /** Threads that conclude as the leader does. */
  readonly supporters: ReadonlyArray<number>
  /** Whether the leader's conclusion stood a test. */
  readonly isTested: boolean
  /** Threads that thought to their end and gave no answer. */
  readonly unanswered: number
  /** What threads had that came to no conclusion. */
  readonly unfinished: ReadonlyArray<{ readonly thread: number; readonly steps: ReadonlyArray<Step> }>
  /** Why the last thread that failed did, where none concluded. */
  readonly failure: AskFailedReason | undefined
}

interface Ended {
  readonly thread: number
  readonly conclusion: Conclusion | undefined
  /** Why it failed, where a model could not be asked. */
  readonly failure: AskFailedReason | undefined
}

interface Running {
  readonly fiber: Fiber.Fiber<unknown>
  readonly progress: Progress
}

/** Share of the deadline that is left for putting the threads together. */
const shareOfFusion = 0.15
const longestFusionMillis = 30_000

/** Lets threads think until enough agree, all have ended, or the time for it is over. */
export const thinkTogether = (run: RunContext, plan: Plan): Effect.Effect<Outcome, AskFailed> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { journal, request, tell } = run
      const { mode, threads: width } = request.settings
      const isAdaptive = mode === "adaptive" || mode === "sample"
      const isComparable = plan.form !== "open"
      const conclusions = makeConclusions(request.settings, plan)
      const ended = yield* Queue.bounded<Ended>(width.max)
      const running = new Map<number, Running>()
      const unfinished: Array<Outcome["unfinished"][number]> = []
      let failure: AskFailedReason | undefined
      let failures = 0
      let unanswered = 0
      let started = 0

      const begin = Effect.fnUntraced(function* () {
        const thread = ++started
        const strategy = plan.strategies[thread - 1]
        if (strategy === undefined) return
        const over = journal.endOf(thread)
        if (over !== undefined && over.type !== "ThreadConcluded") return
        const progress: Progress = { steps: [] }
        run.note({ type: "ThreadStarted", thread, strategy })
        const fiber = yield* think(run, { thread, plan, strategy, progress }).pipe(
          Effect.map((conclusion): Ended => ({ thread, conclusion, failure: undefined })),
          Effect.catch((error) =>
            Effect.map(tellOfFailure(run, thread, error), (failure): Ended => ({
              thread,
              conclusion: undefined,
              failure
            }))
          ),
          Effect.flatMap((end) => Queue.offer(ended, end)),
          Effect.forkScoped
        )
        running.set(thread, { fiber, progress })
      })

      const mayBegin = () => started < width.max && run.pressure() < Pressure.fewerThreads

      /** Stops the threads that are still thinking. */
      const stopAll = (why: "agreed" | "straggler" | "budget") =>
        Effect.forEach(
          [...running],
          Effect.fnUntraced(function* ([thread, { fiber, progress }]) {
            running.delete(thread)
            yield* Fiber.interrupt(fiber)
            if (journal.endOf(thread) !== undefined) return
            unfinished.push({ thread, steps: progress.steps })
            yield* tell({ type: "ThreadStopped", thread, why })
          }),
          { discard: true }
        )

      const tellOfDisagreement = Effect.suspend(() => {
        const answers = conclusions.answers().map(({ normalised, threads }) => ({ normalised, threads }))
        return answers.length > 1 ? tell({ type: "Disagreed", answers }) : Effect.void
      })

      /** Threads that may yet conclude. */
      const further = () => running.size + (mayBegin() ? width.max - started : 0)

      /** Nobody is thinking and nothing is settled: one more thread thinks, or where none may, a tie is broken. */
      const goOn = Effect.fnUntraced(function* () {
        yield* tellOfDisagreement
        // Where nothing but failures came, one more would fail as well.
        const isHopeless = conclusions.all().length === 0 && failures >= width.initial
        if (isHopeless) return undefined
        if (!mayBegin()) return yield* breakTie(run, plan, conclusions)
        yield* begin()
        return undefined
      })

      const first = isAdaptive ? (plan.difficulty === "easy" ? 1 : Math.min(width.initial, width.max)) : width.max
      while (started < Math.max(first, journal.threads())) {
        if (started > 0 && journal.threads() <= started && !mayBegin()) {
          yield* tell({ type: "Degraded", why: "fewer_threads", detail: "the budget is running out" })
          break
        }
        yield* begin()
      }

      const startedAt = yield* steadyNow
      const softDeadline =
        run.deadline - Math.min(longestFusionMillis, Math.max(0, run.deadline - startedAt) * shareOfFusion)
      // Where answers are compared, one that is late gets a further thread beside it; elsewhere enough are enough.
      const needsMore = isAdaptive && isComparable
      let patience = width.grace_ms
      let graceEnd = Number.POSITIVE_INFINITY
      let winner: string | undefined

      while (running.size > 0) {
        const end = yield* takeUntil(ended, Math.min(softDeadline, graceEnd))
        const now = yield* steadyNow
        if (end === undefined) {
          const isLate = graceEnd <= softDeadline
          if (!isLate || !needsMore) {
            yield* stopAll(isLate ? "straggler" : "budget")
            break
          }
          if (mayBegin()) yield* begin()
          graceEnd = mayBegin() ? now + patience : Number.POSITIVE_INFINITY
          continue
        }
        running.delete(end.thread)
        if (end.conclusion === undefined) {
          failure = end.failure
          failures++
          if (end.failure === undefined) unanswered++
        } else conclusions.add(end.conclusion)
        if (needsMore) {
          winner = conclusions.settled(further())
          if (winner === undefined && running.size === 0) {
            winner = yield* goOn()
            graceEnd = Number.POSITIVE_INFINITY
          }
          if (winner !== undefined) {
            yield* stopAll("agreed")
            break
          }
        } else if (isAdaptive && end.conclusion === undefined && failures < width.initial && mayBegin()) {
          yield* begin()
        }
        if (graceEnd !== Number.POSITIVE_INFINITY || conclusions.all().length === 0) continue
        if (needsMore) {
          // As long again as the first took.
          patience = Math.max(width.grace_ms, now - startedAt)
          graceEnd = now + patience
        } else if (conclusions.all().length >= width.quorum) graceEnd = now + width.grace_ms
      }

      const best = winner ?? conclusions.answers()[0]?.normalised
      const supporters = best === undefined ? [] : conclusions.membersOf(best).map(({ thread }) => thread)
      if (best !== undefined && supporters.length > 1) {
        run.note({ type: "Agreed", threads: supporters, normalised: best })
      } else yield* tellOfDisagreement
      return {
        conclusions: conclusions.all(),
        leader: best === undefined ? undefined : conclusions.speakerOf(best),
        supporters,
        unanswered,
        isTested: best !== undefined && conclusions.stands(best),
        unfinished,
        failure
      } satisfies Outcome
    })
  )

const takeUntil = Effect.fnUntraced(function* (queue: Queue.Dequeue<Ended>, until: number) {
  if (until === Number.POSITIVE_INFINITY) return yield* Queue.take(queue)
  const now = yield* steadyNow
  return Option.getOrUndefined(yield* Effect.timeoutOption(Queue.take(queue), Math.max(0, until - now)))
})

/** A thread that fails is a fact in the result, not a failure of the run. */
const tellOfFailure = Effect.fnUntraced(function* (
  run: RunContext,
  thread: number,
  error: AskFailed | NoAnswer | Refuted | Repeats
) {
  if (error._tag !== "AskFailed") {
    const failed = { type: "ThreadFailed", thread, reason: error._tag, detail: error.message } as const
    yield* error._tag === "Refuted"
      ? run.tell(failed)
      : run.tell(failed, {
          type: "Degraded",
          why: error._tag === "Repeats" ? "thread_repeats" : "no_answer",
          detail: `thread ${thread}`
        })
    return undefined
  }
  const { reason } = error
  if (reason._tag === "OutOfBudget") {
    yield* run.tell({ type: "ThreadStopped", thread, why: "budget" })
    return reason
  }
  const [name, detail] =
    reason._tag === "ModelFailed"
      ? [reason.error.reason._tag, reason.error.message]
      : [reason._tag, "no reply that could be used"]
  yield* run.tell(
    { type: "ThreadFailed", thread, reason: name, detail },
    { type: "Degraded", why: "thread_failed", detail: `thread ${thread}: ${name}` }
  )
  return reason
})
