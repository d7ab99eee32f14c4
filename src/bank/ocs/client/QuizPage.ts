import type { Question } from "../../Question.ts"

/** The page that a question was asked from, as its client sees it: what an answer is tried on before it is sent. */
export interface QuizPage {
  /** The name or number of the type as it was sent, in lower case; empty where none was. */
  readonly type: string
  /** The texts of the options as they were sent, with their letters. */
  readonly options: ReadonlyArray<string>
  /** Number of boxes to fill in; 0 where the page does not tell. */
  readonly boxes: number
  /** The number of the site, as clients of the adapter API send it; 0 where none was. */
  readonly plat: number
}

/** A question that was asked from a page. */
export interface PageQuestion extends Question {
  readonly page: QuizPage
}

/** The page of a question; made up of what the question says where it came from none. */
export const pageOf = (question: Question | PageQuestion): QuizPage =>
  "page" in question ? question.page : { type: question.type, options: question.options, boxes: 0, plat: 0 }

// What the client reads in the place of an option where a box stands: nothing, or the box's number.
const nameOfBox =
  /^(?:第?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*个?空|(?:填?空|blank|答案)\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?|_{2,}|[(（[]\s*\d{0,2}\s*[)）\]])?\s*[:：.、]?\s*_*$/i

/** Number of boxes that the options sent stand for: `["", "", ""]`, three empty lines, 第一空：; 0 where they are options. */
export const boxesIn = (sent: unknown): number => {
  if (typeof sent === "string" && !/[\r\n]/.test(sent)) return sent.trim() !== "" && nameOfBox.test(sent.trim()) ? 1 : 0
  const texts: ReadonlyArray<unknown> = typeof sent === "string" ? sent.split(/\r?\n/) : Array.isArray(sent) ? sent : []
  return texts.every((text) => text === null || (typeof text === "string" && nameOfBox.test(text.trim())))
    ? texts.length
    : 0
}
