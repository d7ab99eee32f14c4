import { Cause, Clock, Context, Effect, Layer, Queue, Stream } from "effect"
import { sortableUuid } from "../platform/sortableUuid.ts"
import { type BadPrompt, PromptFiles } from "../platform/PromptFiles.ts"
import { steadyNow } from "../platform/steadyTime.ts"
import { Catalog } from "../providers/Catalog.ts"
import type { AskFailed } from "./AskFailed.ts"
import { withBill } from "./Bill.ts"
import { lostBill } from "./billing.ts"
import { makeBudget } from "./Budget.ts"
import { answerDirectly, fuse } from "./Fusion.ts"
import { type Journal, makeJournal } from "./Journal.ts"
import { LeaveOpen } from "./LeaveOpen.ts"
import type { NewRun } from "./NewRun.ts"
import { makePlan } from "./Planner.ts"
import { ThinkingPrompts } from "./prompts/ThinkingPrompts.ts"
import { ReasoningError } from "./ReasoningError.ts"
import type { ReasoningRequest } from "./ReasoningRequest.ts"
import { makeRunContext, type RunContext } from "./RunContext.ts"
import { RunId } from "./RunId.ts"
import { RunLog } from "./RunLog.ts"
import { cancelled, endsRun, type LoggedEvent, type ThinkingRole } from "./ThoughtEvent.ts"
import { thinkTogether } from "./Threads.ts"
import { isTrivialPrompt, isUtilityPrompt } from "./utilityPrompt.ts"
import { whyFailed } from "./whyFailed.ts"

// Events that wait for whoever listens; more hold the run up.
const mostWaiting = 256
// With fewer calls than these there is nothing to plan, to think apart and to put together.
const fewestCallsOfThreads = 4

/**
 * Thinks a question through. Each event is in the log before it comes; the last one is `Answered`, `RunFailed` (then the stream
 * fails as well) or, where whoever listened has left, `RunCancelled`, which only the log shows. Leaving ends every model call.
 */
export class Reasoner extends Context.Service<
  Reasoner,
  {
    readonly makeId: Effect.Effect<RunId>
    readonly run: (run: NewRun) => Stream.Stream<LoggedEvent, ReasoningError>
    /** Takes up a run where its log ends; the events that follow. */
    readonly resume: (id: RunId) => Stream.Stream<LoggedEvent, ReasoningError>
  }
>()("siku/thinking/Reasoner") {
  static readonly layer: Layer.Layer<Reasoner, BadPrompt, Catalog | PromptFiles | RunLog> = Layer.effect(
    Reasoner,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const catalog = yield* Catalog
  const log = yield* RunLog
  const prompts = yield* ThinkingPrompts.load

  const modelFor =
    ({ through }: ReasoningRequest) =>
    (role: ThinkingRole) =>
      through === undefined ? catalog.forRole(role) : catalog.find(role, through)

  /** The events of a run from `seq` on: `opening` says what is to be told first. */
  const events = (options: {
    readonly id: RunId
    readonly request: ReasoningRequest
    readonly journal: Journal
    readonly startedAt: number
    readonly seq: number
    readonly open: (run: RunContext) => Effect.Effect<void>
  }): Stream.Stream<LoggedEvent, ReasoningError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const { id, journal, open, request, seq, startedAt } = options
        const shown = yield* Queue.bounded<LoggedEvent, ReasoningError | Cause.Done>(mostWaiting)
        const run = yield* makeRunContext({
          id,
          request,
          prompts,
          journal,
          // What was under way when the process ended may have been paid for.
          budget: makeBudget(
            request.settings.budget,
            startedAt,
            journal.open().reduce((usage) => withBill(usage, lostBill), journal.usage())
          ),
          seq,
          modelFor: modelFor(request),
          priceOf: (role) => catalog.priceOf(role, request.through),
          append: log.append,
          show: (events) => Queue.offerAll(shown, events)
        })
        const leaveOpen = yield* LeaveOpen
        yield* open(run).pipe(
          Effect.andThen(answer(run)),
          Effect.catch((error) => failRun(run, error)),
          Effect.onExit((exit) =>
            exit._tag === "Failure" && Cause.hasInterruptsOnly(exit.cause)
              ? leaveOpen.current
                ? Effect.void
                : run.tell(cancelled(leaveOpen))
              : exit._tag === "Failure" && exit.cause.reasons.some((reason) => reason._tag === "Die")
                ? run.tell({ type: "RunFailed", reason: "defect", detail: "something went wrong here" })
                : Effect.void
          ),
          Effect.onExit((exit) => (exit._tag === "Failure" ? Queue.failCause(shown, exit.cause) : Queue.end(shown))),
          Effect.forkScoped
        )
        // Nobody takes what is still to be shown: nothing waits for that.
        yield* Effect.addFinalizer(() => Queue.shutdown(shown))
        return Stream.fromQueue(shown)
      })
    )

  const run = ({ background, id, request }: NewRun) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const startedAt = yield* steadyNow
        yield* log.create({ id, request, background })
        return events({
          id,
          request,
          journal: makeJournal(),
          startedAt,
          seq: 0,
          open: ({ tell }) => tell({ type: "RunStarted", request, background })
        })
      })
    )

  const resume = (id: RunId) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const logged = yield* Stream.runCollect(log.read(id, 0))
        const first = logged[0]
        const last = logged.at(-1)
        if (last === undefined || first?.event.type !== "RunStarted" || endsRun(last.event)) return Stream.empty
        const journal = makeJournal(logged)
        return events({
          id,
          request: first.event.request,
          journal,
          // What has gone by since it began, the end of the process included, is not to be had again.
          startedAt: (yield* steadyNow) - Math.max(0, (yield* Clock.currentTimeMillis) - first.at),
          seq: last.seq,
          open: ({ tell }) => {
            const lost = journal.open()
            return tell(
              { type: "RunResumed", lost: lost.map(({ call }) => call) },
              ...lost.map(({ call, role }) => ({
                type: "CallFailed" as const,
                call,
                role,
                reason: "lost",
                detail: "the process ended before the reply came",
                bill: lostBill
              }))
            )
          }
        })
      })
    )

  return Reasoner.of({
    makeId: Effect.sync(() => RunId.make(`run_${sortableUuid()}`)),
    run,
    resume
  })
})

const answer = Effect.fn("Reasoner.answer")(function* (run: RunContext) {
  const { request, tell } = run
  const { choices, messages, settings } = request
  const isTrivial = choices === undefined && (isUtilityPrompt(messages) || isTrivialPrompt(messages))
  const isTooPoor = (settings.budget.calls ?? Number.POSITIVE_INFINITY) < fewestCallsOfThreads
  if (settings.mode === "direct" || isTrivial || isTooPoor) {
    const isDegraded = isTooPoor && settings.mode !== "direct" && !isTrivial
    run.note({ type: "Planned", difficulty: "trivial", form: "open", strategies: [], by: "rule" })
    if (isDegraded)
      yield* tell({ type: "Degraded", why: "fewer_threads", detail: "the budget is one for a plain call" })
    yield* answerDirectly(run, isDegraded)
    return
  }
  const plan = yield* makePlan(run)
  const outcome = yield* thinkTogether(run, plan)
  yield* fuse(run, plan, outcome)
})

const failRun = Effect.fnUntraced(function* (run: RunContext, { reason }: AskFailed) {
  const why = whyFailed(reason)
  const error = new ReasoningError({ reason: why.reason })
  yield* run.tell({ type: "RunFailed", reason: why.logged, detail: error.message })
  return yield* error
})
