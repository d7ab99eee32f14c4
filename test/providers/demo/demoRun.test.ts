import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { settingsFor } from "../../../src/thinking/presets.ts"
import type { ReasoningRequest } from "../../../src/thinking/ReasoningRequest.ts"
import { eventsOf, think, typesOf } from "../../thinking/support/runs.ts"
import { withThinking } from "../../thinking/support/thinkingOver.ts"
import { inTime } from "../policy/chains.ts"
import { makePlatform } from "../policy/ScriptedPlatform.ts"

const platform = () => makePlatform([{ does: "answers", after: 100 }])

/** Thinks a question through under the name demo. */
const demonstrate = Effect.fnUntraced(function* (content: string, choices?: NonNullable<ReasoningRequest["choices"]>) {
  const { thinking } = yield* AppConfig
  const found = settingsFor(thinking, { model: "demo" })
  assert.isDefined(found)
  const { settings, through } = found
  return yield* inTime("30 seconds")(
    think({
      model: "demo",
      ...(through === undefined ? {} : { through }),
      messages: [{ role: "user", content }],
      ...(choices === undefined ? {} : { choices }),
      sampling: {},
      settings
    })
  )
})

const literal = (text: string): string => text.replace(/[*?]/g, "\\$&")

describe("a demonstration", () => {
  for (const [question, label] of [
    ["What is 17*23?", "Scripted demo"],
    ["17*23等于多少？", "演示模型"]
  ] as const)
    it.effect(`of ${question} shows a plan, three threads, an objection, a revision and the right answer`, () => {
      const other = platform()
      return Effect.gen(function* () {
        const { error, events } = yield* demonstrate(question)
        assert.isTrue(error._tag === "None")
        assert.strictEqual(eventsOf(events, "Planned")[0]?.by, "model")
        const concluded = eventsOf(events, "ThreadConcluded")
        assert.deepStrictEqual(concluded.map(({ thread }) => thread).toSorted(), [1, 2, 3])
        assert.deepStrictEqual(new Set(concluded.map(({ normalised }) => normalised)), new Set(["391"]))
        const revised = eventsOf(events, "StepRevised")
        assert.deepStrictEqual(
          revised.map(({ step, thread }) => [thread, step]),
          [[2, 1]]
        )
        assert.include(revised[0]?.counterexample ?? "", label)
        assert.isTrue(eventsOf(events, "Challenged").some(({ found }) => !found))
        assert.isTrue(eventsOf(events, "Voted").every(({ vote }) => vote === "reject"))
        assert.notInclude(typesOf(events), "Degraded")
        assert.isAbove(eventsOf(events, "FusionDelta").length, 3)
        const [answered] = eventsOf(events, "Answered")
        assert.strictEqual(answered?.answer, "391")
        assert.include(answered?.text ?? "", label)
        const steps = eventsOf(events, "StepProposed")
        for (const { text } of steps) assert.include(text, label)
        for (const { step, text } of steps)
          if (step === 1) assert.match(text, new RegExp(`["“]${literal(question)}["”]`))
        // Nobody else was asked, and nothing was spent.
        assert.strictEqual(other.seen.length, 0)
        const ledger = yield* CallLedger
        const calls = yield* ledger.recent({ limit: 1000 })
        assert.isAbove(calls.length, 10)
        for (const { attempts, call } of calls) {
          assert.strictEqual(call.cost, 0)
          assert.deepStrictEqual([...new Set(attempts.map(({ provider }) => provider))], ["demo"])
        }
      }).pipe(withThinking(other))
    })

  it.effect("of a choice answers with a letter, and with the right one where it is a sum", () =>
    Effect.gen(function* () {
      const options = ["380", "391", "402"]
      const { events } = yield* demonstrate("What is 17*23?", { options, several: false })
      assert.strictEqual(eventsOf(events, "Answered")[0]?.answer, "B")
    }).pipe(withThinking(platform()))
  )

  it.effect("of a question that no script can answer says so", () =>
    Effect.gen(function* () {
      const { error, events } = yield* demonstrate("Who wrote Hamlet, and when?")
      assert.isTrue(error._tag === "None")
      assert.include(eventsOf(events, "Answered")[0]?.text ?? "", "This script knows nothing")
      assert.include(eventsOf(events, "StepProposed")[0]?.text ?? "", "Hamlet")
    }).pipe(withThinking(platform()))
  )
})
