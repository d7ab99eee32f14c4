import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { AiAnswerer } from "../../src/bank/AiAnswerer.ts"
import { AnswerCache } from "../../src/bank/AnswerCache.ts"
import { Answers } from "../../src/bank/Answers.ts"
import { makeQuestion, type Question } from "../../src/bank/Question.ts"
import { type NewQuestion, QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import type { QuestionType } from "../../src/bank/QuestionType.ts"
import { PromptFiles } from "../../src/platform/PromptFiles.ts"
import * as Sql from "../../src/platform/Sql.ts"
import type { Catalog } from "../../src/providers/Catalog.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { testConfig } from "./config.ts"

/** The bank over an embedded database of its own, with the model given. */
export const bankWith = (model: Layer.Layer<Catalog>, set: ReadonlyArray<string> = []) =>
  Answers.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(AiAnswerer.layer, AnswerCache.layer)),
    Layer.provideMerge(Reasoner.layer),
    Layer.provideMerge(Layer.mergeAll(QuestionRepo.layer, PromptFiles.layer, RunLog.layer, model)),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(testConfig({ set })),
    Layer.provide(NodeServices.layer)
  )

export const ask = (title: string, options: ReadonlyArray<string> = [], type: QuestionType = "unknown"): Question =>
  makeQuestion({ title, options, type })

/** Puts a trusted row into the bank. */
export const stored = (question: Question, answer: ReadonlyArray<string>, more: Partial<NewQuestion> = {}) =>
  Effect.flatMap(QuestionRepo, (repo) =>
    repo.save({ question, answer, source: "import", status: "trusted", confidence: 0.9, ...more })
  )
