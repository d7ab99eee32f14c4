import { Context, Effect, Layer, Metric, Option, Semaphore } from "effect"
import type { AppConfig } from "../platform/config/AppConfig.ts"
import { SafeFetch } from "../platform/SafeFetch.ts"
import { collecting } from "../platform/telemetry/Collectors.ts"
import { type BadPrompt, PromptFiles } from "../platform/PromptFiles.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import { Catalog } from "../providers/Catalog.ts"
import { withDeadline } from "../providers/policy/CallLimits.ts"
import type { ChatMessage, ChatModel, ChatReply } from "../providers/ChatModel.ts"
import type { ProviderError } from "../providers/ProviderError.ts"
import type { Reasoner } from "../thinking/Reasoner.ts"
import { AnswerPrompts } from "./AnswerPrompts.ts"
import { hasAddresses, imageParts, type ImagesAs, type ShownImage } from "./imageFetch.ts"
import { standsAlone } from "./imagesShown.ts"
import type { Question } from "./Question.ts"
import { keptQuestion, type ShownQuestion, shownQuestion } from "./question/shownQuestion.ts"
import { type NewQuestion, QuestionRepo } from "./QuestionRepo.ts"
import { type ReadReply, readReply } from "./reading/readAnswer.ts"
import type { CandidateRow } from "./StoredQuestion.ts"
import { ThinkingAnswerer } from "./ThinkingAnswerer.ts"
import {
  Busy,
  ImagesNotSeen,
  ModelFailed,
  NoFit,
  NoProvider,
  TookTooLong,
  Unanswered,
  type UnansweredReason
} from "./Unanswered.ts"

// A model that says nothing about its certainty, and the most it can claim for itself: people and votes go higher.
const confidenceUnsaid = 0.7
const confidenceAtMost = 0.95
// A question with images, answered by its words alone.
const confidenceUnseen = 0.5
// Twice several options were named for a single choice: the first of them is little more than a guess.
const confidenceOfFirst = 0.3

/**
 * The AI tier: asks the default model about what counts of a question (see `shownQuestion`), puts its answer into the question's words and stores it, `unverified`. An answer that
 * does not fit is asked for once more with that said, then stored for review. At most `answering.concurrency` questions
 * are with a model at once and `answering.queue` wait; one may take `answering.limit` in all.
 *
 * Questions of the types that are to be thought through go to the reasoning engine instead; their rows name the run.
 *
 * Images go along: by their addresses where the platform fetches those, then as contents, and where it takes none, not at
 * all, if the words stand by themselves.
 */
export class AiAnswerer extends Context.Service<
  AiAnswerer,
  { readonly answer: (question: Question) => Effect.Effect<CandidateRow, Unanswered> }
