import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { NodeServices } from "@effect/platform-node"
import { matchAnswer } from "../../src/bank/OptionMatch.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import * as StarterBank from "../../src/bank/StarterBank.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { testConfig } from "../support/config.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

const lines = readFileSync(StarterBank.starterBankFile, "utf8").trimEnd().split("\n")
const questions = lines.map((line) => Schema.decodeSync(Schema.fromJsonString(StarterBank.StarterQuestion))(line))

describe("the starter bank", () => {
  it("has at least 400 questions of every type in both languages", () => {
    assert.isAtLeast(questions.length, 400)
    for (const language of ["zh", "en"]) {
      for (const type of ["single", "multiple", "judgement", "completion", "essay"]) {
        const found = questions.filter((question) => question.type === type && question.tags[0] === language)
        assert.isAtLeast(found.length, 10, `${type} ${language}`)
      }
    }
  })

  it("holds no question twice", () => {
    const keys = questions.map(({ options, question, type }) => makeQuestion({ title: question, options, type }).key)
    assert.strictEqual(new Set(keys).size, keys.length)
  })

  it("has answers that fit its questions: options ticked, blanks filled", () => {
    for (const { answer, options, question: title, type } of questions) {
      const question = makeQuestion({ title, options, type })
      assert.deepStrictEqual(matchAnswer(question, answer), answer, title)
      assert.strictEqual(question.type, type, title)
      if (type === "single") assert.strictEqual(answer.length, 1)
      if (type === "multiple") assert.isAtLeast(answer.length, 2)
      if (type === "completion") assert.strictEqual(question.blanks, answer.length, title)
    }
  })

  const start = (home: string, ...set: ReadonlyArray<string>) =>
    Effect.flatMap(QuestionRepo, (repo) => repo.count).pipe(
      Effect.provide(
        StarterBank.layer.pipe(
          Layer.provideMerge(QuestionRepo.layer),
          Layer.provideMerge(Sql.layer),
          Layer.provide(testConfig({ home, set: [`database.url=sqlite:////${home}/siku.db`, ...set] })),
          Layer.provide(NodeServices.layer)
        )
      )
    )

  it.effect("fills an empty store once, and not at all when it is turned off", () =>
    Effect.gen(function* () {
      const off = yield* temporaryHome
      assert.strictEqual(yield* start(off), 0)
      const home = yield* temporaryHome
      assert.strictEqual(yield* start(home, "bank.starter=true"), questions.length)
      assert.strictEqual(yield* start(home, "bank.starter=true"), questions.length)
    })
  )
})
