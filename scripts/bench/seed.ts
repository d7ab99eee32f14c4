// Fills the bank of a home folder with generated questions, through Siku's own layers: `seed.ts <home> <rows>`.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { makeQuestion } from "../../src/bank/Question.ts"
import { type NewQuestion, QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { parseQuestionType } from "../../src/bank/QuestionType.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { generatedQuestion } from "./GeneratedQuestion.ts"

const rowsPerTransaction = 5000

const storedQuestion = (index: number): NewQuestion => {
  const { answer, options, title, type } = generatedQuestion(index)
  return {
    question: makeQuestion({ title, options, type: parseQuestionType(type) }),
    answer: [answer],
    source: "import",
    status: "trusted",
    confidence: 0.99
  }
}

const seed = Effect.fnUntraced(function* (rows: number) {
  const repo = yield* QuestionRepo
  for (let from = 0; from < rows; from += rowsPerTransaction) {
    const length = Math.min(rowsPerTransaction, rows - from)
    yield* repo.insertAll(Array.from({ length }, (_, i) => storedQuestion(from + i)))
    sayProgress(from + length, rows)
  }
  // Rows that were taken for another's would later be asked for in vain.
  const count = yield* repo.count
  if (count !== rows) return yield* Effect.die(new Error(`of ${rows} questions only ${count} are different ones`))
})

// One line that counts up for people, a few lines for a log.
const sayProgress = (done: number, rows: number) => {
  const text = `seeding the bank: ${done} of ${rows} rows`
  if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === rows ? "\n" : ""}`)
  else if (done === rows || done % (10 * rowsPerTransaction) === 0) process.stderr.write(`${text}\n`)
}

const [home = "", rows = ""] = process.argv.slice(2)
const layer = QuestionRepo.layer.pipe(
  Layer.provide(Sql.layer),
  Layer.provide(AppConfig.layer({ environment: {}, flags: { home }, cwd: process.cwd() })),
  Layer.provide(NodeServices.layer)
)
NodeRuntime.runMain(Effect.provide(seed(Number(rows)), layer))
