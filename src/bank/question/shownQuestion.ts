// A question as a model sees it, and as its answer is kept for others. One asker must not decide what others are answered:
// so a model sees what the key is made of and nothing else, and what is no part of the key is seen by nobody.
import { nfkc } from "../../platform/normalForms.ts"
import { tokenOf } from "../imageAddress.ts"
import { type QuestionImage, referenceTo } from "../images.ts"
import { matchAnswer } from "../OptionMatch.ts"
import type { Question } from "../Question.ts"
import { canonicalQuestion } from "./canonicalQuestion.ts"

/** What a model is shown: for all questions of one key the same texts, of options in the order of the page. */
export interface ShownQuestion extends Question {
  /** The question as it was asked. */
  readonly asked: Question
}

/** Makes what a model is shown of a question: the texts that count. */
export const shownQuestion = (asked: Question): ShownQuestion => {
  const counts = canonicalQuestion(asked)
  const imageOf = new Map(asked.images.map((image) => [tokenOf(image.id), image]))
  const shownImages = new Set<QuestionImage>()
  const withImages = (text: string): string =>
    text
      .replace(token, (found, name: string) => {
        const image = imageOf.get(name)
        if (image === undefined) return found
        shownImages.add(image)
        return ` ${referenceTo(image)} `
      })
      .trim()
  const title = withImages(readable(counts.wording))
  const options = counts.options.map((text) => withImages(inFullWidth(text)))
  for (const name of counts.beside) {
    const image = imageOf.get(name)
    if (image !== undefined) shownImages.add(image)
  }
  const blanks = counts.wording.split("\u2581").length - 1
  return {
    ...asked,
    title,
    options,
    cutOptions: [],
    blanks: asked.typeClass === "text" || options.length === 0 ? Math.max(1, blanks) : blanks,
    images: [...shownImages],
    asked
  }
}

const token = / ?(\[image:[0-9a-f]{32}\]) ?/g

/** The wording with blanks and indices as people write them. */
const readable = (wording: string): string =>
  inFullWidth(wording.replace(blanks, (_, more: string) => `____${"( )".repeat(more.length)}`).replace(index, "_{$1}"))
const blanks = /\u2581(\u2581*)/g
// Indices within indices are no deeper than anybody writes them.
const index = /\u2304\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g

const ideograph = "\\u3400-\\u9fff"
const mark = new RegExp(
  `(?<=[${ideograph}])[,;:?!]|[,;:?!](?=[${ideograph}])|(?<=[${ideograph}])\\.(?=[${ideograph}]|$)`,
  "g"
)
const fullWidthOf: Readonly<Record<string, string>> = {
  ",": "，",
  ";": "；",
  ":": "：",
  "?": "？",
  "!": "！",
  ".": "。"
}
/** A text with the marks of Chinese where they stand at ideographs. */
const inFullWidth = (text: string): string => text.replace(mark, (found) => fullWidthOf[found] ?? found)

/** The question and answer to keep: in the asker's words where these say the same as what was shown, else in those. */
export const keptQuestion = (
  { asked, options, title }: ShownQuestion,
  answer: ReadonlyArray<string>
): { readonly question: Question; readonly answer: ReadonlyArray<string> } => {
  const question = { ...asked, title: wordsOf(title) === wordsOf(asked.title) ? asked.title : title }
  // The pair of a judgement was not shown.
  if (options.length === 0) return { question, answer: matchAnswer(asked, answer) ?? answer }
  return options.every((text, at) => wordsOf(text) === wordsOf(asked.options[at] ?? ""))
    ? { question, answer: answer.map((text) => asked.options[options.indexOf(text)] ?? text) }
    : { question: { ...question, options }, answer }
}

/** What a text says: its letters and digits. */
const wordsOf = (text: string): string =>
  nfkc(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
