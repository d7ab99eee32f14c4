import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { inTime } from "../providers/policy/chains.ts"
import { makePlatform } from "../providers/policy/ScriptedPlatform.ts"
import { adaptive, begin, eventsOf, logged, plain, question, tested, think, typesOf } from "./support/runs.ts"
import { conclusion, firstStep, plan, speaking, step, textOf } from "./support/thinkers.ts"
import { withThinking } from "./support/thinkingOver.ts"

const answers = { does: "answers", after: 100 } as const
const hangs = { does: "hang", after: 0 } as const
const down = { does: "down", after: 50 } as const

describe("Reasoner", () => {
  it.effect(
    "plans, thinks in two threads and answers with what both conclude, each event as it stands in the log",
    () => {
      const platform = makePlatform([answers], speaking({}))
      return Effect.gen(function* () {
        const { events, id, shown } = yield* inTime("1 minute")(think(question(plain)))
        assert.deepStrictEqual(
          typesOf(events).filter((type) => type !== "CallStarted"),
          [
            "RunStarted",
            "Planned",
            "ThreadStarted",
            "ThreadStarted",
            "StepProposed",
            "StepAccepted",
            "StepProposed",
            "StepAccepted",
            "StepProposed",
            "StepAccepted",
            "ThreadConcluded",
            "StepProposed",
            "StepAccepted",
            "ThreadConcluded",
            "Agreed",
            "FusionStarted",
            "FusionDelta",
            "Answered"
          ]
        )
        const [answered] = eventsOf(events, "Answered")
        assert.strictEqual(answered?.answer, "B")
        assert.isFalse(answered?.degraded)
        assert.deepStrictEqual(
          shown.map(({ seq }) => seq),
          shown.map((_, at) => at + 1)
        )
        assert.deepStrictEqual(yield* logged(id), shown)
        // one plan, two threads of two steps, nothing for putting them together
        assert.strictEqual(platform.seen.length, 5)
      }).pipe(withThinking(platform))
    }
  )

  it.effect("thinks a step anew in the light of the counterexample that won the vote", () => {
    const objection = "7 times 6 is not 43."
    const platform = makePlatform(
      [answers],
      speaking({
        thinker: (asked) => {
          const text = textOf(asked)
          if (!text.includes(firstStep)) return step(firstStep)
          return text.includes(objection) ? conclusion("They make 42.", "B") : conclusion("They make 43.", "A")
        },
        challenger: (asked) =>
          JSON.stringify(
            textOf(asked).includes("They make 43.")
              ? { found: true, counterexample: objection }
              : { found: false, counterexample: "" }
          ),
        voter: (asked) =>
          JSON.stringify({ vote: textOf(asked).includes("They make 43.") ? "reject" : "accept", reason: "as it is" })
      })
    )
    return Effect.gen(function* () {
      const { events } = yield* inTime("1 minute")(think(question(tested)))
      const revised = eventsOf(events, "StepRevised")
      assert.deepStrictEqual(
        revised.map(({ counterexample, revision, step, thread }) => [thread, step, revision, counterexample]),
        [
          [1, 2, 0, objection],
          [2, 2, 0, objection]
        ]
      )
      assert.strictEqual(eventsOf(events, "Answered")[0]?.answer, "B")
    }).pipe(withThinking(platform))
  })

  it.effect("ends a vote as soon as its majority is certain, and the others' calls with it", () => {
    const platform = makePlatform(
      (request) => (request.text.includes("late") ? { does: "answers", after: 3000 } : answers),
      (() => {
        let ballots = 0
        return speaking({
          voter: () => JSON.stringify({ vote: "accept", reason: ++ballots % 3 === 0 ? "late" : "early" })
        })
      })()
    )
    return Effect.gen(function* () {
      const { events } = yield* inTime("1 minute")(think(question(tested)))
      assert.strictEqual(eventsOf(events, "Voted").length, 8)
      const left = eventsOf(events, "CallFailed")
      assert.deepStrictEqual(
        left.map(({ reason, role }) => [role, reason]),
        [1, 2, 3, 4].map(() => ["voter", "interrupted"])
      )
      assert.strictEqual(platform.seen.filter(({ end }) => end === "left").length, 4)
    }).pipe(withThinking(platform))
  })

  it.effect("asks a further thread when two differ, and stops once enough agree", () => {
    const platform = makePlatform(
      [answers],
      speaking({
        thinker: (asked) => {
          const text = textOf(asked)
          if (!text.includes(firstStep)) return step(firstStep)
          return text.includes("Divide each option") ? conclusion("It is 44.", "C") : conclusion("It is 42.", "B")
        }
      })
    )
    return Effect.gen(function* () {
      const threads = { ...adaptive.threads, certainty: 0.6 }
      const untested = { ...adaptive, threads, validation: { ...adaptive.validation, policy: "off" as const } }
      const { events } = yield* inTime("1 minute")(think(question(untested)))
      assert.strictEqual(eventsOf(events, "ThreadStarted").length, 3)
      assert.deepStrictEqual(
        eventsOf(events, "Disagreed").map(({ answers }) => answers.map(({ normalised }) => normalised)),
        [["B", "C"]]
      )
      assert.deepStrictEqual(eventsOf(events, "Agreed")[0]?.threads, [1, 3])
      assert.strictEqual(eventsOf(events, "Answered")[0]?.answer, "B")
    }).pipe(withThinking(platform))
  })

  it.effect("waits for the thread that is to settle it between two that differ, however slow it is", () => {
    const platform = makePlatform(
      (request) => (request.text.includes("slow") ? { does: "answers", after: 20_000 } : answers),
      speaking({
        thinker: (asked) => {
          const text = textOf(asked)
          if (!text.includes(firstStep)) return step(firstStep)
          if (text.includes("Divide each option")) return conclusion("It is 44.", "C")
          return conclusion(text.includes("Estimate first.") ? "slow" : "It is 42.", "B")
        }
      })
    )
    return Effect.gen(function* () {
      const threads = { ...adaptive.threads, max: 3, grace_ms: 1000 }
      const untested = { ...adaptive, threads, validation: { ...adaptive.validation, policy: "off" as const } }
      const { events } = yield* inTime("1 minute")(think(question(untested)))
      assert.deepStrictEqual(eventsOf(events, "Agreed")[0]?.threads, [1, 3])
      assert.strictEqual(eventsOf(events, "ThreadStopped").length, 0)
    }).pipe(withThinking(platform))
  })

  it.effect("has a further thread think when one is late, and stops the late one once enough agree", () => {
    const platform = makePlatform(
      (request) => (request.text.includes("stuck") ? hangs : answers),
      speaking({
        thinker: (asked) => {
          const text = textOf(asked)
          if (!text.includes(firstStep)) return step(firstStep)
          return conclusion(text.includes("Divide each option") ? "stuck" : "It is 42.", "B")
        }
      })
    )
    return Effect.gen(function* () {
      const threads = { ...adaptive.threads, grace_ms: 1000 }
      const untested = { ...adaptive, threads, validation: { ...adaptive.validation, policy: "off" as const } }
      const { events } = yield* inTime("10 seconds")(think(question(untested)))
      assert.deepStrictEqual(eventsOf(events, "Agreed")[0]?.threads, [1, 3])
      assert.deepStrictEqual(
        eventsOf(events, "ThreadStopped").map(({ thread, why }) => [thread, why]),
        [[2, "agreed"]]
      )
      assert.strictEqual(platform.open(), 0)
    }).pipe(withThinking(platform))
  })

  it.effect("ends stragglers after the grace that they get once enough have concluded", () => {
    const platform = makePlatform(
      (request) => (request.text.includes("slow") ? { does: "answers", after: 3000 } : answers),
      speaking({
        thinker: (asked) => {
          const text = textOf(asked)
          const isSlow = text.includes("Estimate first.")
          return text.includes(firstStep) ? conclusion(isSlow ? "slow" : "They make 42.", "B") : step(firstStep)
        }
      })
    )
    return Effect.gen(function* () {
      const three = { ...plain, threads: { initial: 3, max: 3, quorum: 2, grace_ms: 1000 } }
      const { events } = yield* inTime("1 minute")(think(question(three)))
      assert.deepStrictEqual(
        eventsOf(events, "ThreadStopped").map(({ thread, why }) => [thread, why]),
        [[3, "straggler"]]
      )
      assert.strictEqual(platform.open(), 0)
      assert.strictEqual(eventsOf(events, "Answered").length, 1)
    }).pipe(withThinking(platform))
  })

  describe("still answers, and says that less was done and why,", () => {
    const whenWrong = (
      name: string,
      why: string,
      broken: Parameters<typeof speaking>[0],
      react: (text: string) => { readonly does: "answers" | "hang" | "down"; readonly after: number } = () => answers
    ) =>
      it.effect(name, () => {
        const platform = makePlatform((request) => react(request.text), speaking(broken))
        return Effect.gen(function* () {
          const { error, events } = yield* inTime("5 minutes")(think(question(tested)))
          assert.isTrue(Option.isNone(error))
          const [answered] = eventsOf(events, "Answered")
          assert.strictEqual(answered?.answer, "B")
          assert.isTrue(answered?.degraded)
          assert.include(
            eventsOf(events, "Degraded").map((event) => event.why),
            why
          )
          assert.strictEqual(platform.open(), 0)
        }).pipe(withThinking(platform))
      })

    whenWrong(
      "when a thread is dead",
      "thread_failed",
      { thinker: (asked) => (textOf(asked).includes("Divide each option") ? "DEAD" : conclusion("It is 42.", "B")) },
      (text) => (text === "DEAD" ? down : answers)
    )
    whenWrong(
      "when a challenger is dead",
      "challenge_failed",
      {
        challenger: (() => {
          let asked = 0
          return () => (++asked % 3 === 0 ? "DEAD" : JSON.stringify({ found: false, counterexample: "" }))
        })()
      },
      (text) => (text === "DEAD" ? down : answers)
    )
    whenWrong("when votes are garbage", "vote_failed", { voter: () => "𝄞 lorem ipsum {{{" })
    whenWrong(
      "when a voter stalls",
      "vote_failed",
      {
        voter: (() => {
          let asked = 0
          return () => (++asked % 3 === 1 ? "STALL" : JSON.stringify({ vote: asked % 3 === 2 ? "accept" : "abstain" }))
        })()
      },
      (text) => (text === "STALL" ? hangs : answers)
    )
    whenWrong("when the planner answers nonsense", "plan_failed", { planner: () => "I would rather not." })
  })

  it.effect("fails with the platform's reason when all platforms are dead, and never answers with nothing", () => {
    const platform = makePlatform([down])
    return Effect.gen(function* () {
      const { error, events } = yield* inTime("5 minutes")(think(question(tested)))
      assert.strictEqual(Option.getOrThrow(error).reason._tag, "ModelsFailed")
      assert.strictEqual(events.at(-1)?.type, "RunFailed")
      assert.strictEqual(eventsOf(events, "Answered").length, 0)
    }).pipe(withThinking(platform))
  })

  it.effect(
    "closes every call when whoever listens leaves, and logs that the run was cancelled and what it cost",
    () => {
      const platform = makePlatform([hangs])
      return Effect.gen(function* () {
        const reasoner = yield* Reasoner
        const id = yield* reasoner.makeId
        const request = question({ ...plain, plan: false })
        const fiber = yield* begin(Stream.runDrain(reasoner.run({ id, request, background: false })))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(platform.open(), 2)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(platform.open(), 0)
        const events = (yield* logged(id)).map(({ event }) => event)
        assert.strictEqual(events.at(-1)?.type, "RunCancelled")
        assert.strictEqual(eventsOf(events, "CallFailed").length, 2)
      }).pipe(withThinking(platform))
    }
  )

  it.effect("gives a greeting and what a chat client asks for itself one call and no more", () => {
    const platform = makePlatform([answers], speaking({ fusion: () => "你好！" }))
    return Effect.gen(function* () {
      const { choices: _, ...open } = question(adaptive)
      const request = { ...open, messages: [{ role: "user" as const, content: "你好" }] }
      const { events } = yield* inTime("1 minute")(think(request))
      assert.strictEqual(platform.seen.length, 1)
      assert.strictEqual(eventsOf(events, "Answered")[0]?.text, "你好！")
      const deltas = eventsOf(events, "FusionDelta").map(({ text }) => text)
      assert.strictEqual(deltas.join(""), "你好！")
    }).pipe(withThinking(platform))
  })

  it.effect("lets a model write the answer to an open question, and the rule stand in when it fails", () => {
    const open = plan().replace('"option"', '"open"')
    const words = {
      planner: () => open,
      thinker: (asked: Parameters<typeof textOf>[0]) =>
        textOf(asked).includes(firstStep) ? conclusion("Sixes were added.", "42, by addition") : step(firstStep)
    }
    const ask = Effect.gen(function* () {
      const { choices: _, ...rest } = question(plain)
      return yield* inTime("1 minute")(think({ ...rest, messages: [{ role: "user", content: "Why is that so?" }] }))
    })
    const alive = makePlatform([answers], speaking({ ...words, fusion: () => "Because sixes add up." }))
    const dead = makePlatform(
      (request) => (request.text === "DEAD" ? down : answers),
      speaking({ ...words, fusion: () => "DEAD" })
    )
    return Effect.gen(function* () {
      const { events } = yield* withThinking(alive)(ask)
      assert.strictEqual(eventsOf(events, "Answered")[0]?.text, "Because sixes add up.")
      const without = yield* withThinking(dead)(ask)
      const [answered] = eventsOf(without.events, "Answered")
      assert.include(answered?.text ?? "", "Sixes were added.")
      assert.isTrue(answered?.degraded)
    })
  })
})
