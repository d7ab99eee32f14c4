import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { noRunUsage, withBill } from "../../src/thinking/Bill.ts"
import { paidFor } from "../../src/thinking/Journal.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { FusionKind, type ThinkingSettings, ValidationPolicy } from "../../src/thinking/ThinkingSettings.ts"
import { endsRun, type LoggedEvent, type ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"
import { inTime } from "../providers/policy/chains.ts"
import { reactionOf } from "../providers/policy/Reaction.ts"
import { makePlatform, type Platform, tokensOf } from "../providers/policy/ScriptedPlatform.ts"
import { begin, logged, plain, question, think } from "./support/runs.ts"
import { conclusion, firstStep, speaking, step, textOf } from "./support/thinkers.ts"
import { withThinking } from "./support/thinkingOver.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Faulty = Schema.Array(reactionOf(["answers", "answers", "answers", "down", "limited", "hang", "reset"]))
const Case = {
  reactions: Faulty.check(Schema.isMaxLength(40)),
  /** Which of the answers are nonsense, and what the others say. */
  luck: Schema.Array(between(0, 7)).check(Schema.isMinLength(1), Schema.isMaxLength(20)),
  mode: Schema.Literals(["adaptive", "fixed"]),
  policy: ValidationPolicy,
  fusion: Schema.Literals(FusionKind.literals.filter((kind) => kind === "vote" || kind === "concat")),
  threads: between(1, 4),
  retries: between(0, 2),
  calls: Schema.Literals([1, 3, 4, 7, 12, 25, 1000])
}
type Case = { readonly [Key in keyof typeof Case]: (typeof Case)[Key]["Type"] }

const letters = ["A", "B", "B", "B", "C", "D", "B", "B"]

/** Says something by luck: right, wrong or nonsense. */
const talk = ({ luck }: Case) => {
  let said = 0
  const next = () => luck[said++ % luck.length] ?? 0
  return speaking({
    planner: (asked) => (next() === 7 ? "no plan" : speaking({})(asked)),
    thinker: (asked) =>
      textOf(asked).includes(firstStep)
        ? conclusion(`Thought ${said}.`, letters[next()] ?? "B", 0.4 + next() / 20)
        : step(firstStep),
    challenger: () => (next() === 7 ? "Who knows?" : JSON.stringify({ found: next() < 3, counterexample: "no" })),
    voter: () => JSON.stringify({ vote: ["accept", "reject", "abstain"][next() % 3], reason: "so" })
  })
}

const settingsOf = ({ calls, fusion, mode, policy, threads }: Case): ThinkingSettings => ({
  ...plain,
  mode,
  fusion,
  threads: { initial: Math.min(2, threads), max: threads, quorum: Math.min(2, threads), grace_ms: 2000 },
  validation: { ...plain.validation, policy, vote: "challenged" },
  budget: calls === 1000 ? {} : { calls }
})

const platformFor = (given: Case): Platform => {
  const { reactions } = given
  return makePlatform(
    ({ index }) => reactions[index] ?? { does: "answers", after: 100 + (index % 7) * 130 },
    talk(given)
  )
}

const retriesOf = ({ retries }: Case) => [`ai.max_retries=${retries}`, "ai.timeout=10"]

const billOf = (events: ReadonlyArray<ThoughtEvent>) =>
  events
    .map(paidFor)
    .filter((paid) => paid !== undefined)
    .reduce((usage, { bill }) => withBill(usage, bill), noRunUsage)

const countedBy = ({ seen }: Platform) => {
  const tokens = seen.filter(({ end }) => end === "answered").map(({ index }) => tokensOf(index))
  const sum = (of: (each: ReturnType<typeof tokensOf>) => number) => tokens.reduce((all, each) => all + of(each), 0)
  return {
    attempts: seen.length,
    prompt_tokens: sum(({ prompt }) => prompt),
    completion_tokens: sum(({ completion }) => completion),
    cached_tokens: sum(({ cached }) => cached),
    cost: sum(({ completion, prompt }) => prompt * 3 + completion * 7)
  }
}

/** What was sent and left, or broke off, is estimated: its prompt at least. */
const matches = (events: ReadonlyArray<ThoughtEvent>, platform: Platform) => {
  const { attempts, cached_tokens, completion_tokens, cost, estimated, prompt_tokens } = billOf(events)
  const counted = countedBy(platform)
  if (!estimated) {
    return assert.deepStrictEqual({ attempts, prompt_tokens, completion_tokens, cached_tokens, cost }, counted)
  }
  assert.isBelow(platform.seen.filter(({ end }) => end === "answered").length, attempts)
  assert.deepStrictEqual([attempts, cached_tokens], [counted.attempts, counted.cached_tokens])
  assert.isAbove(prompt_tokens, counted.prompt_tokens)
  assert.isAtLeast(completion_tokens, counted.completion_tokens)
  assert.isAbove(cost ?? 0, counted.cost)
}

const lastOf = (events: ReadonlyArray<LoggedEvent>) => events.at(-1)?.event

/** The log of a run in a database of its own, up to an event. */
const putLog = Effect.fnUntraced(function* (events: Arr.NonEmptyReadonlyArray<LoggedEvent>) {
  const log = yield* RunLog
  const [{ event, run: id }] = events
  if (event.type !== "RunStarted") return yield* Effect.die(new Error("a log that does not begin"))
  yield* log.create({ id, request: event.request, background: true })
  yield* log.append(events)
  return id
})

describe("the bill of a run", () => {
  it.effect.prop(
    "is what the platform counted, and its requests are never more than the budget allows",
    Case,
    (given) => {
      const platform = platformFor(given)
      return Effect.gen(function* () {
        const { events } = yield* inTime("10 minutes")(think(question(settingsOf(given))))
        assert.isAtMost(platform.seen.length, given.calls)
        assert.strictEqual(platform.open(), 0)
        matches(events, platform)
        const last = events.at(-1)
        assert.isTrue(last !== undefined && endsRun(last), `ends with ${last?.type}`)
        if (last?.type === "Answered") assert.notStrictEqual(last.text.trim(), "")
      }).pipe(withThinking(platform, retriesOf(given)))
    }
  )

  it.effect.prop(
    "is what the platform counted when whoever listens leaves at any moment, and nothing goes on",
    { ...Case, leavesAfter: between(0, 12_000) },
    (given) => {
      const platform = platformFor(given)
      return Effect.gen(function* () {
        const reasoner = yield* Reasoner
        const id = yield* reasoner.makeId
        const run = reasoner.run({ id, request: question(settingsOf(given)), background: false })
        const fiber = yield* begin(Effect.exit(Stream.runDrain(run)))
        yield* TestClock.adjust(1 + given.leavesAfter)
        yield* Fiber.interrupt(fiber)
        const events = yield* logged(id)
        assert.strictEqual(platform.open(), 0)
        assert.isAtMost(platform.seen.length, given.calls)
        matches(
          events.map(({ event }) => event),
          platform
        )
        const last = lastOf(events)
        assert.isTrue(last !== undefined && endsRun(last), `ends with ${last?.type}`)
      }).pipe(withThinking(platform, retriesOf(given)))
    }
  )

  it.effect.prop(
    "goes on after the process ended at any event: nothing logged is asked again, and the whole stays within the budget",
    { ...Case, cut: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })) },
    (given) =>
      Effect.gen(function* () {
        const request = question(settingsOf(given))
        const before = platformFor(given)
        const { shown } = yield* inTime("10 minutes")(think(request, true)).pipe(withThinking(before, retriesOf(given)))
        const prefix = shown.slice(0, Math.max(1, Math.floor(given.cut * (shown.length - 1))))
        if (!Arr.isReadonlyArrayNonEmpty(prefix)) return assert.fail("a run without events")
        const after = platformFor(given)
        yield* Effect.gen(function* () {
          const reasoner = yield* Reasoner
          const id = yield* putLog(prefix)
          const rest = yield* inTime("10 minutes")(Effect.exit(Stream.runCollect(reasoner.resume(id))))
          const all = yield* logged(id)
          const resumed = all.slice(prefix.length)
          if (rest._tag === "Success") assert.deepStrictEqual(rest.value, resumed)
          assert.deepStrictEqual(
            all.map(({ seq }) => seq),
            all.map((_, at) => at + 1)
          )
          const ended = new Set(
            prefix.flatMap(({ event }) =>
              event.type === "CallFailed" && (event.reason === "interrupted" || event.reason === "lost")
                ? []
                : [paidFor(event)?.call]
            )
          )
          const again = resumed.filter(({ event }) => event.type === "CallStarted" && ended.has(event.call))
          assert.deepStrictEqual(again, [])
          const last = lastOf(all)
          assert.isTrue(last !== undefined && endsRun(last), `ends with ${last?.type}`)
          const made = resumed.filter(({ event }) => !(event.type === "CallFailed" && event.reason === "lost"))
          matches(
            made.map(({ event }) => event),
            after
          )
          assert.isAtMost(billOf(all.map(({ event }) => event)).attempts, given.calls)
        }).pipe(withThinking(after, retriesOf(given)))
      })
  )
})
