import { Context, Effect, Layer, Stream } from "effect"
import { SafeFetch } from "../platform/SafeFetch.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import type { ContentPart } from "../providers/ChatModel.ts"
import { settingsFor } from "../thinking/presets.ts"
import { Reasoner } from "../thinking/Reasoner.ts"
import type { ReasoningError } from "../thinking/ReasoningError.ts"
import type { AnswerChoices, ReasoningRequest } from "../thinking/ReasoningRequest.ts"
import type { RunId } from "../thinking/RunId.ts"
import type { Answered } from "../thinking/ThoughtEvent.ts"
import { imageParts, type ShownImage } from "./imageFetch.ts"
import { imageName, promptLanguage, standsAlone, withImageNames, withoutImageNames } from "./imagesShown.ts"
import type { Question } from "./Question.ts"
import { ImagesNotSeen, ModelFailed, NoProvider, TookTooLong, Unanswered, type UnansweredReason } from "./Unanswered.ts"

/** What a run came to, in the question's words as far as they can be told. */
export interface Thought {
  readonly run: RunId
  readonly answers: ReadonlyArray<string>
  /** 0 to 1 */
  readonly confidence: number
}

/**
 * Answers by a run of the reasoning engine in place of one model call: for types of questions that the settings
 * `answering.mode` and `answering.think_types` name. The run is logged, so that an answer can be traced back to it.
 */
export class ThinkingAnswerer extends Context.Service<
  ThinkingAnswerer,
  {
    /** Whether questions of this type are thought through. */
    readonly isFor: (question: Question) => boolean
    readonly think: (question: Question) => Effect.Effect<Thought, Unanswered>
  }
>()("siku/bank/ThinkingAnswerer") {
  static readonly layer: Layer.Layer<ThinkingAnswerer, never, LiveSettings | Reasoner | SafeFetch> = Layer.effect(
    ThinkingAnswerer,
    Effect.suspend(() => make)
  )
}

/** The name under which the bank's questions are thought through. */
const model = "siku"

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const fetcher = yield* SafeFetch
  const reasoner = yield* Reasoner

  const think = Effect.fn("ThinkingAnswerer.think")(function* (question: Question) {
    const images = yield* imageParts(question, "contents", fetcher)
    if (images.length < question.images.length && !standsAlone(question)) {
      return yield* unanswered(new ImagesNotSeen({ provider: model, why: "unreadable" }))
    }
    const found = settingsFor(live.current.thinking, { model })
    if (found === undefined) return yield* Effect.die(new Error(`there is no model ${model}`))
    const id = yield* reasoner.makeId
    let answered: typeof Answered.Type | undefined
    yield* reasoner.run({ id, request: requestFor(question, images, found.settings), background: false }).pipe(
      Stream.runForEach(({ event }) =>
        Effect.sync(() => {
          if (event.type === "Answered") answered = event
        })
      ),
      Effect.catchTag("ReasoningError", (error) => unanswered(whyUnanswered(error)))
    )
    if (answered === undefined) return yield* unanswered(new TookTooLong())
    const { answer, confidence, text } = answered
    return { run: id, answers: answersIn(question, answer, text), confidence }
  })

  return ThinkingAnswerer.of({
    isFor: ({ type }) => {
      const { mode, thinkTypes } = live.current.answering
      return mode === "think" || (mode === "auto" && thinkTypes.includes(type))
    },
    think
  })
})

const choicesOf = ({ options, type, typeClass }: Question, language: "zh" | "en"): AnswerChoices | undefined => {
  if (typeClass === "judgement" && options.length === 0) {
    return { options: language === "zh" ? ["正确", "错误"] : ["true", "false"], several: false }
  }
  return options.length === 0 ? undefined : { options, several: type === "multiple" }
}

const requestFor = (
  question: Question,
  images: ReadonlyArray<ShownImage>,
  settings: ReasoningRequest["settings"]
): ReasoningRequest => {
  const language = promptLanguage(question)
  const { options, title } = withImageNames(question, language)
  const choices = choicesOf({ ...question, options }, language)
  const text = `${title}${howToAnswer(question, language)}`
  const parts = images.flatMap(({ part, place }): ReadonlyArray<ContentPart> => [
    { type: "text", text: imageName(place, language) },
    part
  ])
  return {
    model,
    messages: [{ role: "user", content: parts.length === 0 ? text : [{ type: "text", text }, ...parts] }],
    ...(choices === undefined ? { form: question.type === "essay" ? "open" : "short" } : { choices }),
    sampling: {},
    settings
  }
}

/** Between the answers to several blanks. */
const separator = "###"

const howToAnswer = ({ blanks, options, typeClass }: Question, language: "zh" | "en"): string => {
  if (typeClass !== "text" || options.length > 0 || blanks < 2) return ""
  return language === "zh"
    ? `\n\n（共 ${blanks} 个空，答案按顺序用 ${separator} 隔开）`
    : `\n\n(${blanks} blanks; give the answers in order with ${separator} between them)`
}

/** The letters of a choice as the options they stand for; an essay is the text itself. */
const answersIn = (question: Question, answer: string | undefined, text: string): ReadonlyArray<string> => {
  if (question.type === "essay" || answer === undefined) return [text.trim()]
  const choices = choicesOf(question, promptLanguage(question))
  if (choices !== undefined && /^[A-Z]+$/.test(answer)) {
    return Array.from(answer).flatMap((letter) => choices.options[letter.charCodeAt(0) - 65] ?? [])
  }
  return answer.split(separator).map((part) => withoutImageNames(part.trim(), question))
}

const unanswered = (reason: UnansweredReason) => Effect.fail(new Unanswered({ reason }))

const whyUnanswered = ({ reason }: ReasoningError): UnansweredReason => {
  switch (reason._tag) {
    case "NoModel":
      return new NoProvider()
    case "ModelsFailed":
      return new ModelFailed({ provider: reason.provider, reason: reason.reason })
    case "BudgetExhausted":
    case "NoPrice":
    case "RunLost":
      return new TookTooLong()
  }
}
