import { Effect } from "effect"
import { PromptFiles, type PromptTemplate } from "../platform/PromptFiles.ts"
import type { ChatMessage } from "../providers/ChatModel.ts"
import type { Question } from "./Question.ts"
import { QuestionType } from "./QuestionType.ts"

const languages = ["zh", "en"] as const
type Language = (typeof languages)[number]

const askVariables = ["title", "options", "blanks"] as const
type AskTemplate = PromptTemplate<(typeof askVariables)[number]>

const languageOf = (question: Question): Language =>
  /[\u3400-\u9fff]/.test(question.title + question.options.join("")) ? "zh" : "en"

const valuesOf = (question: Question) => ({
  title: question.title,
  options: question.options.map((option, place) => `${String.fromCharCode(65 + (place % 26))}. ${option}`).join("\n"),
  blanks: String(Math.max(1, question.blanks))
})

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
      const template = templates.get(`${name}.${languageOf(question)}`)
      return template?.(valuesOf(question)) ?? { system: "", user: question.title }
    }
    return {
      /** The conversation that asks a question for the first time. */
      ask: (question: Question): ReadonlyArray<ChatMessage> => {
        const { system, user } = fill(question.type, question)
        return [
          { role: "system", content: system },
          { role: "user", content: user }
        ]
      },
      /** What to say to an answer that fits no option or the wrong number of blanks. */
      doesNotFit: (question: Question): string => fill("does_not_fit", question).user
    }
  })
}
