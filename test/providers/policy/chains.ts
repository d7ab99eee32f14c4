// Chains of models at scripted platforms, and the time in which they are watched.
import { assert } from "@effect/vitest"
import { Array as Arr, Clock, type Duration, Effect, type Exit, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { accounted, type RoleLimits } from "../../../src/providers/accounting/accounted.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import type { CallRecord } from "../../../src/providers/accounting/CallRecord.ts"
import type { ChatEvent, ChatModel } from "../../../src/providers/ChatModel.ts"
import { withFallback } from "../../../src/providers/policy/fallback.ts"
import { withHedge } from "../../../src/providers/policy/hedge.ts"
import type { ProviderError } from "../../../src/providers/ProviderError.ts"
import { providerWith, type TestProvider } from "../../support/providers.ts"
import type { Reaction } from "./Reaction.ts"
import { makePlatform, type Platform } from "./ScriptedPlatform.ts"
import { exchangeOver } from "../../support/exchangeOver.ts"

export const request = { messages: [{ role: "user" as const, content: "1+1?" }] }

/** So many keys, long enough to be told apart when masked. */
export const keysOf = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, at) => `sk-a-key-of-a-test-${1000 + at}`)

/** A platform, and a model at it. */
export const modelAtPlatform = Effect.fnUntraced(function* (
  script: Parameters<typeof makePlatform>[0],
  { count, ...options }: TestProvider & { readonly count?: Parameters<typeof makePlatform>[2] } = {}
) {
  const platform = makePlatform(script, undefined, count)
  const { keys, model, store } = yield* providerWith(
    Effect.map(platform.client, exchangeOver),
    "http://platform.test/v1",
    options
  )
  return { platform, model, keys, store }
})

export interface ChainOptions extends TestProvider {
  readonly hedge?: boolean
  /** What is asked of it, and so what a hedge has to know. */
  readonly stream?: boolean
}

/** How long a call takes while a hedge learns what is usual. */
export const usualMillis = 500

/** One model that asks these platforms in turn, hedged if so wished; a hedge knows already what is usual. */
export const chainOf = Effect.fnUntraced(function* (
  scripts: Arr.NonEmptyReadonlyArray<ReadonlyArray<Reaction>>,
  { hedge = false, stream = false, ...options }: ChainOptions = {}
) {
  const providers = yield* Effect.forEach(scripts, (_, at) =>
    modelAtPlatform([{ does: "answers", after: usualMillis }], {
      ...options,
      id: `p${at}`
    })
  )
  const [first, ...others] = Arr.map(providers, ({ model }) => model)
  if (first === undefined) return yield* Effect.die(new Error("a chain without models"))
  const chain = withFallback([first, ...others])
  const model = hedge ? withHedge(chain) : chain
  if (hedge) {
    const usual = Array.from({ length: 20 }, () => ask(model, stream))
    yield* inTime("1 minute")(Effect.all(usual, { concurrency: "unbounded", discard: true }))
  }
  const platforms = providers.map(({ platform }) => platform)
  platforms.forEach((platform, at) => platform.become(scripts[at] ?? []))
  return { model, platforms, keys: providers.map(({ keys }) => keys) }
})

/** All the requests that these platforms saw. */
export const seenBy = (platforms: ReadonlyArray<Platform>) => platforms.flatMap(({ seen }) => seen)

/** The text of a reply, whole or streamed. */
export const ask = (model: ChatModel, stream: boolean): Effect.Effect<string, ProviderError> =>
  stream
    ? Effect.map(Stream.runCollect(model.stream(request)), textOf)
    : Effect.map(model.complete(request), ({ text }) => text)

export const textOf = (events: ReadonlyArray<ChatEvent>): string =>
  events.map((event) => (event._tag === "TextDelta" ? event.text : "")).join("")

/** Runs to the end within so much of the test clock's time; what takes longer fails the test. */
export const inTime =
  (time: Duration.Input) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      // The clock waits for what it wakes, not for what was begun before it moved.
      const fiber = yield* Effect.forkChild(Effect.andThen(Effect.sleep(1), effect))
      yield* Effect.yieldNow
      yield* TestClock.adjust(time)
      const exit = fiber.pollUnsafe()
      if (exit === undefined) {
        yield* Fiber.interrupt(fiber)
        assert.fail(`it takes longer than ${String(time)}`)
      }
      return yield* exit
    })

/** A ledger that only remembers. */
export const rememberingLedger = () => {
  const calls: Array<CallRecord> = []
  const ledger = CallLedger.of({
    append: (call) => Effect.sync(() => calls.push(call)),
    recent: () => Effect.succeed([])
  })
  return { calls, ledger }
}

const noLimits: RoleLimits = { timeout: undefined, maxRetries: undefined }

/** The credit of accounts that have no limit. */
export const noLimitOfCredit = Credit.of({
  unpriced: "refuse",
  longestReply: 4096,
  isPrepaid: () => Effect.succeed(false),
  forget: () => Effect.void,
  hold: () => Effect.die(new Error("nothing is held for an account without a limit"))
})

/** The same model with a ledger, and the credit of whoever asks. */
export const withLedger = (
  model: ChatModel,
  ledger: CallLedger["Service"],
  credit: Credit["Service"] = noLimitOfCredit
): ChatModel => accounted(model, { role: "answer", limits: noLimits, ledger, credit })

/** The same model with a ledger that only remembers. */
export const rememberedBy = (model: ChatModel) => {
  const { calls, ledger } = rememberingLedger()
  return { model: withLedger(model, ledger), calls }
}

/** When an effect begins by the clock, how long it takes (both in milliseconds), and how it ends. */
export const timed = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<{ readonly begun: number; readonly millis: number; readonly exit: Exit.Exit<A, E> }, never, R> =>
  Effect.gen(function* () {
    const begun = yield* Clock.currentTimeMillis
    const exit = yield* Effect.exit(effect)
    return { begun, millis: (yield* Clock.currentTimeMillis) - begun, exit }
  })
