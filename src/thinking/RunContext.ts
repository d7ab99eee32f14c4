// What every part of a run works with: it tells what happened, and it asks models, each call once and on the bill.
import { Array as Arr, Clock, Effect, Exit, Option, Semaphore, Stream } from "effect"
import { RequestId } from "../platform/RequestContext.ts"
import { steadyMillis } from "../platform/steadyTime.ts"
import { AttemptListener, type AttemptRecord } from "../providers/accounting/CallRecord.ts"
import { estimatedPrompt } from "../providers/accounting/usage.ts"
import type { ChatMessage, ChatModel, ChatRequest, FinishReason } from "../providers/ChatModel.ts"
import { CallLimits } from "../providers/policy/CallLimits.ts"
import type { ProviderError } from "../providers/ProviderError.ts"
import { AskFailed, type AskFailedReason } from "./AskFailed.ts"
import type { Bill } from "./Bill.ts"
import { billOf, errorOf, failureOf } from "./billing.ts"
import { type Budget, type Estimate, isSpent } from "./Budget.ts"
import type { Journal } from "./Journal.ts"
import type { ThinkingPrompts } from "./prompts/ThinkingPrompts.ts"
import type { ReasoningRequest } from "./ReasoningRequest.ts"
import type { RunId } from "./RunId.ts"
import type { CallKey, LoggedEvent, ThinkingRole, ThoughtEvent } from "./ThoughtEvent.ts"

/** What a model said: a whole reply, or a stream that has ended. */
export interface Said {
  readonly text: string
  readonly finish: FinishReason
  readonly callId: string | undefined
}

/** A model call that a run makes. */
export interface Ask<A extends ThoughtEvent> {
  readonly key: CallKey
  readonly role: ThinkingRole
  readonly thread?: number
  readonly messages: ReadonlyArray<ChatMessage>
  /** Sampling and the like; what is not set is the role's or the provider's. */
  readonly options?: Omit<ChatRequest, "messages">
  /** Requests that must be left for others, above all for the one that writes the answer. */
  readonly keep: number
  /** Milliseconds that it is waited for, where the run's own time is longer. */
  readonly timeout?: number
  /** What the reply says; `undefined` where it cannot be read. */
  readonly read: (said: Said, bill: Bill) => A | undefined
  /** Knows the reply in the log. */
  readonly isReply: (event: ThoughtEvent) => event is A
}

/** One run under way. */
export interface RunContext {
  readonly request: ReasoningRequest
  readonly prompts: ThinkingPrompts
  readonly journal: Journal
  /** The largest share of any limit that is used, from 0 on. */
  readonly pressure: () => number
  /** Until when it must have ended, by `steadyMillis`. */
  readonly deadline: number
  /** Logs events, then shows them; what was decided before is left out. Not to be interrupted. */
  readonly tell: (...events: Arr.NonEmptyReadonlyArray<ThoughtEvent>) => Effect.Effect<void>
  /** Puts down what is told with the next that is, which comes at once: a commit of its own would cost as much again. */
  readonly note: (event: ThoughtEvent) => void
  /** Asks a model, unless the log has the reply already. */
  readonly ask: <A extends ThoughtEvent>(ask: Ask<A>) => Effect.Effect<A, AskFailed>
  /** The same, telling the text as it comes. */
  readonly askAloud: <A extends ThoughtEvent>(ask: Ask<A>) => Effect.Effect<A, AskFailed>
}

/** What a model of a role costs at most, in micro-USD a token. */
export interface TokenPrice {
  readonly input: number
  readonly output: number
}

export interface RunContextParts {
  readonly id: RunId
  readonly request: ReasoningRequest
  readonly prompts: ThinkingPrompts
  readonly journal: Journal
  readonly budget: Budget
  /** The number of the last event in the log. */
  readonly seq: number
  readonly modelFor: (role: ThinkingRole) => Effect.Effect<Option.Option<ChatModel>>
  readonly priceOf: (role: ThinkingRole) => Effect.Effect<TokenPrice | undefined>
  readonly append: (events: Arr.NonEmptyReadonlyArray<LoggedEvent>) => Effect.Effect<void>
  readonly show: (events: Arr.NonEmptyReadonlyArray<LoggedEvent>) => Effect.Effect<void>
}

// What a reply of each role is expected to take at most, in tokens, unless its request says so.
const expectedTokens: Readonly<Record<ThinkingRole, number>> = {
  planner: 800,
  thinker: 2000,
  summarizer: 800,
  challenger: 800,
  voter: 500,
  fusion: 2000
}

