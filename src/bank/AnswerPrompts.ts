import { Effect } from "effect"
import { PromptFiles, type PromptTemplate } from "../platform/PromptFiles.ts"
import type { ChatMessage, ContentPart } from "../providers/ChatModel.ts"
import type { ShownImage } from "./imageFetch.ts"
import { imageName, promptLanguage, withImageNames } from "./imagesShown.ts"
import type { Question } from "./Question.ts"
import { QuestionType } from "./QuestionType.ts"

const languages = ["zh", "en"] as const
type Language = (typeof languages)[number]

const askVariables = ["title", "options", "blanks"] as const
type AskTemplate = PromptTemplate<(typeof askVariables)[number]>

const valuesOf = (question: Question, language: Language) => {
  const { options, title } = withImageNames(question, language)
  return {
    title,
    options: options.map((option, place) => `${String.fromCharCode(65 + (place % 26))}. ${option}`).join("\n"),
    blanks: String(Math.max(1, question.blanks))
  }
}

// Each image comes after the name that stands for it in the question.
const withImages = (
  text: string,
  images: ReadonlyArray<ShownImage>,
  language: Language
): ReadonlyArray<ContentPart> => [
  { type: "text", text },
  ...images.flatMap(({ part, place }): ReadonlyArray<ContentPart> => [
    { type: "text", text: imageName(place, language) },
    part
  ])
]

/** The prompts of the AI tier, `answer/<type>.<language>.md`, read once at start. */
export const AnswerPrompts = {
  load: Effect.gen(function* () {
    const files = yield* PromptFiles
    const templates = new Map<string, AskTemplate>()
    for (const language of languages) {
      for (const name of [...QuestionType.literals, "does_not_fit"]) {
        templates.set(`${name}.${language}`, yield* files.load(`answer/${name}.${language}`, askVariables))
      }
    }
    const fill = (name: string, question: Question) => {
      const language = promptLanguage(question)
      const template = templates.get(`${name}.${language}`)
      return template?.(valuesOf(question, language)) ?? { system: "", user: question.title }
    }
    return {
      /** The conversation that asks a question for the first time, with the images that can be shown. */
      ask: (question: Question, images: ReadonlyArray<ShownImage> = []): ReadonlyArray<ChatMessage> => {
        const { system, user } = fill(question.type, question)
        return [
          { role: "system", content: system },
          { role: "user", content: images.length === 0 ? user : withImages(user, images, promptLanguage(question)) }
        ]
      },
      /** What to say to an answer that fits no option or the wrong number of blanks. */
      doesNotFit: (question: Question): string => fill("does_not_fit", question).user
    }
  })
}
