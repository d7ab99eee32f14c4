// Lists in one cell. Every way of writing is read back exactly; what a plain form cannot say is written as a JSON list.
import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { plainText } from "../normalise.ts"
import { stripLetters } from "../question/optionList.ts"

const Texts = Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))
const decodeTexts = decodeJson(Texts)

/** The texts of a cell that holds a JSON list; `undefined` for any other cell. */
export const readJsonList = (cell: string): ReadonlyArray<string> | undefined => {
  if (!cell.startsWith("[")) return undefined
  return Option.getOrUndefined(decodeTexts(cell))?.map(String)
}

const inlineLetters = /(?:^|\s)(?=[A-Z][.、．:：)）]\s*\S)/

/** Options in one cell: a JSON list, one a line, or split by `###`, `|` or letters (`A. … B. …`). */
export const readOptionsCell = (raw: string): ReadonlyArray<string> => {
  const cell = raw.trim()
  const list = readJsonList(cell)
  if (list !== undefined) return list
  const separator = [/\r?\n|\r/, "###", "|"].find((separator) => cell.search(escaped(separator)) >= 0) ?? inlineLetters
  return cell
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "")
}

const escaped = (separator: string | RegExp): RegExp =>
  typeof separator === "string" ? new RegExp(separator.replace(/[|#]/g, "\\$&")) : separator

const tagSeparators = /[,，;；、|\n\r]+/

/** Tags in one cell: a JSON list, or split by commas and the like. */
export const readTagsCell = (raw: string): ReadonlyArray<string> =>
  (readJsonList(raw.trim()) ?? raw.split(tagSeparators)).map((tag) => tag.trim()).filter((tag) => tag !== "")

const letterOf = (place: number): string => String.fromCharCode(65 + place)

/** A text that `plainText` turns into this one: what markup or entities would be is written so that it stays text. */
export const keptText = (text: string): string =>
  plainText(text) === text
    ? text
    : text
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/[\u0000-\u001f\u007f]/g, (char) => `&#${char.charCodeAt(0)};`)

/** Options as a list that reads back as these: lettered where they would lose letters that belong to them. */
export const keptOptions = (options: ReadonlyArray<string>): ReadonlyArray<string> =>
  (stripLetters(options) === options ? options : options.map((option, place) => `${letterOf(place)}. ${option}`)).map(
    keptText
  )

/** Options as one cell: `A. …` line by line. */
export const writeOptionsCell = (options: ReadonlyArray<string>): string => {
  if (options.length === 0) return ""
  const isPlain = options.length > 1 && options.length <= 26 && options.every((option) => !/[\r\n]/.test(option))
  return isPlain
    ? options.map((option, place) => `${letterOf(place)}. ${keptText(option)}`).join("\n")
    : JSON.stringify(keptOptions(options))
}

// What splits an answer somewhere, or could be taken for a number of an option.
const ambiguousAnswer = /^\[|[#|;；\r\n]|^\s|\s$|^\d{1,2}$|^$/

// Commas part the answers of a title with several blanks, which look like this.
const mayBeBlank = /[_([{（［【｛]/
const comma = /[,，、]/

/** The answers to a question as one cell: joined by `###`. */
export const writeAnswerCell = (
  answer: ReadonlyArray<string>,
  { options, title }: { readonly options: ReadonlyArray<string>; readonly title: string }
): string => {
  // What is ambiguous is the text as written: a control character in it becomes `&#1;`.
  const kept = answer.map(keptText)
  return kept.length === 0 ||
    kept.some((text) => ambiguousAnswer.test(text)) ||
    (options.length === 0 && kept.some((text) => comma.test(text)) && mayBeBlank.test(title))
    ? JSON.stringify(kept)
    : kept.join("###")
}

/** Tags as one cell: joined by commas. */
export const writeTagsCell = (tags: ReadonlyArray<string>): string =>
  tags.some((tag) => tagSeparators.test(tag) || tag.startsWith("[")) ? JSON.stringify(tags) : tags.join(",")

// A spreadsheet runs what begins like this. The sign that disarms it is put before every cell that begins with such
// signs already, so that taking one off gives the cell back exactly.
const dangerous = /^'*[=+\-@\t\r\n＝＋－＠]/

/** A cell that no spreadsheet takes for a formula. */
export const guardCell = (cell: string): string => (dangerous.test(cell) ? `'${cell}` : cell)

/** The cell that `guardCell` guarded; others as they are. */
export const unguardCell = (cell: string): string =>
  cell.startsWith("'") && dangerous.test(cell) ? cell.slice(1) : cell