export const makeRunContext = Effect.fnUntraced(function* (parts: RunContextParts) {
  const { append, budget, id, journal, modelFor, priceOf, prompts, request, show } = parts
  const turns = yield* Semaphore.make(1)
  const clock = yield* Clock.Clock
  let seq = parts.seq
  let noted: ReadonlyArray<ThoughtEvent> = []

  const note = (event: ThoughtEvent): void => {
    if (journal.take(event)) noted = [...noted, event]
  }

  // One after the other, so that what is shown comes in the order of the log.
  const tell: RunContext["tell"] = (...events) =>
    Effect.suspend(() => {
      const at = clock.currentTimeMillisUnsafe()
      const told = [...noted, ...events.filter((event) => journal.take(event))]
      noted = []
      const logged = told.map((event): LoggedEvent => ({ run: id, seq: ++seq, at, event }))
      return Arr.isReadonlyArrayNonEmpty(logged) ? Effect.andThen(append(logged), show(logged)) : Effect.void
    }).pipe(turns.withPermits(1), Effect.uninterruptible)

  const estimate = Effect.fnUntraced(function* (role: ThinkingRole, call: ChatRequest) {
    const prompt = estimatedPrompt(call)
    const completion = call.maxTokens ?? expectedTokens[role]
    const limitsMoney = request.settings.budget.cost !== undefined
    const price = limitsMoney ? yield* priceOf(role) : undefined
    if (limitsMoney && price === undefined) return yield* failed({ _tag: "NoPrice", role })
    const cost = price === undefined ? 0 : Math.ceil(prompt * price.input + completion * price.output)
    return { tokens: prompt + completion, cost } satisfies Estimate
  })

  const reserve = Effect.fnUntraced(function* (role: ThinkingRole, call: ChatRequest, keep: number) {
    const room = budget.reserve(yield* estimate(role, call), keep, steadyMillis(clock))
    if (!isSpent(room)) return room
    yield* tell({ type: "BudgetSpent", ...room })
    return yield* failed({ _tag: "OutOfBudget", what: room.what })
  })

  type Say = (model: ChatModel, call: ChatRequest) => Effect.Effect<Said, ProviderError>

  /** Makes a call whose end is logged whatever it is. */
  const make = <A extends ThoughtEvent>(ask: Ask<A>, say: Say): Effect.Effect<A, AskFailed> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const { keep, key, messages, options, read, role, thread, timeout } = ask
        const model = yield* modelFor(role)
        if (Option.isNone(model)) return yield* failed({ _tag: "NoModel", role })
        const call = { ...options, messages }
        const room = yield* reserve(role, call, keep)
        yield* tell({ type: "CallStarted", call: key, role, ...(thread === undefined ? {} : { thread }) })
        const attempts: Array<AttemptRecord> = []
        const startedAt = steadyMillis(clock)
        const exit = yield* say(model.value, call).pipe(
          Effect.provideService(AttemptListener, (attempt) => attempts.push(attempt)),
          Effect.provideService(RequestId, id),
          Effect.updateService(CallLimits, (limits) => ({
            ...limits,
            deadline: Math.min(limits.deadline, budget.deadline, startedAt + (timeout ?? Number.POSITIVE_INFINITY)),
            mayAttempt: room.mayAttempt
          })),
          restore,
          Effect.exit
        )
        const elapsed = Math.round(steadyMillis(clock) - startedAt)
        const bill = billOf(attempts, elapsed, Exit.isSuccess(exit) ? exit.value.callId : undefined)
        room.settle(bill)
        const event = Exit.isSuccess(exit) ? read(exit.value, bill) : undefined
        if (event !== undefined) {
          yield* tell(event)
          return event
        }
        yield* tell({ type: "CallFailed", call: key, role, ...failureOf(exit), bill })
        return Exit.isSuccess(exit)
          ? yield* failed({ _tag: "Unreadable" })
          : yield* Effect.mapError(
              Effect.failCause(exit.cause),
              (error) => new AskFailed({ reason: { _tag: "ModelFailed", error } })
            )
      })
    )

  const unlessLogged = <A extends ThoughtEvent>(ask: Ask<A>, say: Say): Effect.Effect<A, AskFailed> =>
    Effect.suspend(() => {
      const known = journal.callOf(ask.key)
      if (known === undefined) return make(ask, say)
      if (ask.isReply(known)) return Effect.succeed(known)
      if (known.type !== "CallFailed") return Effect.die(new Error(`the log has another reply under ${ask.key}`))
      return failed(
        known.reason === "Unreadable" ? { _tag: "Unreadable" } : { _tag: "ModelFailed", error: errorOf(known) }
      )
    })

  const sayAloud: Say = (model, call) =>
    Effect.suspend(() => {
      let text = ""
      let finish: FinishReason = "stop"
      return model.stream(call).pipe(
        Stream.runForEachArray((events) => {
          let added = ""
          for (const event of events) {
            if (event._tag === "TextDelta") added += event.text
            else if (event._tag === "Finish") finish = event.reason
          }
          text += added
          return added === "" ? Effect.void : tell({ type: "FusionDelta", text: added })
        }),
        Effect.map(() => ({ text, finish, callId: undefined }))
      )
    })

  return {
    request,
    prompts,
    journal,
    deadline: budget.deadline,
    pressure: () => budget.pressure(steadyMillis(clock)),
    tell,
    note,
    ask: (ask) => unlessLogged(ask, sayWhole),
    askAloud: (ask) => unlessLogged(ask, sayAloud)
  } satisfies RunContext
})

const failed = (reason: AskFailedReason) => Effect.fail(new AskFailed({ reason }))

const sayWhole = (model: ChatModel, call: ChatRequest): Effect.Effect<Said, ProviderError> =>
  Effect.map(model.complete(call), ({ finish, receipt, text }) => ({ text, finish, callId: receipt?.callId }))
