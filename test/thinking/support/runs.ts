import { Effect, Result, Stream } from "effect"
import { Reasoner } from "../../../src/thinking/Reasoner.ts"
import type { ReasoningRequest } from "../../../src/thinking/ReasoningRequest.ts"
import type { RunId } from "../../../src/thinking/RunId.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import type { ThinkingSettings } from "../../../src/thinking/ThinkingSettings.ts"
import type { LoggedEvent, ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"

/** Two threads of two steps that nobody tests, put together by rule. */
export const plain: ThinkingSettings = {
  mode: "fixed",
  language: "en",
  plan: true,
  threads: { initial: 2, max: 2, quorum: 2, grace_ms: 60_000 },
  steps: { max: 4, max_length: 2000 },
  validation: {
    policy: "off",
    early: 1,
    rate: 0.5,
    confidence: 0.6,
    vote: "always",
    challengers: 3,
    voters: 3,
    pass_threshold: 0.6,
    max_revisions: 1,
    timeout_ms: 20_000
  },
  context: { strategy: "full", preserve_first: true, preserve_recent: 2, window: 4, compression: 0.3 },
  fusion: "auto",
  budget: {}
}

/** The same with every step tested. */
export const tested: ThinkingSettings = { ...plain, validation: { ...plain.validation, policy: "every" } }

export const adaptive: ThinkingSettings = {
  ...plain,
  mode: "adaptive",
  threads: { ...plain.threads, max: 4 },
  validation: { ...plain.validation, policy: "risk", vote: "challenged" }
}

/** A question with four options. */
export const question = (settings: ThinkingSettings): ReasoningRequest => ({
  model: "siku",
  messages: [{ role: "user", content: "What is 7 times 6, out of these?" }],
  choices: { options: ["40", "42", "44", "48"], several: false },
  sampling: {},
  settings
})

/** Thinks it through and gives what came, and how it ended. */
export const think = (request: ReasoningRequest, background = false) =>
  Effect.gen(function* () {
    const reasoner = yield* Reasoner
    const id = yield* reasoner.makeId
    const shown: Array<LoggedEvent> = []
    const result = yield* reasoner.run({ id, request, background }).pipe(
      Stream.runForEach((event) => Effect.sync(() => shown.push(event))),
      Effect.result
    )
    return { id, shown, events: shown.map(({ event }) => event), error: Result.getFailure(result) }
  })

/** Begins something with the next millisecond: the test clock waits for what it wakes. */
export const begin = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tap(Effect.forkChild(Effect.andThen(Effect.sleep(1), effect)), () => Effect.yieldNow)

/** All that the log holds of a run. */
export const logged = (id: RunId): Effect.Effect<ReadonlyArray<LoggedEvent>, never, RunLog> =>
  Effect.flatMap(RunLog, (log) => Stream.runCollect(log.read(id, 0)))

export const typesOf = (events: ReadonlyArray<ThoughtEvent>): ReadonlyArray<string> => events.map(({ type }) => type)

/** The events of one type. */
export const eventsOf = <const Type extends ThoughtEvent["type"]>(
  events: ReadonlyArray<ThoughtEvent>,
  type: Type
): ReadonlyArray<Extract<ThoughtEvent, { readonly type: Type }>> =>
  events.filter((event): event is Extract<ThoughtEvent, { readonly type: Type }> => event.type === type)
