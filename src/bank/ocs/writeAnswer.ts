import type { Question } from "../Question.ts"
import { parseQuestionType } from "../QuestionType.ts"
import { asFills, asOne, chooseForm, type TickedAnswer } from "./client/chooseForm.ts"
import { isPlainlyRight } from "./client/isPlainlyRight.ts"
import { pageOf, type QuizPage } from "./client/QuizPage.ts"
import type { TickedType } from "./client/ticksOf.ts"

/** An answer in the form in which it goes to whoever asked. */
export interface WrittenAnswer {
  /** One per tick or blank. */
  readonly texts: ReadonlyArray<string>
  /** All of it as one text, which both lines of the client tick right; `undefined` where no form of it is safe from a wrong tick. */
  readonly text: string | undefined
  /** The places of the options that are right, from 0 as the page has them; none where there are no options. */
  readonly places: ReadonlyArray<number>
}

/**
 * Writes an answer of these texts of the question so that the page's client ticks the right options, in both of its lines: the text
 * where it does, else letters of the page's own order, else a list. See `chooseForm`.
 *
 * Where one of them was sent with image content in it, nobody finds the digest that stands for it on a page, and megabytes help
 * nobody: then it is the options' letters, by their places (`["A","C"]`, as one text `AC`).
 */
export const writeAnswer = (question: Question, texts: ReadonlyArray<string>): WrittenAnswer => {
  const page = pageOf(question)
  const known = written.get(page)
  if (known !== undefined && isSameList(known.of, texts)) return known.answer
  const answer = write(question, page, texts)
  written.set(page, { of: texts, answer })
  return answer
}

// The questions asked again and again are read once (see `readQuestion`): what was chosen for such a one stays with it.
const written = new WeakMap<QuizPage, { readonly of: ReadonlyArray<string>; readonly answer: WrittenAnswer }>()

const isSameList = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  one.length === other.length && one.every((text, at) => text === other[at])

const write = (question: Question, page: QuizPage, texts: ReadonlyArray<string>): WrittenAnswer => {
  const places = placesOnPage(question, page, texts)
  const letters = lettersOfImages(question, texts)
  if (letters !== undefined) return { texts: letters, text: letters.join(""), places: places ?? [] }
  if (places !== undefined && places.length > 1 && letterTypes.has(page.type)) {
    return { texts, text: ownLetters(page, places).join("#"), places }
  }
  const answer = tickedAnswer(question, texts)
  if (answer !== undefined) {
    const text = isPlainlyRight(answer, question.options) ? asList(texts) : chooseForm(answer, formsOf(answer, texts))
    return { texts, text, places: answer.places }
  }
  // An option of several lines is found by its text alone.
  const isFilledIn = question.options.length === 0 || question.typeClass === "text"
  return {
    texts,
    text: isFilledIn ? asFills(texts, page.boxes || question.blanks) : asOne(texts),
    places: places ?? []
  }
}

const asList = (texts: ReadonlyArray<string>): string =>
  texts.length === 1 && texts[0] !== undefined ? texts[0] : JSON.stringify(texts)

/** What is to be ticked on the page for an answer of these texts; `undefined` where nothing is ticked, but filled in. */
export const tickedAnswer = (question: Question, texts: ReadonlyArray<string>): TickedAnswer | undefined => {
  const page = pageOf(question)
  const places = question.typeClass === "text" || texts.length === 0 ? undefined : placesOnPage(question, page, texts)
  return places === undefined || question.options.length === 0
    ? undefined
    : { type: typeOn(page, question, places), options: page.options, places }
}

/** The places of texts of the question's options among those of the page, where empty ones count, too. */
const placesOnPage = (
  { options }: Question,
  page: QuizPage,
  texts: ReadonlyArray<string>
): ReadonlyArray<number> | undefined => {
  const shown = page.options.flatMap((option, place) => (option.trim() === "" ? [] : [place]))
  if (shown.length !== options.length) return undefined
  const places = texts.map((text) => shown[options.indexOf(text)])
  return places.every((place) => place !== undefined) ? places : undefined
}

// Pairs, cloze and reading: the client clicks the letter of each part by itself. Elsewhere `fill` is a blank with one answer.
const letterTypes: ReadonlySet<string> = new Set(["line", "fill", "reader"])

/** Letters as the options carry them themselves; else by their places. */
const ownLetters = ({ options }: QuizPage, places: ReadonlyArray<number>): ReadonlyArray<string> =>
  places.map(
    (place) => /^[([（【]?\s*([A-Z])(?:[.、．:：)\]）】\s]|$)/.exec(options[place] ?? "")?.[1] ?? letterOf(place)
  )

const typeOn = (page: QuizPage, question: Question, { length }: ReadonlyArray<number>): TickedType => {
  for (const type of [parseQuestionType(page.type), question.type]) {
    if (type === "single" || type === "multiple" || type === "judgement") return type
  }
  return length > 1 ? "multiple" : "single"
}

const rightWords = ["正确", "对", "√", "是", "true", "T"]
const wrongWords = ["错误", "错", "×", "否", "false", "F"]

/** The forms that an answer may have, the most natural one first. */
const formsOf = function* ({ options, places, type }: TickedAnswer, texts: ReadonlyArray<string>): Generator<string> {
  yield asOne(texts)
  const letters = [...new Set(places)].sort((a, b) => a - b).map(letterOf)
  const byPlace = places.every((place) => place < 26) ? [letters.join("")] : []
  if (type === "judgement") {
    // Nothing else is a word for right or wrong; which of them is right shows by itself.
    yield* rightWords
    yield* wrongWords
  }
  yield* byPlace
  if (letters.length > 1 && byPlace.length > 0) yield* [letters.join("、"), letters.join(",")]
  const sent = places.map((place) => options[place] ?? "")
  yield JSON.stringify(texts)
  if (texts.length > 1) yield texts.join("#")
  yield asOne(sent)
  yield JSON.stringify(sent)
  if (sent.length > 1) yield sent.join("#")
}

const lettersOfImages = (
  { cutOptions, options }: Question,
  texts: ReadonlyArray<string>
): ReadonlyArray<string> | undefined => {
  if (cutOptions.length === 0) return undefined
  const places = texts.map((text) => options.indexOf(text))
  if (!places.some((place) => cutOptions.includes(place))) return undefined
  const letters = places.map(letterOf)
  const isClear =
    places.every((place) => place >= 0 && place < 26) &&
    // a letter that is the text of another option would tick that one
    options.every((option, place) => !letters.includes(option) || option === letterOf(place))
  return isClear ? letters : undefined
}

export const letterOf = (place: number): string => String.fromCharCode(65 + place)
