import { Context, Effect, Layer, Option, Semaphore } from "effect"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { type BadPrompt, PromptFiles } from "../platform/PromptFiles.ts"
import { Catalog } from "../providers/Catalog.ts"
import { withDeadline } from "../providers/policy/CallLimits.ts"
import type { ChatMessage, ChatModel, ChatReply } from "../providers/ChatModel.ts"
import { type AiReply, readAiReply } from "./aiReply.ts"
import { AnswerPrompts } from "./AnswerPrompts.ts"
import { matchAnswer } from "./OptionMatch.ts"
import type { Question } from "./Question.ts"
import { QuestionRepo } from "./QuestionRepo.ts"
import type { CandidateRow } from "./StoredQuestion.ts"
import { Busy, ModelFailed, NoFit, NoProvider, TookTooLong, Unanswered, type UnansweredReason } from "./Unanswered.ts"

// A model that says nothing about its certainty, and the most it can claim for itself: people and votes go higher.
const confidenceUnsaid = 0.7
const confidenceAtMost = 0.95

/**
 * The AI tier: asks the default model, puts its answer into the question's words and stores it, `unverified`. An answer that
 * does not fit is asked for once more with that said, then stored for review. At most `answering.concurrency` questions
 * are with a model at once and `answering.queue` wait; one may take `answering.limit` in all.
 */
export class AiAnswerer extends Context.Service<
  AiAnswerer,
  { readonly answer: (question: Question) => Effect.Effect<CandidateRow, Unanswered> }
>()("siku/bank/AiAnswerer") {
  static readonly layer: Layer.Layer<AiAnswerer, BadPrompt, AppConfig | Catalog | PromptFiles | QuestionRepo> =
    Layer.effect(
      AiAnswerer,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const { answering } = yield* AppConfig
  const catalog = yield* Catalog
  const repo = yield* QuestionRepo
  const prompts = yield* AnswerPrompts.load
  const permits = yield* Semaphore.make(answering.concurrency)
  let waiting = 0

  const ask = (model: ChatModel, messages: ReadonlyArray<ChatMessage>) =>
    model
      .complete({ messages })
      .pipe(
        Effect.mapError(({ reason }) => new Unanswered({ reason: new ModelFailed({ provider: model.name, reason }) }))
      )

  const askUntilItFits = Effect.fnUntraced(function* (model: ChatModel, question: Question) {
    const opening = prompts.ask(question)
    const first = yield* ask(model, opening)
    const reply = readReply(question, first.text)
    const fitting = fit(question, reply)
    if (fitting !== undefined) return yield* store(first, question, fitting, reply)
    const again = yield* ask(model, [
      ...opening,
      { role: "assistant", content: first.text },
      { role: "user", content: prompts.doesNotFit(question) }
    ])
    const second = readReply(question, again.text)
    const fittingNow = fit(question, second)
    if (fittingNow !== undefined) return yield* store(again, question, fittingNow, second)
    yield* repo.save({
      question,
      answer: second.answers.length > 0 ? second.answers : [again.text],
      source: "ai",
      status: "needs_review",
      confidence: 0,
      provider: again.provider,
      model: again.model
    })
    return yield* unanswered(new NoFit())
  })

  const store = (said: ChatReply, question: Question, answer: ReadonlyArray<string>, reply: AiReply) =>
    repo.save({
      question,
      answer,
      source: "ai",
      status: "unverified",
      confidence: Math.min(confidenceAtMost, reply.confidence ?? confidenceUnsaid),
      provider: said.provider,
      model: said.model
    })

  const answer = (question: Question) =>
    Effect.suspend(() => {
      if (waiting >= answering.queue) return unanswered(new Busy())
      waiting++
      return Effect.flatMap(catalog.forRole("answer"), (model) =>
        Option.isNone(model) ? unanswered(new NoProvider()) : askUntilItFits(model.value, question)
      ).pipe(
        permits.withPermits(1),
        withDeadline(answering.limit),
        Effect.timeoutOrElse({ duration: answering.limit, orElse: () => unanswered(new TookTooLong()) }),
        Effect.ensuring(Effect.sync(() => waiting--)),
        Effect.tapError((error) =>
          Effect.logWarning("a question stays unanswered").pipe(
            Effect.annotateLogs({
              reason: error.reason._tag,
              detail: describe(error.reason),
              title: question.title.slice(0, 80)
            })
          )
        )
      )
    })

  return AiAnswerer.of({ answer })
})

const unanswered = (reason: UnansweredReason) => Effect.fail(new Unanswered({ reason }))

const describe = (reason: UnansweredReason): string =>
  reason._tag === "ModelFailed" ? `${reason.provider}: ${reason.reason._tag}: ${reason.reason.detail}` : reason._tag

// An essay is the reply itself; everything else is read out of it.
const readReply = (question: Question, text: string): AiReply =>
  question.type === "essay" ? { answers: [text.trim()], confidence: undefined } : readAiReply(text)

/** The answer in the question's words, if it is one: as many parts as there are blanks, where there are several. */
const fit = (question: Question, reply: AiReply): ReadonlyArray<string> | undefined => {
  const texts = matchAnswer(question, reply.answers)
  const { blanks } = question
  return texts !== undefined &&
    question.typeClass === "text" &&
    question.options.length === 0 &&
    blanks > 1 &&
    texts.length !== blanks
    ? undefined
    : texts
}
