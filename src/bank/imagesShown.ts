// How a question's images are named in the words that a model reads, and back.
import { replaceReferences } from "./imageAddress.ts"
import { referenceTo } from "./images.ts"
import type { Question } from "./Question.ts"

export type PromptLanguage = "zh" | "en"

/** A question's own words, with nothing where it has images. */
const wordsOf = (text: string, { images }: Question): string => {
  const ids = new Set(images.map(({ id }) => id))
  return replaceReferences(text, (id) => (ids.has(id) ? "" : undefined)).trim()
}

/** The language to ask in; Chinese where a question has no words of its own. */
export const promptLanguage = (question: Question): PromptLanguage => {
  const words = [question.title, ...question.options].map((text) => wordsOf(text, question)).join("")
  return /[\u3400-\u9fff]/.test(words) || words === "" ? "zh" : "en"
}

/** The name of the image at a place (from 0) in the question's list. */
export const imageName = (place: number, language: PromptLanguage): string =>
  language === "zh" ? `[图${place + 1}]` : `[Figure ${place + 1}]`

/** Title and options with names in the places of the images; those beside the question are named after the title. */
export const withImageNames = (
  question: Question,
  language: PromptLanguage
): { readonly title: string; readonly options: ReadonlyArray<string> } => {
  const { images, options, title } = question
  if (images.length === 0) return { title, options }
  const names = new Map(images.map(({ id }, place) => [id, imageName(place, language)]))
  const named = new Set<string>()
  const name = (text: string) =>
    replaceReferences(text, (id) => {
      named.add(id)
      return names.get(id)
    })
  const namedTitle = name(title)
  const namedOptions = options.map(name)
  const beside = images.flatMap(({ id }) => (named.has(id) ? [] : [names.get(id) ?? ""])).join(" ")
  return { title: `${namedTitle} ${beside}`.trim(), options: namedOptions }
}

/** An answer that names images, with what the question calls them. */
export const withoutImageNames = (answer: string, { images, options }: Question): string => {
  if (images.length === 0 || options.length === 0) return answer
  const whole = /^(?:图|figure)\s*(\d{1,2})$/i.exec(answer.trim())
  const text = whole === null ? answer : `[图${whole[1]}]`
  return text.replace(/[[【［](?:图|figure)\s*(\d{1,2})[\]】］]/gi, (name, number: string) => {
    const image = images[Number(number) - 1]
    if (image === undefined) return name
    let literal = referenceTo(image)
    for (const option of options) {
      replaceReferences(option, (id, found) => {
        if (id === image.id) literal = found
        return undefined
      })
    }
    return literal
  })
}

const speaksOfImages = /图|如下|下列所示|figure|picture|diagram|image|graph|chart|photo|shown/i
/** Fewer characters than these ask nothing. */
const fewest = 6

/**
 * Whether the words of a question can be answered without its images: they speak of none, and no image stands among them or
 * in an option, where it may be a formula.
 */
export const standsAlone = (question: Question): boolean => {
  const { images, options, title } = question
  const ids = new Set(images.map(({ id }) => id))
  const hidden = replaceReferences(title, (id) => (ids.has(id) ? "\u0000" : undefined))
  const words = hidden.replace(/^[\u0000\s]+|[\u0000\s]+$/g, "")
  return (
    words.length >= fewest &&
    !words.includes("\u0000") &&
    !speaksOfImages.test(words) &&
    options.every((option) => wordsOf(option, question) === option)
  )
}
