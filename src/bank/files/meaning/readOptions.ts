// Options in all the forms that files keep them in: one text, lists of texts, of objects, of pairs, objects of letters.
import { Option, Predicate, Schema } from "effect"
import { decodeJson } from "../../../platform/decodeJson.ts"
import { splitOptionsCell } from "./splitOptions.ts"

/** Options as a file has them. */
export interface ReadOptions {
  readonly texts: ReadonlyArray<string>
  /** The names by which an answer may call them, where the file names them: letters, numbers, ids. */
  readonly labels: ReadonlyArray<string> | undefined
  /** Which of them the file calls right. */
  readonly right: ReadonlyArray<boolean> | undefined
}

export const noOptions: ReadOptions = { texts: [], labels: undefined, right: undefined }

const decodeValue = decodeJson(Schema.Unknown)
const plain = (texts: ReadonlyArray<string>): ReadOptions => relabelled({ texts, labels: undefined, right: undefined })

/** Reads options; `undefined` for what holds something else than options. */
export const readOptions = (value: unknown): ReadOptions | undefined => {
  if (typeof value === "string") {
    const cell = value.trim()
    if (/^[[{]/.test(cell)) {
      const parsed = Option.getOrUndefined(decodeValue(cell))
      if (Array.isArray(parsed) || Predicate.isObject(parsed)) return readOptions(parsed)
    }
    return plain(splitOptionsCell(cell))
  }
  if (Array.isArray(value)) return optionsOfList(value)
  return Predicate.isObject(value) ? optionsOfObject(value) : undefined
}

/** A text, a number or a truth as a text. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string") return value === "" ? undefined : value
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined
}

const optionsOfList = (list: ReadonlyArray<unknown>): ReadOptions | undefined => {
  const [first] = list
  if (list.length === 1 && typeof first === "string") {
    const split = splitOptionsCell(first)
    return plain(split.length > 1 ? split : [first])
  }
  if (list.length > 0 && list.every((item) => Array.isArray(item))) return optionsOfPairs(list)
  if (list.every((item) => typeof item === "string")) return plain(list)
  const read = list.map(optionOfItem)
  if (!read.every((option) => option !== undefined)) return undefined
  return relabelled({
    texts: read.map(({ text }) => text),
    labels: named(read.map(({ label }) => label)),
    right: named(read.map(({ isRight }) => isRight))
  })
}

/** All of them, or none where one is missing. */
const named = <A>(values: ReadonlyArray<A | undefined>): ReadonlyArray<A> | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length && known.length > 0 ? known : undefined
}

interface ReadOption {
  readonly text: string
  readonly label: string | undefined
  readonly isRight: boolean | undefined
}

const textNames = [
  "text",
  "content",
  "optioncontent",
  "optiontext",
  "optionvalue",
  "title",
  "desc",
  "description",
  "body",
  "answertext",
  "answercontent",
  "choicetext",
  "html",
  "html_text"
]
const eitherNames = ["option", "optionname", "name", "value", "label", "answer", "choice", "key", "item"]
const labelNames = [
  "key",
  "label",
  "letter",
  "optionkey",
  "optionlabel",
  "optionid",
  "id",
  "code",
  "no",
  "tag",
  "order",
  "sort",
  "index",
  "serial",
  "prefix",
  "mark",
  "num",
  "optionno",
  "aid",
  "value",
  "name",
  "option"
]
const rightNames = [
  "iscorrect",
  "correct",
  "isright",
  "right",
  "isanswer",
  "istrue",
  "true",
  "iscorrectanswer",
  "is答案",
  "是否正确",
  "correctanswer",
  "correctflag",
  "answerflag",
  "isok"
]
const shareNames = ["fraction", "weight"]

const bare = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "")
const isLabel = (text: string): boolean => /^[A-Za-z]$|^\d{1,9}$/.test(text.trim())

const optionOfItem = (item: unknown): ReadOption | undefined => {
  if (item === null || item === "") return { text: "", label: undefined, isRight: undefined }
  if (!Predicate.isObject(item)) {
    const text = textOf(item)
    return text === undefined ? undefined : { text, label: undefined, isRight: undefined }
  }
  const members = new Map(Object.entries(item).map(([name, value]) => [bare(name), value] as const))
  const [only, ...others] = members
  // {"A": "北京"}
  if (only !== undefined && others.length === 0 && isLabel(only[0])) {
    const text = textOf(only[1])
    return text === undefined ? undefined : { text, label: only[0].toUpperCase(), isRight: undefined }
  }
  const valueOf = (names: ReadonlyArray<string>, isWanted: (text: string) => boolean) => {
    for (const name of names) {
      const text = textOf(members.get(name))
      if (text !== undefined && typeof members.get(name) !== "boolean" && isWanted(text)) return { name, text }
    }
    return undefined
  }
  const found =
    valueOf(textNames, () => true) ?? valueOf(eitherNames, (text) => !isLabel(text)) ?? valueOf(eitherNames, () => true)
  if (found === undefined) return undefined
  const label = valueOf(
    labelNames.filter((name) => name !== found.name),
    (text) => isLabel(text) || /^[\w-]{1,64}$/.test(text)
  )
  return { text: found.text, label: label?.text, isRight: rightOf(members) }
}

