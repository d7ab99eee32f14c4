import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Stream } from "effect"
import type { TurnEvent } from "../../../src/chat/Turn.ts"
import { runEvents } from "../../../src/chat/turns/runEvents.ts"
import type { ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { aBill, answered, aRequest, aRunId, delta, event } from "../../thinking/runs/events.ts"

const heard = (question: string, whole: boolean, ...events: ReadonlyArray<ThoughtEvent>) =>
  Effect.gen(function* () {
    const shown: Array<TurnEvent> = []
    const logged = Stream.fromIterable(events.map((each, at) => event(aRunId, at + 1, each)))
    const result = yield* runEvents(logged, aRequest(question), whole).pipe(
      Stream.runForEach((each) => Effect.sync(() => shown.push(each))),
      Effect.result
    )
    const textOf = (tag: "TextDelta" | "ReasoningDelta") =>
      shown.map((each) => (each._tag === tag ? each.text : "")).join("")
    return { result, shown, text: textOf("TextDelta"), thoughts: textOf("ReasoningDelta"), last: shown.at(-1) }
  })

const fusion = (kind: "intelligent" | "vote" | "direct"): ThoughtEvent => ({ type: "FusionStarted", kind })
const place = { thread: 2, step: 1, revision: 0 }
const proposed = (text: string, revision = 0): ThoughtEvent => ({
  type: "StepProposed",
  ...place,
  revision,
  call: `t2/s1/r${revision}`,
  bill: aBill,
  text,
  isLast: false
})
const votes = { accept: 0, reject: 3, abstain: 0 }
const accepted = (revision: number): ThoughtEvent => ({
  type: "StepAccepted",
  ...place,
  revision,
  tested: true,
  votes
})
const cutFusion: ThoughtEvent = {
  type: "CallFailed",
  call: "fusion",
  role: "fusion",
  reason: "Network",
  detail: "the reply broke off",
  bill: aBill
}

const anAnswer = { type: "Answered", text: "42", confidence: 0.9, degraded: false, finish: "stop" } as const

describe("a run as a turn", () => {
  it.effect("tells the steps that stand, objections and disagreement, in the language of the question", () =>
    Effect.gen(function* () {
      const events: ReadonlyArray<ThoughtEvent> = [
        { type: "Planned", difficulty: "hard", form: "number", strategies: [{ name: "direct", hint: "" }], by: "rule" },
        proposed("six times seven is 54"),
        { type: "StepRevised", ...place, votes, counterexample: "it is 42" },
        proposed("six times seven is 42", 1),
        accepted(1),
        // Its thread's conclusion is tested as well.
        accepted(1),
        {
          type: "Disagreed",
          answers: [
            { normalised: "42", threads: [1, 2] },
            { normalised: "54", threads: [3] }
          ]
        },
        fusion("vote"),
        delta("42"),
        answered("42")
      ]
      const english = yield* heard("What is six times seven?", false, ...events)
      assert.strictEqual(
        english.thoughts,
        [
          "The question is hard. Strategies: direct.",
          "[Thread 2, step 1] is thought anew. Objection: it is 42",
          "[Thread 2, step 1] six times seven is 42",
          "The threads differ: 42 (thread 1, 2); 54 (thread 3).",
          ""
        ].join("\n\n")
      )
      const chinese = yield* heard("六乘以七等于多少？", false, ...events)
      assert.include(chinese.thoughts, "【思路 2，第 1 步】重新思考。反例：it is 42")
    })
  )

  it.effect("bills the whole run: what did not become the answer is reasoning", () =>
    Effect.gen(function* () {
      const final: ThoughtEvent = {
        ...anAnswer,
        call: "fusion",
        bill: { ...aBill, completion_tokens: 7, reasoning_tokens: 3 }
      }
      const { last } = yield* heard("6*7?", false, proposed("a step"), cutFusion, fusion("direct"), delta("42"), final)
      assert.deepStrictEqual(last, {
        _tag: "Finish",
        reason: "stop",
        usage: {
          promptTokens: 60,
          completionTokens: 27,
          cachedTokens: 15,
          cacheWriteTokens: 0,
          reasoningTokens: 23,
          estimated: false,
          cost: 2100
        }
      })
      const byRule = yield* heard("6*7?", false, proposed("a step"), fusion("vote"), delta("42"), answered("42"))
      assert.containSubset(byRule.last, { usage: { completionTokens: 10, reasoningTokens: 10 } })
    })
  )

  it.effect("fails where the answer breaks off and begins anew, for what was sent cannot be taken back", () =>
    Effect.gen(function* () {
      const events = [
        fusion("intelligent"),
        delta("The answer is f"),
        cutFusion,
        fusion("vote"),
        delta("42"),
        answered("42")
      ]
      const streamed = yield* heard("6*7?", false, ...events)
      assert.strictEqual(streamed.text, "The answer is f")
      assert.notInclude(
        streamed.shown.map(({ _tag }) => _tag),
        "Finish"
      )
      assert.containSubset(Result.isFailure(streamed.result) ? streamed.result.failure : undefined, {
        _tag: "ProviderError",
        reason: { _tag: "Network" }
      })
      const whole = yield* heard("6*7?", true, ...events)
      assert.deepStrictEqual([whole.text, whole.last?._tag], ["42", "Finish"])
    })
  )

  it.effect("goes on where what broke off had said nothing yet", () =>
    Effect.gen(function* () {
      const { last, text } = yield* heard(
        "6*7?",
        false,
        fusion("intelligent"),
        cutFusion,
        fusion("vote"),
        delta("42"),
        answered("42")
      )
      assert.deepStrictEqual([text, last?._tag], ["42", "Finish"])
    })
  )
})
