import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { certaintyOfLead } from "../../src/thinking/conclusions.ts"
import { inTime } from "../providers/policy/chains.ts"
import { makePlatform } from "../providers/policy/ScriptedPlatform.ts"
import { adaptive, eventsOf, plain, question, think } from "./support/runs.ts"
import { conclusion, speaking, step, textOf, type Words } from "./support/thinkers.ts"
import { withThinking } from "./support/thinkingOver.ts"

const answers = { does: "answers", after: 100 } as const

/** The strategies of the scripted plan, in the order threads take them, by a part of their hints. */
const hints = ["Calculate it.", "Divide each option", "Estimate first.", "List the multiples."]

/** Thinkers that conclude at once: the n-th strategy with the n-th option, in words of its own. */
const concluding =
  (...options: ReadonlyArray<string>) =>
  (asked: Parameters<typeof textOf>[0]) => {
    const text = textOf(asked)
    const at = hints.findIndex((hint) => text.includes(hint))
    return conclusion(`Thread ${at + 1} works it out.`, options[at] ?? "D")
  }

const thinkOver = (words: Words, settings = adaptive) => {
  const platform = makePlatform([answers], speaking(words))
  return Effect.gen(function* () {
    const { events } = yield* inTime("1 minute")(think(question(settings)))
    const [answered] = eventsOf(events, "Answered")
    return { events, answered, calls: platform.seen.length }
  }).pipe(withThinking(platform))
}

const always = (vote: "accept" | "reject") => () => JSON.stringify({ vote, reason: "so it is" })
const objecting = (to: RegExp, counterexample: string) => (asked: Parameters<typeof textOf>[0]) =>
  JSON.stringify(to.test(textOf(asked)) ? { found: true, counterexample } : { found: false, counterexample: "" })

describe("votes come before tests:", () => {
  it.effect("what a quorum holds and nobody disputes is asked of no challenger", () =>
    Effect.gen(function* () {
      const { answered, calls, events } = yield* thinkOver({
        thinker: concluding("B", "B"),
        challenger: objecting(/./, "No."),
        voter: always("reject")
      })
      assert.strictEqual(answered?.answer, "B")
      assert.strictEqual(calls, 3)
      assert.strictEqual(eventsOf(events, "Challenged").length, 0)
    })
  )

  it.effect("an answer that most threads hold is not banned by a test that it would lose", () =>
    Effect.gen(function* () {
      const { answered, events } = yield* thinkOver({
        thinker: concluding("B", "C", "B", "A"),
        challenger: objecting(/Thread [13]/, "No."),
        voter: always("reject")
      })
      assert.strictEqual(eventsOf(events, "ThreadStarted").length, 4)
      assert.strictEqual(answered?.answer, "B")
      assert.strictEqual(eventsOf(events, "StepRejected").length, 0)
    })
  )

  it.effect("a tie that no further thread may break goes to the answer that stands its test", () =>
    Effect.gen(function* () {
      const { answered, events } = yield* thinkOver({
        thinker: concluding("C", "B", "C", "B"),
        challenger: objecting(/Thread [13]/, "Seven sixes are not 44."),
        voter: always("reject")
      })
      assert.strictEqual(eventsOf(events, "ThreadStarted").length, 4)
      assert.strictEqual(eventsOf(events, "StepRejected").length, 1)
      assert.strictEqual(answered?.answer, "B")
    })
  )

  it.effect(
    "where every answer of a tie is refuted, the objections go to the thinkers and the votes are counted anew",
    () =>
      Effect.gen(function* () {
        const objection = "Count the sixes once more."
        const { answered, events } = yield* thinkOver({
          thinker: (asked) =>
            textOf(asked).includes(objection) && textOf(asked).includes("Calculate it.")
              ? conclusion("Counted once more.", "B")
              : concluding("C", "B", "C", "B")(asked),
          challenger: objecting(/./, objection),
          voter: always("reject")
        })
        const again = eventsOf(events, "ThreadConcluded").filter(({ reconsidered }) => reconsidered === true)
        assert.deepStrictEqual(
          again.map(({ normalised, thread }) => [thread, normalised]),
          [
            [1, "B"],
            [2, "B"]
          ]
        )
        assert.strictEqual(answered?.answer, "B")
      })
  )

  it.effect("no thread begins whose vote could change nothing", () =>
    Effect.gen(function* () {
      const certain = { ...adaptive, threads: { ...adaptive.threads, quorum: 4, certainty: 1 } }
      const { answered, events } = yield* thinkOver({ thinker: concluding("B", "B", "B", "B") }, certain)
      assert.strictEqual(answered?.answer, "B")
      // Three of at most four cannot be overtaken any more.
      assert.strictEqual(eventsOf(events, "ThreadStarted").length, 3)
    })
  )

  it("a lead is as certain as the mass of its posterior above one half", () => {
    assert.strictEqual(certaintyOfLead(0, 0), 0.5)
    assert.strictEqual(certaintyOfLead(1, 0), 0.75)
    assert.strictEqual(certaintyOfLead(2, 0), 0.875)
    assert.strictEqual(certaintyOfLead(2, 1), 0.6875)
    assert.strictEqual(certaintyOfLead(3, 1), 0.8125)
    assert.strictEqual(certaintyOfLead(8, 8), 0.5)
  })
})

