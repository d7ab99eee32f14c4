import { Effect, FileSystem, Layer, Schema } from "effect"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { projectFile } from "../platform/projectFile.ts"
import { makeQuestion } from "./Question.ts"
import { QuestionRepo } from "./QuestionRepo.ts"
import { QuestionType } from "./QuestionType.ts"

/** One line of the starter bank. */
export const StarterQuestion = Schema.Struct({
  question: Schema.NonEmptyString,
  options: Schema.Array(Schema.String),
  answer: Schema.NonEmptyArray(Schema.String),
  type: QuestionType,
  tags: Schema.Array(Schema.String)
})

export const starterBankFile = projectFile("config", "starter-bank.jsonl")

const decodeLine = Schema.decodeUnknownEffect(Schema.fromJsonString(StarterQuestion))

// People wrote and checked them; still, what a user corrects goes above.
const confidence = 0.99

/**
 * Fills an empty bank with the questions that ship with Siku, once: a bank that its owner emptied stays empty. The setting
 * `bank.starter` turns it off.
 */
export const layer: Layer.Layer<never, never, AppConfig | QuestionRepo | FileSystem.FileSystem> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { bank } = yield* AppConfig
    const repo = yield* QuestionRepo
    if (!bank.starter || (yield* repo.meta("starter_bank")) !== undefined || (yield* repo.count) > 0) return
    const files = yield* FileSystem.FileSystem
    const text = yield* files.readFileString(starterBankFile)
    const lines = text.split("\n").filter((line) => line !== "")
    const questions = yield* Effect.forEach(lines, (line) =>
      Effect.map(decodeLine(line), ({ answer, options, question, tags, type }) => ({
        question: makeQuestion({ title: question, options, type }),
        answer,
        source: "starter" as const,
        status: "trusted" as const,
        confidence,
        tags
      }))
    )
    yield* repo.insertAll(questions)
    yield* repo.setMeta("starter_bank", String(questions.length))
    yield* Effect.logInfo(`the starter bank is loaded: ${questions.length} questions`)
  }).pipe(Effect.orDie)
)
