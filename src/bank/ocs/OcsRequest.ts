// What OCS clients and their like send, in all its forms: options as one string or a list, types as names or numbers, the
// words "undefined" and "null" for what is not there.
import { Effect, Option, Predicate, Result, Schema } from "effect"
import { readForm } from "../../platform/bounds/readForm.ts"
import { decodeJson } from "../../platform/decodeJson.ts"
import { makeQuestion, type Question } from "../Question.ts"
import { normaliseInSteps } from "../question/normaliseInSteps.ts"
import { splitOptions } from "../question/optionList.ts"
import { type BeyondBounds, beyondBounds, limits } from "../question/questionBounds.ts"
import { parseQuestionType, type QuestionType } from "../QuestionType.ts"
import { boxesIn, type PageQuestion } from "./client/QuizPage.ts"
import { ImageList, readImages, withContents } from "./sentImages.ts"

const Text = Schema.Union([Schema.String, Schema.Finite])
const OptionList = Schema.Union([Schema.String, Schema.Array(Schema.NullOr(Text)), Schema.Record(Schema.String, Text)])
const maybe = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** What each part of a question says, for the description of the API. */
export const meanings = {
  title: "The question's words; they may hold markup, and images as addresses or `data:` URLs.",
  question: "Another name for title.",
  options:
    "One a line, separated by ###, or as a JSON list; with or without letters. Without any, the title alone counts.",
  type: "single, multiple, judgement, completion, essay, or any other name or number that clients use.",
  images:
    "What belongs to the question beside its texts: addresses (http, https), data: URLs, or bare base64 of PNG, JPEG, GIF or WebP up to 5 MB each; as a list, a JSON list, or one after the other, separated by commas, | or spaces. In a URL only addresses fit; contents belong in a body.",
  suggestion_title:
    "The title with [图片1] and so on where an image stands of which `images` holds the content, as OCS says it.",
  suggestion_options: "The same of the options.",
  plat: "The number of the site, as clients of adapter-service/search send it; it comes back."
}

/** A question as sent. The words "undefined" and "null" stand for what is not there. */
export const OcsQuestion = Schema.Struct({
  title: maybe(Schema.String.annotate({ description: meanings.title })),
  question: maybe(Schema.String.annotate({ description: meanings.question })),
  options: maybe(OptionList.annotate({ description: meanings.options })),
  type: maybe(Text.annotate({ description: meanings.type })),
  images: maybe(ImageList.annotate({ description: meanings.images })),
  suggestion_title: maybe(Schema.String.annotate({ description: meanings.suggestion_title })),
  suggestion_options: maybe(Schema.String.annotate({ description: meanings.suggestion_options })),
  plat: maybe(Schema.Unknown.annotate({ description: meanings.plat }))
}).annotate({ identifier: "OcsQuestion" })
type OcsQuestion = typeof OcsQuestion.Type

const parts = Object.keys(OcsQuestion.fields)

const decodeQuestion = Schema.decodeUnknownOption(OcsQuestion)
const decodeBody = decodeJson(Schema.Unknown)

/** Why a request holds no question; said to the client in its own form. */
export type BadQuestion = BeyondBounds | { readonly _tag: "NoTitle" } | { readonly _tag: "BadForm" }

/** Reads a question out of decoded query parameters or a parsed body. */
export const readQuestion = (input: unknown): Result.Result<PageQuestion, BadQuestion> => {
  const words = wordsOf(input)
  if (words === undefined) return Result.flatMap(readParts(input), questionOf)
  const known = recent.get(words)
  if (known !== undefined) return known
  const read = lessRecent.get(words) ?? Result.flatMap(readParts(input), questionOf)
  if (recent.size >= mostRecent) {
    lessRecent = recent
    recent = new Map()
  }
  recent.set(words, read)
  return read
}

/** The same, and a long question in steps between which others have their turn. */
export const readQuestionInSteps = (input: unknown): Effect.Effect<Result.Result<PageQuestion, BadQuestion>> => {
  if (wordsOf(input) !== undefined) return Effect.succeed(readQuestion(input))
  const read = readParts(input)
  return Result.isFailure(read)
    ? Effect.succeed(Result.fail(read.failure))
    : Effect.map(normaliseInSteps(read.success), () => questionOf(read.success))
}

