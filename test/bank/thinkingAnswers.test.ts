import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Answers } from "../../src/bank/Answers.ts"
import type { Question } from "../../src/bank/Question.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { RunId } from "../../src/thinking/RunId.ts"
import { SqlClient } from "effect/sql"
import { ask, bankWith } from "../support/bank.ts"
import { scriptedModel } from "../support/scriptedModel.ts"

const concluding = (answer: string) => `Thought about it.\nSTATUS: done\nANSWER: ${answer}\nCONFIDENCE: 0.9`

/** Everybody concludes the same, and nobody objects. */
const thinker = (answer: string) =>
  scriptedModel((request) => {
    const asked = request.messages.map(({ content }) => (typeof content === "string" ? content : "")).join("\n")
    return Effect.succeed(
      asked.includes("counterexample") ? '{"found": false, "counterexample": ""}' : concluding(answer)
    )
  })

const set = ["answering.mode=think", "thinking.plan=false", "thinking.language=en", "ai.max_retries=0"]

const referenceOf = Effect.fnUntraced(function* (question: Question) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly reference: string | null }>`
    SELECT reference FROM bank_questions WHERE title_key = ${question.titleKey}`
  return row?.reference ?? null
})

describe("a question of the bank that is thought through", () => {
  const capital = ask("What is the capital of China?", ["Shanghai", "Beijing", "Canton", "Nanking"], "single")

  it.effect("is answered in its own words, with the run's confidence and a link to the run", () => {
    const model = thinker("B")
    return Effect.gen(function* () {
      const answer = yield* Effect.flatMap(Answers, (answers) => answers.find(capital))
      assert.deepStrictEqual(answer.texts, ["Beijing"])
      assert.strictEqual(answer.source, "ai")
      assert.isAbove(answer.confidence, 0.9)
      const run = yield* referenceOf(capital)
      const events = yield* Effect.flatMap(RunLog, (log) => Stream.runCollect(log.read(RunId.make(run ?? ""), 0)))
      assert.strictEqual(events.at(-1)?.event.type, "Answered")
    }).pipe(Effect.provide(bankWith(model.layer, set)))
  })

  it.effect("gets each option that is right, by its letter", () => {
    const even = ask("Which of these are even?", ["2", "3", "4", "5"], "multiple")
    return Effect.gen(function* () {
      const answer = yield* Effect.flatMap(Answers, (answers) => answers.find(even))
      assert.deepStrictEqual(answer.texts, ["2", "4"])
    }).pipe(Effect.provide(bankWith(thinker("A, C").layer, set)))
  })

  it.effect("gets one answer for each blank", () => {
    const blanks = ask("Water is made of ____ and ____.", [], "completion")
    return Effect.gen(function* () {
      const answer = yield* Effect.flatMap(Answers, (answers) => answers.find(blanks))
      assert.deepStrictEqual(answer.texts, ["hydrogen", "oxygen"])
    }).pipe(Effect.provide(bankWith(thinker("hydrogen###oxygen").layer, set)))
  })

  it.effect("is kept for review, with its run, when what it came to fits no option", () =>
    Effect.gen(function* () {
      const result = yield* Effect.exit(Effect.flatMap(Answers, (answers) => answers.find(capital)))
      assert.strictEqual(result._tag, "Failure")
      const rows = yield* Effect.flatMap(QuestionRepo, (repo) => repo.candidates(capital))
      assert.deepStrictEqual(
        rows.map(({ status }) => status),
        ["needs_review"]
      )
      assert.match((yield* referenceOf(capital)) ?? "", /^run_/)
    }).pipe(Effect.provide(bankWith(thinker("Atlantis").layer, set)))
  )

  it.effect("is only so where its type is one of those that the mode auto names", () => {
    const quick = scriptedModel(() => Effect.succeed('{"answer": ["Beijing"]}'))
    return Effect.gen(function* () {
      yield* Effect.flatMap(Answers, (answers) => answers.find(capital))
      assert.strictEqual(quick.calls.length, 1)
      assert.isNull(yield* referenceOf(capital))
    }).pipe(Effect.provide(bankWith(quick.layer, ["answering.mode=auto", "answering.think_types=essay"])))
  })
})