>()("siku/bank/AiAnswerer") {
  /** With images fetched by the service given. */
  static readonly layerWithoutFetch: Layer.Layer<
    AiAnswerer,
    BadPrompt,
    Catalog | LiveSettings | PromptFiles | QuestionRepo | Reasoner | SafeFetch
  > = Layer.effect(
    AiAnswerer,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(ThinkingAnswerer.layer))

  static readonly layer: Layer.Layer<
    AiAnswerer,
    BadPrompt,
    AppConfig | Catalog | LiveSettings | PromptFiles | QuestionRepo | Reasoner
  > = AiAnswerer.layerWithoutFetch.pipe(Layer.provide(SafeFetch.layer))
}

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const catalog = yield* Catalog
  const repo = yield* QuestionRepo
  const fetcher = yield* SafeFetch
  const prompts = yield* AnswerPrompts.load
  const thinking = yield* ThinkingAnswerer
  const permits = yield* Semaphore.make(live.current.answering.concurrency)
  yield* live.follow(({ answering }) => permits.resize(answering.concurrency))
  let waiting = 0
  yield* collecting(
    Effect.suspend(() => {
      const { concurrency } = live.current.answering
      return Effect.andThen(
        Metric.update(withModel, Math.min(waiting, concurrency)),
        Metric.update(queued, Math.max(0, waiting - concurrency))
      )
    })
  )

  const ask = (model: ChatModel, messages: ReadonlyArray<ChatMessage>) =>
    Effect.mapError(model.complete({ messages }), (error) => modelFailed(model, error))

  /** Asks for the first time: `undefined` where the platform refuses what it was shown. */
  const show = (model: ChatModel, question: Question, images: ReadonlyArray<ShownImage>) => {
    const messages = prompts.ask(question, images)
    return model.complete({ messages }).pipe(
      Effect.map((reply): Opening => ({ messages, reply, hasSeenAll: images.length === question.images.length })),
      Effect.catch((error) =>
        refusals.has(error.reason._tag) && images.length > 0
          ? Effect.succeed(undefined)
          : Effect.fail(modelFailed(model, error))
      )
    )
  }

  const open = Effect.fnUntraced(function* (model: ChatModel, question: Question) {
    const mayGoWithout = standsAlone(question)
    const ways: ReadonlyArray<ImagesAs> = hasAddresses(question) ? ["addresses", "contents"] : ["contents"]
    let hasShown = false
    for (const way of question.images.length === 0 ? [] : ways) {
      const images = yield* imageParts(question, way, fetcher)
      if (images.length === 0 || (images.length < question.images.length && !mayGoWithout)) continue
      const opening = yield* show(model, question, images)
      if (opening !== undefined) return opening
      hasShown = true
    }
    if (question.images.length > 0 && !mayGoWithout) {
      return yield* unanswered(new ImagesNotSeen({ provider: model.name, why: hasShown ? "refused" : "unreadable" }))
    }
    const messages = prompts.ask(question)
    const reply = yield* ask(model, messages)
    return { messages, reply, hasSeenAll: question.images.length === 0 } satisfies Opening
  })

  const keep = ({ answer, question, ...said }: Omit<NewQuestion, "question"> & { readonly question: ShownQuestion }) =>
    repo.save({ ...said, ...keptQuestion(question, answer) })

  const askUntilItFits = Effect.fnUntraced(function* (model: ChatModel, question: ShownQuestion) {
    const { hasSeenAll, messages, reply: first } = yield* open(model, question)
    const limit = hasSeenAll ? confidenceAtMost : confidenceUnseen
    const reply = readReply(question, first.text)
    if (reply.reading._tag === "Read") return yield* store(first, question, reply.reading.texts, reply, limit)
    const again = yield* ask(model, [
      ...messages,
      { role: "assistant", content: first.text },
      { role: "user", content: prompts.doesNotFit(question) }
    ])
    const second = readReply(question, again.text)
    if (second.reading._tag === "Read") return yield* store(again, question, second.reading.texts, second, limit)
    if (second.first?._tag === "Read") {
      return yield* store(again, question, second.first.texts, second, Math.min(limit, confidenceOfFirst))
    }
    yield* keep({
      question,
      answer: second.reading.said.length > 0 ? second.reading.said : [again.text],
      source: "ai",
      status: "needs_review",
      confidence: 0,
      provider: again.provider,
      model: again.model
    })
    return yield* unanswered(new NoFit())
  })

  const store = (
    said: ChatReply,
    question: ShownQuestion,
    answer: ReadonlyArray<string>,
    reply: ReadReply,
    confidenceLimit: number
  ) =>
    keep({
      question,
      answer,
      source: "ai",
      status: "unverified",
      confidence: Math.min(confidenceLimit, reply.confidence ?? confidenceUnsaid),
      provider: said.provider,
      model: said.model
    })

  const thinkItThrough = Effect.fnUntraced(function* (question: ShownQuestion) {
    const { answers, confidence, run } = yield* thinking.think(question)
    const { reading } = readReply(question, answers)
    const saved = { question, source: "ai", reference: run } as const
    if (reading._tag === "Read") {
      return yield* keep({
        ...saved,
        answer: reading.texts,
        status: "unverified",
        confidence: Math.min(confidenceAtMost, confidence)
      })
    }
    yield* keep({ ...saved, answer: answers, status: "needs_review", confidence: 0 })
    return yield* unanswered(new NoFit())
  })

  const askOne = (question: ShownQuestion) =>
    Effect.flatMap(catalog.forRole("answer"), (model) =>
      Option.isNone(model) ? unanswered(new NoProvider()) : askUntilItFits(model.value, question)
    )

  const answer = (asked: Question) =>
    Effect.suspend(() => {
      const question = shownQuestion(asked)
      const { limit, queue } = live.current.answering
      if (waiting >= queue) return unanswered(new Busy())
      waiting++
      return (thinking.isFor(question) ? thinkItThrough(question) : askOne(question)).pipe(
        permits.withPermits(1),
        withDeadline(limit),
        Effect.timeoutOrElse({ duration: limit, orElse: () => unanswered(new TookTooLong()) }),
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

const withModel = Metric.gauge("siku_answers_in_progress", { description: "Questions that are with a model" })
const queued = Metric.gauge("siku_answers_queued", { description: "Questions that wait for a model" })

/** The first round with a model. */
interface Opening {
  readonly messages: ReadonlyArray<ChatMessage>
  readonly reply: ChatReply
  readonly hasSeenAll: boolean
}

// What a platform says to images that its model does not take, or to addresses that it cannot fetch.
const refusals: ReadonlySet<string> = new Set(["BadRequest", "ModelNotFound"])

const modelFailed = (model: ChatModel, { reason }: ProviderError) =>
  new Unanswered({ reason: new ModelFailed({ provider: model.name, reason }) })

const unanswered = (reason: UnansweredReason) => Effect.fail(new Unanswered({ reason }))

const describe = (reason: UnansweredReason): string =>
  reason._tag === "ModelFailed" ? `${reason.provider}: ${reason.reason._tag}: ${reason.reason.detail}` : reason._tag