// A class asks the same questions in the same words: what these came to is remembered, for normalising is the dearest part
// of an answer from memory. Bounded in number and in length; two generations, because to delete the oldest of a Map one by
// one takes longer and longer.
let recent = new Map<string, Result.Result<PageQuestion, BadQuestion>>()
let lessRecent: typeof recent = new Map()
const mostRecent = 2048
const longestWords = 1024

/** The words of a question sent as plain texts, as one text; `undefined` for any other form, or a long one. */
const wordsOf = (input: unknown): string | undefined => {
  if (!Predicate.isObject(input)) return undefined
  let words = ""
  for (const name of parts) {
    const value = Object.hasOwn(input, name) ? input[name] : ""
    if (typeof value !== "string") return undefined
    words += `${value}\u0000`
  }
  return words.length > longestWords ? undefined : words
}

/** What was sent, taken apart. */
interface SentParts {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly typeSent: string
  readonly images: ReadonlyArray<string>
  /** The texts in which names stand for images, where the client sends such. */
  readonly placeholders: string | undefined
  readonly boxes: ReturnType<typeof boxesIn>
  readonly plat: number
}

const readParts = (input: unknown): Result.Result<SentParts, BadQuestion> => {
  const beyond = beyondBounds(input)
  if (beyond !== undefined) return Result.fail(beyond)
  const sent = Option.getOrUndefined(decodeQuestion(input))
  if (sent === undefined) return Result.fail({ _tag: "BadForm" })
  const options = readOptions(sent.options)
  if (options.length > limits.options) return Result.fail({ _tag: "TooManyOptions" })
  const images = readImages(sent.images ?? "")
  if (images === undefined) return Result.fail({ _tag: "TooManyImages" })
  const placeholders = given(sent.suggestion_title)
  return Result.succeed({
    title: given(sent.title) ?? given(sent.question) ?? "",
    options,
    typeSent: String(given(sent.type) ?? "").trim(),
    images,
    placeholders:
      placeholders === undefined
        ? undefined
        : `${placeholders}\n${given(sent.suggestion_options) ?? options.join("\n")}`,
    boxes: boxesIn(sent.options),
    plat: typeof sent.plat === "number" ? sent.plat : 0
  })
}

const questionOf = (sent: SentParts): Result.Result<PageQuestion, BadQuestion> => {
  const { boxes, images, options, placeholders, plat, title, typeSent } = sent
  const made = (type: QuestionType): Question =>
    (placeholders === undefined
      ? undefined
      : withContents(makeQuestion({ title, options, type }), images, placeholders)) ??
    makeQuestion({ title, options, type, images })
  const byName = made(parseQuestionType(typeSent))
  const question = isTold(typeSent, byName, boxes) ? byName : made("unknown")
  return question.title === "" && question.images.length === 0
    ? Result.fail({ _tag: "NoTitle" })
    : Result.succeed({
        ...question,
        page: {
          type: typeSent.toLowerCase(),
          // A page shows images where these hold their content.
          options: question.cutOptions.length > 0 ? question.options : options,
          boxes,
          plat
        }
      })
}

// 3 and 4 are blanks and judgements in the one dialect of the adapter API, judgements and essays in the other: what the page shows
// decides, and where it shows nothing the type is unknown.
const isTold = (type: string, { blanks, options, typeClass }: Question, boxes: number): boolean => {
  if (type !== "3" && type !== "4") return true
  if (options.length > 0) return typeClass === "judgement" && (type === "3" || options.length === 2)
  return type === "3" && (blanks > 0 || boxes > 0)
}

/** Reads a body as JSON, whatever its content type says, and as a form where it is none. */
export const readBody = (body: string): unknown => {
  const json = decodeBody(body)
  if (Option.isSome(json)) return json.value
  return /^[^{["\s][^=&]{0,100}=/.test(body) ? readForm(body, limits.parameters) : undefined
}

const given = <A extends string | number>(value: A | null | undefined): A | undefined =>
  value === null || value === undefined || value === "undefined" || value === "null" || value === "" ? undefined : value

const readOptions = (raw: OcsQuestion["options"]): ReadonlyArray<string> => {
  if (typeof raw === "string") return given(raw) === undefined ? [] : splitOptions(raw)
  if (raw === null || raw === undefined) return []
  if (isList(raw)) return raw.flatMap((option) => (option === null ? [] : [String(option)]))
  // {"A": "北京", "B": "上海"}
  return Object.keys(raw)
    .sort()
    .map((letter) => String(raw[letter]))
}

const isList = (raw: object): raw is ReadonlyArray<string | number | null> => Array.isArray(raw)
