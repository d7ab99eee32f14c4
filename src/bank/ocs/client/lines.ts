// How the two lines of the client read texts before they compare them.
import { Option, Schema } from "effect"
import { decodeJson } from "../../../platform/decodeJson.ts"
import { looksLikeCode } from "./looksLikeCode.ts"

/** The lines of the client that are in use: 4.9.35 and what came before it, 4.14 and what comes after. */
export const clientLines = ["4.9", "4.14"] as const
export type ClientLine = (typeof clientLines)[number]

/** What the two lines do differently with texts. */
interface TextRules {
  /** Takes off what it holds for an option's letter. */
  readonly withoutLetter: (text: string) => string
  /** What of a text it compares for likeness. */
  readonly compared: (text: string) => string
  /** What of a text it compares with the words for right and wrong. */
  readonly judged: (text: string) => string
  /** Marks that may stand between letters. */
  readonly betweenLetters: RegExp
}

// 4.9 takes off the first capital with marks behind it, wherever it stands: "x-A、B" loses its A. 4.14 only looks at the beginning, but
// there it takes the capital off Chinese words, too: "A型" and "B型" are both 型 to it.
const rules: Readonly<Record<ClientLine, TextRules>> = {
  "4.9": {
    withoutLetter: (text) =>
      capital.test(text)
        ? text.trim().replace(/[A-Z][^A-Za-z0-9\u4e00-\u9fa5]+([A-Za-z0-9\u4e00-\u9fa5]+)/, "$1")
        : text.trim(),
    compared: (text) => text,
    judged: (text) =>
      text
        .trim()
        .toLowerCase()
        .replace(/[^\u4e00-\u9fa5a-z0-9√×]/g, ""),
    betweenLetters: /[,，、 ]/g
  },
  "4.14": {
    withoutLetter: (text) =>
      capital.test(text)
        ? text
            .trim()
            .replace(/^[A-Z][^A-Za-z0-9\u2e80-\u9fff]+([A-Za-z0-9\u2e80-\u9fff]+)/, "$1")
            .replace(/^[A-Z]([\u2e80-\u9fff][A-Za-z0-9\u2e80-\u9fff]*)/, "$1")
        : text.trim(),
    compared: (text) =>
      isBare.test(text)
        ? text
        : text
            .trim()
            .toLowerCase()
            .replace(/[^\u2e80-\u9fffa-z0-9①-⑨]/g, ""),
    judged: (text) =>
      text
        .trim()
        .toLowerCase()
        .replace(/[^\u2e80-\u9fffa-z0-9①-⑨√×]/g, ""),
    betweenLetters: /[,，.。．、 #]/g
  }
}
const capital = /[A-Z]/
const isBare = /^[\u4e00-\u9fff0-9a-z]*$/

export const textRulesOf = (line: ClientLine): TextRules => rules[line]

/** What 4.14 takes for the same: letters, digits and ideographs, in lower case and half width. */
export const normalised = (text: string): string =>
  isBare.test(text)
    ? text
    : rules["4.14"].compared(
        text
          .replace(/[，。！？；：、（）【】《》\s]/g, "")
          .replace(/[ａ-ｚＡ-Ｚ０-９]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
      )

const separators = ["===", "#", "---", "###", "|", ";", "；"]

const decodeList = decodeJson(Schema.Array(Schema.Unknown))
const isJson = (text: string): boolean => Option.isSome(decodeValue(text))
const decodeValue = decodeJson(Schema.Unknown)

/** The parts that a client takes an answer apart into. */
export const partsOf = (line: ClientLine, answer: string): ReadonlyArray<string> => {
  const text = answer.trim()
  if (text === "") return []
  const trimmed = (parts: ReadonlyArray<string>) =>
    (line === "4.14" ? parts.map((part) => part.trim()) : parts).filter((part) => part.trim() !== "")
  if (/^[[{"\d\-tfn]/.test(text)) {
    const list = Option.getOrUndefined(decodeList(text))
    if (list !== undefined) return trimmed(list.map(String))
    if (isJson(text)) return [text]
  }
  const isCode = line === "4.14" && looksLikeCode(text)
  const separator = separators.find((mark) => text.includes(mark) && !(isCode && /[;|；]/.test(mark)))
  return separator === undefined ? [text] : trimmed(text.split(separator))
}

/** The letters that a client reads in an answer that is nothing else: at most eight, rising; `undefined` in any other. */
export const lettersIn = (line: ClientLine, answer: string): string | undefined => {
  const letters = answer.trim().replace(rules[line].betweenLetters, "").trim()
  if (letters.length > 8 || !capital.test(letters)) return undefined
  for (let at = 1; at < letters.length; at++) {
    if (letters.charCodeAt(at) <= letters.charCodeAt(at - 1)) return undefined
  }
  return letters
}
