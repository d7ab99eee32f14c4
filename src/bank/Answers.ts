import { Clock, Context, Duration, Effect, Fiber, FiberMap, Layer, Option } from "effect"
import type { SqlClient } from "effect/sql"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import { AiAnswerer } from "./AiAnswerer.ts"
import { AnswerCache, type KnownAnswer } from "./AnswerCache.ts"
import { type Choice, chooseRow } from "./chooseRow.ts"
import { isUnpaid } from "../providers/ProviderError.ts"
import { matchAnswer } from "./OptionMatch.ts"
import type { Question } from "./Question.ts"
import { otherWordings } from "./question/otherWordings.ts"
import { QuestionRepo } from "./QuestionRepo.ts"
import { SimilarTier } from "./similar/SimilarTier.ts"
import type { QuestionId, CandidateRow } from "./StoredQuestion.ts"
import { Ambiguous, BankUnavailable, NoFit, StillThinking, Unanswered, type UnansweredReason } from "./Unanswered.ts"

/** The tier that answered. */
export type AnswerSource = "memory" | "bank" | "similar" | "ai"

/** An answer in the question's own words: exact option texts where there are options. */
export interface Answer {
  readonly id: QuestionId
  /** The title it is stored under; what a model was asked is not for others to read. */
  readonly title: string
  readonly texts: ReadonlyArray<string>
  readonly source: AnswerSource
  /** 0 to 1 */
  readonly confidence: number
  /** Whether a model, not a person, said so. */
  readonly ai: boolean
  /** The database does not take it: there is no row of this id yet. */
  readonly unsaved?: true
}

/**
 * Answers a question from memory, the bank, a similar question in the bank, or a model, in this order. However many ask the same at once, one asks the
 * model for all. Whoever waits gets `StillThinking` at the deadline while the work goes on, is stored, and answers
 * the next ask. A failure is never remembered.
 */
export class Answers extends Context.Service<
  Answers,
  { readonly find: (question: Question) => Effect.Effect<Answer, Unanswered> }
>()("siku/bank/Answers") {
  /** Over the similar tier given. */
  static readonly layerOver: Layer.Layer<
    Answers,
    never,
    AppConfig | AiAnswerer | AnswerCache | LiveSettings | QuestionRepo | SimilarTier
  > = Layer.effect(
    Answers,
    Effect.suspend(() => make)
  )
  static readonly layer: Layer.Layer<
    Answers,
    never,
    AppConfig | AiAnswerer | AnswerCache | LiveSettings | QuestionRepo | SqlClient.SqlClient
  > = Layer.effect(
    Answers,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(SimilarTier.layer))
}

