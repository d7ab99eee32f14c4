import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { BankReports } from "../../../src/bank/admin/BankReports.ts"
import { QuestionEditor } from "../../../src/bank/admin/QuestionEditor.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import type { StoredQuestion } from "../../../src/bank/StoredQuestion.ts"
import { stored } from "../../support/bank.ts"
import { draft, importOf, managedBank, write } from "../../support/questions.ts"

const Text = Schema.Literals(["甲", "乙", "丙"])
const Policy = Schema.Literals(["skip", "merge", "overwrite"])
const Title = Schema.Literals(["问一", "问二"])
const Step = Schema.Union([
  Schema.Struct({
    does: Schema.Literal("import"),
    title: Title,
    answer: Text,
    policy: Policy,
    as: Schema.Literals(["import", "ai", "user"])
  }),
  Schema.Struct({ does: Schema.Literal("person"), title: Title, answer: Text }),
  Schema.Struct({ does: Schema.Literal("model"), title: Title, answer: Text, fits: Schema.Boolean }),
  Schema.Struct({ does: Schema.Literal("vote"), title: Title, isRight: Schema.Boolean })
])
const by = { who: "admin", why: "" }

const rowOf = Effect.fnUntraced(function* (title: string) {
  const [found] = yield* (yield* QuestionRepo).candidates(draft(title).question)
  return found === undefined ? undefined : yield* (yield* QuestionEditor).read(found.id)
})

const take = Effect.fnUntraced(function* (step: typeof Step.Type, at: number) {
  const said = draft(step.title)
  const editor = yield* QuestionEditor
  const row = yield* rowOf(step.title)
  switch (step.does) {
    case "import":
      yield* write([{ ...said, answer: [step.answer], source: step.as }], step.policy, importOf(`job-${at}`))
      return undefined
    case "person":
      if (row !== undefined) {
        yield* editor.judge(row.id, { verdict: "correction", answer: [step.answer], note: "" }, by)
        return [step.title, step.answer] as const
      }
      return undefined
    case "model":
      yield* stored(said.question, [step.answer], { source: "ai", status: step.fits ? "unverified" : "needs_review" })
      return undefined
    case "vote":
      if (row !== undefined) yield* editor.judge(row.id, { verdict: step.isRight ? "right" : "wrong", note: "" }, by)
      return undefined
  }
})

describe("whatever is written, in any order", () => {
  it.effect.prop(
    "a person's correction stays, and the history leads to the row",
    [Schema.Array(Step).check(Schema.isMinLength(8), Schema.isMaxLength(24))],
    ([steps]) =>
      Effect.gen(function* () {
        const corrected = new Map<string, string>()
        for (const [at, step] of steps.entries()) {
          const correction = yield* take(step, at)
          if (correction !== undefined) corrected.set(...correction)
          for (const [title, answer] of corrected) {
            const row = yield* rowOf(title)
            assert.deepStrictEqual([row?.answer, row?.source], [[answer], "user"])
            assert.notStrictEqual(row?.status, "needs_review")
          }
        }
        for (const title of ["问一", "问二"]) {
          const row = yield* rowOf(title)
          if (row === undefined) continue
          assert.isTrue(row.confidence >= 0 && row.confidence <= 0.99)
          const history = (yield* (yield* BankReports).history({ id: row.id, limit: 1000 })).toReversed()
          let present: StoredQuestion | null = history[0]?.before ?? null
          for (const { after, before } of history) {
            assert.deepStrictEqual(before, present)
            present = after
          }
          if (history.length > 0) assert.deepStrictEqual(present, row)
        }
      }).pipe(Effect.provide(managedBank())),
    { arbitrary: { runs: 150 } }
  )
})
