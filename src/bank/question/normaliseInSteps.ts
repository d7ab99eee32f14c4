// A question of many pages takes some ten milliseconds to be normalised: in steps, between which others have their turn.
import { Effect } from "effect"
import { holdsContent } from "../images.ts"
import { plainText } from "../normalise.ts"
import { makeQuestion } from "../Question.ts"
import { stripLetters } from "./optionList.ts"

/** Characters of a question that is done in one step. */
const oneStep = 4000
const charactersPerStep = 4000

/**
 * Normalises the texts of a long question one by one, so that `makeQuestion` and all who read the question after it find them remembered
 * (`remembering`); does nothing for any other.
 */
export const normaliseInSteps = (question: {
  readonly title: string
  readonly options: ReadonlyArray<string>
}): Effect.Effect<void> => {
  const { options, title } = question
  const length = options.reduce((total, option) => total + option.length, title.length)
  return length <= oneStep
    ? Effect.void
    : Effect.gen(function* () {
        let done = 0
        const step = (text: string, work: () => unknown) =>
          Effect.suspend(() => {
            work()
            done += text.length
            if (done < charactersPerStep) return Effect.void
            done = 0
            return Effect.yieldNow
          })
        const alone = (texts: { readonly title: string; readonly options: ReadonlyArray<string> }) => () =>
          makeQuestion({ ...texts, type: "single" })
        yield* step(title, alone({ title, options: [] }))
        // Of what holds the content of images the words are few.
        const texts = options.filter((option) => !holdsContent(option))
        const plain: Array<string> = []
        for (const text of texts) yield* step(text, () => plain.push(plainText(text)))
        for (const text of stripLetters(plain)) yield* step(text, alone({ title: "", options: [text] }))
      })
}