describe("what is no answer is no vote:", () => {
  for (const said of ["I need more information.", "信息不足，无法作答", "Ich weiß es nicht.", "N/A"]) {
    it.effect(`threads that agree on "${said}" make nobody sure`, () =>
      Effect.gen(function* () {
        const { answered, events } = yield* thinkOver({
          thinker: () => conclusion("Hm.", said, 0.95),
          fusion: () => conclusion("Hm.", said, 0.95)
        })
        assert.isAtMost(answered?.confidence ?? 1, 0.3)
        assert.isTrue(answered?.degraded)
        assert.include(
          eventsOf(events, "Degraded").map(({ why }) => why),
          "no_answer"
        )
        assert.strictEqual(eventsOf(events, "ThreadConcluded").length, 0)
      })
    )
  }

  it.effect("one that abstains leaves the answer to the others, who are less sure of it", () =>
    Effect.gen(function* () {
      const all = yield* thinkOver({ thinker: concluding("B", "B") })
      const some = yield* thinkOver({ thinker: concluding("I don't know.", "B", "B") })
      assert.strictEqual(some.answered?.answer, "B")
      assert.isBelow(some.answered?.confidence ?? 1, all.answered?.confidence ?? 0)
    })
  )

  it.effect("an option that says so is an answer like any other", () => {
    const platform = makePlatform([answers], speaking({ thinker: () => conclusion("Hm.", "Cannot be determined") }))
    return Effect.gen(function* () {
      const request = {
        ...question(plain),
        choices: { options: ["It is more.", "It is less.", "Cannot be determined"], several: false }
      }
      const { events } = yield* inTime("1 minute")(think(request))
      assert.strictEqual(eventsOf(events, "Answered")[0]?.answer, "C")
    }).pipe(withThinking(platform))
  })
})

describe("a thread that repeats itself", () => {
  it.effect("ends at its second equal step, and the run says that less came of it", () =>
    Effect.gen(function* () {
      const { answered, calls, events } = yield* thinkOver({
        thinker: () => step("Let us think about this carefully, and add the sixes one by one."),
        fusion: () => conclusion("42", "B")
      })
      assert.strictEqual(eventsOf(events, "StepProposed").length, 4)
      assert.strictEqual(calls, 6)
      assert.isTrue(answered?.degraded)
      assert.isAtMost(answered?.confidence ?? 1, 0.3)
      assert.deepStrictEqual(
        eventsOf(events, "ThreadFailed").map(({ reason }) => reason),
        ["Repeats", "Repeats"]
      )
    })
  )

  it.effect("concludes where what it repeats names an answer", () =>
    Effect.gen(function* () {
      const { answered, events } = yield* thinkOver({
        thinker: () => step("Seven sixes are forty-two, so the answer is B.")
      })
      assert.strictEqual(answered?.answer, "B")
      assert.isTrue(answered?.degraded)
      assert.strictEqual(eventsOf(events, "StepProposed").length, 4)
    })
  )
})

describe("a step with a sum that is worked out wrongly", () => {
  const checked = { ...adaptive, validation: { ...adaptive.validation, arithmetic: true } }

  it.effect("is thought anew with the right figure, and no critic is asked", () =>
    Effect.gen(function* () {
      const { answered, calls, events } = yield* thinkOver(
        {
          thinker: (asked) =>
            textOf(asked).includes("7 × 6 = 43 ✗ → 42")
              ? conclusion("7 × 6 = 42", "B")
              : conclusion("7 × 6 = 43, nearest to 44.", "C")
        },
        checked
      )
      assert.strictEqual(answered?.answer, "B")
      assert.strictEqual(eventsOf(events, "StepRevised").length, 2)
      assert.strictEqual(eventsOf(events, "Challenged").length, 0)
      assert.strictEqual(calls, 5)
    })
  )

  it.effect("is let pass once it may not be thought anew any more", () =>
    Effect.gen(function* () {
      const { answered, events } = yield* thinkOver({ thinker: () => conclusion("7 × 6 = 43", "C") }, checked)
      assert.strictEqual(answered?.answer, "C")
      assert.strictEqual(eventsOf(events, "StepRejected").length, 0)
    })
  )
})

describe("sampling", () => {
  const sample = {
    ...plain,
    mode: "sample" as const,
    plan: false,
    threads: { ...plain.threads, max: 5 },
    steps: { ...plain.steps, max: 1 }
  }

  it.effect("stops at two plain calls that agree, without a plan and by rule", () =>
    Effect.gen(function* () {
      const { answered, calls } = yield* thinkOver({ thinker: () => conclusion("42.", "B") }, sample)
      assert.strictEqual(answered?.answer, "B")
      assert.strictEqual(calls, 2)
    })
  )

  it.effect("goes on while calls differ, and takes the answer that leads", () => {
    let asked = 0
    const options = ["A", "B", "C", "B", "B"]
    return Effect.gen(function* () {
      const { answered, calls } = yield* thinkOver(
        { thinker: () => conclusion("So.", options[asked++] ?? "D") },
        sample
      )
      assert.strictEqual(answered?.answer, "B")
      assert.strictEqual(calls, 5)
    })
  })
})