const make = Effect.gen(function* () {
  const { server } = yield* AppConfig
  const live = yield* LiveSettings
  const ai = yield* AiAnswerer
  const cache = yield* AnswerCache
  const repo = yield* QuestionRepo
  const similar = yield* SimilarTier
  const flights = yield* FiberMap.make<string, Found, Unanswered>()
  // Answers under way are paid for: a shutdown waits for them as long as it waits for requests. One that
  // fails has told whoever asked: only `awaitEmpty`'s type says it would fail here.
  yield* Effect.addFinalizer(() => FiberMap.awaitEmpty(flights).pipe(Effect.timeoutOption(server.drain), Effect.ignore))

  const remember = (question: Question, found: Found) => Effect.as(cache.set(question.key, found.known), found)

  const rowsOf = (question: Question) =>
    Effect.catch(repo.candidates(question), ({ kind }) => unanswered(new BankUnavailable({ kind })))

  const choose = Effect.fnUntraced(function* (question: Question) {
    const choice = chooseRow(question, yield* rowsOf(question))
    if (choice._tag !== "None") return choice
    for (const other of otherWordings(question)) {
      const rows = (yield* rowsOf(other)).filter(
        (row) => row.options_key === other.optionsKey || other.options.length === 0
      )
      const found: Choice = chooseRow({ ...question, optionsKey: other.optionsKey }, rows)
      if (found._tag === "Row") return found
    }
    return choice
  })

  /** The bank's word on a question; `undefined` when it has none and a model is to be asked. */
  const fromBank = Effect.fnUntraced(function* (question: Question) {
    const choice = yield* choose(question)
    switch (choice._tag) {
      case "Row":
        return yield* remember(question, { known: knownOf(choice.row), source: "bank" })
      case "Ambiguous":
        return yield* unanswered(new Ambiguous({ count: choice.count }))
      case "NeedsReview": {
        // A model failed at it not long ago: asking again right away would be paying twice for the same.
        const age = (yield* Clock.currentTimeMillis) - choice.row.updated_at
        return age < Duration.toMillis(live.current.cache.ttl) ? yield* unanswered(new NoFit()) : undefined
      }
      case "None":
        return undefined
    }
  })

  // It looks into the bank once more: another flight may have landed since this caller looked.
  const flight = Effect.fnUntraced(function* (question: Question) {
    const stored = yield* fromBank(question)
    if (stored !== undefined) return stored
    // Not remembered: memory would know the answer under this question only, where no correction of the row finds it.
    const near = yield* similar.find(question)
    if (Option.isSome(near)) return { known: near.value, source: "similar" as const }
    return yield* remember(question, { known: knownOf(yield* ai.answer(question)), source: "ai" })
  })

  // A flight is paid for by whoever began it. That its credit is at an end is nothing to those who joined: the next of them begins anew.
  const join = (question: Question): Effect.Effect<Found, Unanswered> =>
    Effect.suspend(() => {
      const running = FiberMap.getUnsafe(flights, question.key)
      return Option.isSome(running)
        ? Effect.catchIf(Fiber.join(running.value), isUnpaidFor, () => join(question))
        : Effect.flatMap(FiberMap.run(flights, question.key, flight(question)), Fiber.join)
    })

  const fromModel = (question: Question) =>
    join(question).pipe(
      Effect.timeoutOrElse({
        duration: live.current.answering.deadline,
        orElse: () => unanswered(new StillThinking())
      })
    )

  const inWords = (question: Question, known: KnownAnswer, source: AnswerSource) =>
    Effect.map(inWordsOf(question, known, source), (answer) =>
      repo.isUnsaved(known.id) ? { ...answer, unsaved: true as const } : answer
    )

  const findBelowMemory = Effect.fnUntraced(function* (question: Question) {
    const { known, source } = (yield* fromBank(question)) ?? (yield* fromModel(question))
    return yield* inWords(question, known, source)
  })

  const find = (question: Question) =>
    Effect.flatMap(cache.get(question.key), (remembered) =>
      Option.isSome(remembered) ? inWords(question, remembered.value, "memory") : findBelowMemory(question)
    )

  return Answers.of({ find })
})

interface Found {
  readonly known: KnownAnswer
  readonly source: AnswerSource
}

const isUnpaidFor = ({ reason }: Unanswered): boolean => reason._tag === "ModelFailed" && isUnpaid(reason.reason)

const unanswered = (reason: UnansweredReason) => Effect.fail(new Unanswered({ reason }))

const knownOf = (row: CandidateRow): KnownAnswer => ({
  id: row.id,
  title: row.title,
  answer: row.answer,
  confidence: row.confidence,
  ai: row.source === "ai"
})

// The same key means the same option texts, so what was found for one caller fits every other; only a hand-edited row can
// fail here, and then it is no answer.
const inWordsOf = (question: Question, known: KnownAnswer, source: AnswerSource) => {
  const texts = matchAnswer(question, known.answer)
  return texts === undefined
    ? unanswered(new NoFit())
    : Effect.succeed<Answer>({
        id: known.id,
        title: known.title,
        texts,
        source,
        confidence: known.confidence,
        ai: known.ai
      })
}
