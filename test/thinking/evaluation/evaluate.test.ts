import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Bill } from "../../../src/thinking/Bill.ts"
import { type Evaluation, evaluate } from "../../../src/thinking/evaluation/evaluate.ts"
import { reportOf } from "../../../src/thinking/evaluation/EvaluationReport.ts"
import { strategies, usualStrategies } from "../../../src/thinking/evaluation/strategies.ts"
import type { NewRun } from "../../../src/thinking/NewRun.ts"
import { Reasoner } from "../../../src/thinking/Reasoner.ts"
import { BudgetExhausted, ReasoningError } from "../../../src/thinking/ReasoningError.ts"
import { RunId } from "../../../src/thinking/RunId.ts"
import type { ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { adaptive } from "../support/runs.ts"

const bill: Bill = {
  call_id: null,
  provider: "p",
  model: "m",
  attempts: 2,
  prompt_tokens: 10,
  completion_tokens: 3,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: false,
  cost: 7,
  elapsed_ms: 5
}

const answered = (answer: string): ThoughtEvent => ({
  type: "Answered",
  text: `It is so.\nANSWER: ${answer}`,
  confidence: 0.5,
  degraded: answer === "4",
  finish: "stop",
  call: "fusion",
  bill
})
const lostCall: ThoughtEvent = {
  type: "CallFailed",
  call: "plan",
  role: "planner",
  reason: "Timeout",
  detail: "",
  bill
}

/** A reasoner that says what it is told to, and keeps what it was asked. */
const scripted = (say: (run: NewRun) => ReadonlyArray<ThoughtEvent> | ReasoningError) => {
  const asked: Array<NewRun> = []
  const layer = Layer.succeed(Reasoner, {
    makeId: Effect.sync(() => RunId.make(`run_${String(asked.length).padStart(36, "0")}`)),
    run: (run) => {
      asked.push(run)
      const said = say(run)
      if (said instanceof ReasoningError) return Stream.fail(said)
      return Stream.fromIterable(said.map((event, at) => ({ run: run.id, seq: at + 1, at: 0, event }))).pipe(
        Stream.tap(() => Effect.sleep("100 millis"))
      )
    },
    resume: () => Stream.empty
  })
  return { asked, layer }
}

const named = (...names: ReadonlyArray<string>) => strategies.filter(({ name }) => names.includes(name))

const evaluation = (changes: Partial<Evaluation> = {}): Evaluation => ({
  problems: [
    { id: "one", question: "1+1?", answer: 2 },
    { id: "two", question: "二加二等于几？", answer: 4, options: ["3", "4"] }
  ],
  strategies: named("plain", "fixed-3"),
  configured: adaptive,
  through: undefined,
  concurrency: 1,
  ...changes
})

const outcomesOf = (given: Evaluation) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Stream.runCollect(evaluate(given)))
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

describe("evaluate", () => {
  it.effect("gives each problem to each strategy, with its settings, options and language", () => {
    const { asked, layer } = scripted(() => [answered("2")])
    return Effect.gen(function* () {
      yield* outcomesOf(evaluation({ through: "p/m" }))
      assert.deepStrictEqual(
        asked.map(({ request: { model, settings, through } }) => [model, settings.mode, settings.threads.max, through]),
        [
          ["evaluation/plain", "direct", 4, "p/m"],
          ["evaluation/fixed-3", "fixed", 3, "p/m"],
          ["evaluation/plain", "direct", 4, "p/m"],
          ["evaluation/fixed-3", "fixed", 3, "p/m"]
        ]
      )
      assert.isUndefined(asked[0]?.request.choices)
      assert.deepStrictEqual(asked[2]?.request.choices, { options: ["3", "4"], several: false })
      const instructions = asked.map(({ request }) => request.messages[0]?.content)
      assert.deepStrictEqual(
        [/ANSWER/.test(String(instructions[0])), /答案/.test(String(instructions[2]))],
        [true, true]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("judges answers, and sums up the bills of calls that ended well or not", () => {
    const { layer } = scripted(({ request }) => [lostCall, answered(request.model === "evaluation/plain" ? "3" : "4")])
    return Effect.gen(function* () {
      const outcomes = yield* outcomesOf(evaluation())
      assert.deepStrictEqual(
        outcomes.map(({ answer, degraded, elapsed_ms, problem, strategy, verdict }) => [
          problem,
          strategy,
          verdict,
          answer,
          degraded,
          elapsed_ms
        ]),
        [
          ["one", "plain", "wrong", "3", false, 200],
          ["one", "fixed-3", "wrong", "4", true, 200],
          ["two", "plain", "wrong", "3", false, 200],
          ["two", "fixed-3", "right", "4", true, 200]
        ]
      )
      assert.deepInclude(outcomes[0]?.usage, { calls: 2, attempts: 4, prompt_tokens: 20, cost: 14 })
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes a run that fails as an outcome, and goes on", () => {
    const error = new ReasoningError({ reason: new BudgetExhausted({ what: "cost" }) })
    const { layer } = scripted(({ request }) => (request.model === "evaluation/plain" ? error : [answered("2")]))
    return Effect.gen(function* () {
      const outcomes = yield* outcomesOf(evaluation({ problems: evaluation().problems.slice(0, 1) }))
      assert.deepStrictEqual(
        outcomes.map(({ answer, verdict }) => [verdict, answer]),
        [
          ["failed", error.message],
          ["right", "2"]
        ]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("a report", () => {
  it.effect("compares each strategy with the first on the same problems", () => {
    const { layer } = scripted(({ request }) => [answered(request.model === "evaluation/plain" ? "3" : "2")])
    return Effect.gen(function* () {
      const given = evaluation({
        problems: [1, 2, 3, 4].map((at) => ({ id: `${at}`, question: "?", answer: at < 4 ? 2 : 3 }))
      })
      const report = reportOf("some problems", given.strategies, yield* outcomesOf(given))
      assert.deepStrictEqual(
        report.strategies.map(({ accuracy, calls, cost, difference, name }) => [
          name,
          accuracy.value,
          difference?.value ?? null,
          calls,
          cost
        ]),
        [
          ["plain", 0.25, null, 1, 28],
          ["fixed-3", 0.75, 0.5, 1, 28]
        ]
      )
      assert.strictEqual(report.problems, 4)
    }).pipe(Effect.provide(layer))
  })
})

describe("the strategies", () => {
  it("have names of their own, and what is usual is among them", () => {
    const names = strategies.map(({ name }) => name)
    assert.strictEqual(new Set(names).size, names.length)
    assert.deepStrictEqual(
      usualStrategies.filter((name) => !names.includes(name)),
      []
    )
  })

  it("differ from each other in what they set", () => {
    const settings = strategies.map((strategy) =>
      JSON.stringify(
        strategy.settings({ ...adaptive, fusion: "auto", validation: { ...adaptive.validation, policy: "risk" } })
      )
    )
    // as configured, and the same by name
    assert.strictEqual(new Set(settings).size, settings.length - 1)
  })
})