const rightOf = (members: ReadonlyMap<string, unknown>): boolean | undefined => {
  for (const name of rightNames) {
    const value = truthOf(members.get(name))
    if (value !== undefined) return value
  }
  for (const name of shareNames) {
    const share = members.get(name)
    if (typeof share === "number") return share > 0
  }
  return undefined
}

/** Whether a mark says right (`true`, 1, 是, √) or wrong; `undefined` for anything else. */
export const truthOf = (value: unknown): boolean | undefined => {
  if (typeof value === "boolean") return value
  const text = String(textOf(value) ?? "")
    .trim()
    .toLowerCase()
  if (/^(?:1|true|yes|y|是|对|√|✓|✔|正确|right|correct)$/.test(text)) return true
  return /^(?:0|false|no|n|否|错|×|x|✗|✘|错误|不正确|wrong|incorrect)$/.test(text) ? false : undefined
}

// ["子", false], ["A", "子"], ["A", "子", true]
const optionsOfPairs = (list: ReadonlyArray<ReadonlyArray<unknown>>): ReadOptions | undefined => {
  const read = list.map((pair): ReadOption | undefined => {
    if (pair.length < 2 || pair.length > 3) return undefined
    const mark = pair.findIndex((part) => typeof part === "boolean" || part === 0 || part === 1)
    const texts = pair.filter((_, place) => place !== mark).map(textOf)
    const [one, two] = texts
    if (one === undefined || texts.length > 2) return undefined
    const isRight = mark < 0 ? undefined : truthOf(pair[mark])
    if (texts.length === 1) return { text: one, label: undefined, isRight }
    return two !== undefined && isLabel(one) ? { text: two, label: one, isRight } : undefined
  })
  if (!read.every((option) => option !== undefined)) return undefined
  return relabelled({
    texts: read.map(({ text }) => text),
    labels: named(read.map(({ label }) => label)),
    right: named(read.map(({ isRight }) => isRight))
  })
}

const optionsOfObject = (object: object): ReadOptions | undefined => {
  const entries = Object.entries(object)
  // {"text": ["子", "丑"], "label": ["A", "B"]}
  const lists = new Map(entries.map(([name, value]) => [bare(name), value] as const))
  const texts = lists.get("text") ?? lists.get("texts") ?? lists.get("content")
  if (Array.isArray(texts)) {
    const read = optionsOfList(texts)
    const labels = lists.get("label") ?? lists.get("labels") ?? lists.get("key")
    if (read === undefined || !Array.isArray(labels) || labels.length !== texts.length) return read
    return relabelled({ ...read, labels: labels.map(String) })
  }
  if (entries.length === 0) return noOptions
  const all = entries.map(([name, value]) => ({ name: labelOfName(name), value }))
  if (!all.every(({ name }) => name !== undefined)) return undefined
  const sorted = all.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
  const read = sorted.map(({ value }) => optionOfItem(value))
  if (!read.every((option) => option !== undefined)) return undefined
  return relabelled({
    texts: read.map(({ text }) => text),
    labels: sorted.map(({ name }) => name ?? ""),
    right: named(read.map(({ isRight }) => isRight))
  })
}

/** `A`, `optionA`, `选项A`, `1`: the label that a member's name says. */
const labelOfName = (name: string): string | undefined => {
  const label = /^(?:选项|option|opt|choice|item)?[_\s]?([A-Za-z]|\d{1,2})(?:[.、]|选项)?$/i.exec(name.trim())?.[1]
  return label?.toUpperCase()
}

const lettered = /^\s*[([（【]?([A-Z])(?:[.、．:：)\]）】]\s*|\s+)(\S.*)$/s

/**
 * Letters of options in another order than theirs (`B. 丑`, `A. 子`) are labels, and no part of the texts; those in their
 * order are taken off later.
 */
const relabelled = (options: ReadOptions): ReadOptions => {
  if (options.labels !== undefined || !lettered.test(options.texts[0] ?? "")) return options
  const filled = options.texts.filter((text) => text.trim() !== "")
  if (filled.length < 2) return options
  const parts = filled.map((text) => lettered.exec(text))
  const letters = parts.map((part) => part?.[1])
  if (!letters.every((letter) => letter !== undefined) || new Set(letters).size !== letters.length) return options
  if (letters.every((letter, place) => letter === String.fromCharCode(65 + place))) return options
  return {
    texts: parts.map((part) => part?.[2]?.trim() ?? ""),
    labels: letters.map((letter) => letter ?? ""),
    right: options.right?.length === filled.length ? options.right : undefined
  }
}
