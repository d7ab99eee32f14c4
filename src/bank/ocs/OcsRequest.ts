// What OCS clients and their like send, in all its forms: options as one string or a list, types as names or numbers, the
// words "undefined" and "null" for what is not there.
import { Option, Predicate, Result, Schema } from "effect"
import { UrlParams } from "effect/http"
import { decodeJson } from "../../platform/decodeJson.ts"
import { makeQuestion, type Question } from "../Question.ts"
import { splitOptions } from "../question/optionList.ts"
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

/** Bounds of one question: far above real ones, and what keeps normalising one under a few milliseconds. */
export const limits = { titleCharacters: 20_000, options: 200, optionCharacters: 100_000 }

/** Why a request holds no question; said to the client in its own form. */
export type BadQuestion =
  | { readonly _tag: "NoTitle" }
  | { readonly _tag: "TitleTooLong"; readonly length: number }
  | { readonly _tag: "TooManyOptions"; readonly count: number }
  | { readonly _tag: "OptionsTooLong"; readonly length: number }
  | { readonly _tag: "BadForm" }

/** Reads a question out of decoded query parameters or a parsed body. */
export const readQuestion = (input: unknown): Result.Result<PageQuestion, BadQuestion> => {
  const words = wordsOf(input)
  if (words === undefined) return parseQuestion(input)
  const known = recent.get(words)
  if (known !== undefined) return known
  const read = lessRecent.get(words) ?? parseQuestion(input)
  if (recent.size >= mostRecent) {
    lessRecent = recent
    recent = new Map()
  }
  recent.set(words, read)
  return read
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

const parseQuestion = (input: unknown): Result.Result<PageQuestion, BadQuestion> => {
  const sent = Option.getOrUndefined(decodeQuestion(input))
  if (sent === undefined) return Result.fail({ _tag: "BadForm" })
  const title = given(sent.title) ?? given(sent.question) ?? ""
  const titleLength = lengthOf(title)
  if (titleLength > limits.titleCharacters) return Result.fail({ _tag: "TitleTooLong", length: titleLength })
  const options = readOptions(sent.options)
  if (options.length > limits.options) return Result.fail({ _tag: "TooManyOptions", count: options.length })
  const length = options.reduce((total, option) => total + lengthOf(option), 0)
  if (length > limits.optionCharacters) return Result.fail({ _tag: "OptionsTooLong", length })
  const images = readImages(sent.images ?? "")
  const placeholders = given(sent.suggestion_title)
  const made = (type: QuestionType): Question =>
    (placeholders === undefined
      ? undefined
      : withContents(
          makeQuestion({ title, options, type }),
          images,
          `${placeholders}\n${given(sent.suggestion_options) ?? options.join("\n")}`
        )) ?? makeQuestion({ title, options, type, images })
  const typeSent = String(given(sent.type) ?? "").trim()
  const boxes = boxesIn(sent.options)
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
          plat: typeof sent.plat === "number" ? sent.plat : 0
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
  return /^[^{["\s][^=&]*=/.test(body) ? UrlParams.toRecord(UrlParams.fromInput(new URLSearchParams(body))) : undefined
}

const given = <A extends string | number>(value: A | null | undefined): A | undefined =>
  value === null || value === undefined || value === "undefined" || value === "null" || value === "" ? undefined : value

/** Characters of a text that are to be normalised: image content in it is not. */
const lengthOf = (text: string): number =>
  text.includes(";base64,") ? text.replace(/;base64,[\w+/=-]+/g, "").length : text.length

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
