// What makes two wordings the same question. Everything here only removes what never changes a meaning: markup, white
// space, numbering, kinds, scores, marks, blanks at the ends, capitals that say nothing. Digits, operators, units, negations
// and all other capitals stay. What it leaves is what is hashed into a key, and all that a model is shown.
import { decodeHTML } from "entities"
import { nfkc } from "../platform/normalForms.ts"
import { tokensForAddresses } from "./imageAddress.ts"
import { canonicalMaths, mayHoldMaths } from "./maths/canonicalMaths.ts"
import { latexOfMathMl } from "./maths/mathMl.ts"
import { blankMark, markBlanks, markOpenBrackets } from "./question/blanks.ts"
import { layOut } from "./question/layout.ts"
import { withoutIdleCapitals } from "./question/letterCase.ts"
import { remembering } from "./question/remembering.ts"
import { withoutScriptCharacters, withoutScriptTags } from "./question/scripts.ts"
import { narrow, withoutLastPiece, withoutStart } from "./question/titleClutter.ts"
import type { QuestionType } from "./QuestionType.ts"

// Tags that quiz pages wrap around text. Anything else in angle brackets is text: `a<b`, `vector<int>`.
const inlineMarkup = /<\/?(?:span|font|b|i|u|em|strong|small|a|td|th|code|label|o:p)(?:\s[^<>]*)?\/?>/gi
const blockMarkup = /<\/?(?:p|br|hr|div|ul|ol|li|table|thead|tbody|tr|pre|section|h[1-6])(?:\s[^<>]*)?\/?>/gi
const aboutMarkup = /标签|标记|元素|注释|\btags?\b|\belements?\b|\bcomments?\b|html|xml/i
const image = /<img\b[^<>]*?\bsrc\s*=\s*["']?([^"'\s<>]+)[^<>]*>/gi

// Marks that join, part, turn or choose the form of others, spaces without width, and the tags of U+E0000.
const invisible = new RegExp(
  [
    "\\u00ad|\\u034f|[\\u115f\\u1160]|[\\u17b4\\u17b5]|[\\u180b-\\u180e]|[\\u200b-\\u200f]|[\\u2028-\\u202e]|[\\u2060-\\u206f]|\\u3164",
    "[\\ufe00-\\ufe0f]|\\ufeff|\\uffa0|[\\ufff9-\\ufffb]|[\\u{e0000}-\\u{e0fff}]"
  ].join("|"),
  "gu"
)
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
// One character for each that stands for the same, after NFKC has unified width.
const sameAs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "'": "‘’‚‛`´′",
    '"': "“”„‟«»「」『』″",
    "-": "‐‑‒–—―−",
    ".": "。｡",
    ",": "、",
    "[": "【〔",
    "]": "】〕"
  }).flatMap(([plain, others]) => [...others].map((other): [string, string] => [other, plain]))
)
const others = new RegExp(`[${[...sameAs.keys()].join("")}]`, "g")

const cjk = "\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}"
// Most texts need no work: letters, ideographs and marks with single spaces inside. One look tells.
const isPlain =
  /^(?:[!-%'-;=-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u04ff\u3001-\u3163\u3165-\u9fff\uff01-\uff9f\uffa1-\uffe6](?: (?=\S))?)*$/

/** A text without markup: entities resolved, image addresses kept, a new line where a block begins or ends. */
const readable = (raw: string): string => {
  let text = raw.replace(controls, "")
  if (text.includes("<")) {
    text = withoutScriptTags(latexOfMathMl(text).replace(image, " $1 "))
    if (!aboutMarkup.test(text)) {
      text = withoutComments(text).replace(inlineMarkup, " ").replace(blockMarkup, "\n")
    }
  }
  if (text.includes("&")) text = decodeHTML(text)
  return text.replace(invisible, "")
}

// By a scan: a pattern would look for the end of each of many beginnings.
const withoutComments = (text: string): string => {
  let kept = ""
  let from = 0
  for (let at = text.indexOf("<!--"); at >= 0; at = text.indexOf("<!--", from)) {
    const end = text.indexOf("-->", at + 4)
    if (end < 0) break
    kept += `${text.slice(from, at)} `
    from = end + 3
  }
  return from === 0 ? text : kept + text.slice(from)
}

/** The text as a person would read it off the page: entities and markup resolved, image addresses kept, one line. */
export const plainText = (raw: string): string => (isPlain.test(raw) ? raw : oneLine(raw))

const oneLine = remembering((raw) => readable(raw).replace(/\s+/g, singleSpace).trim())

// The wide space that stands in empty brackets stays one.
const singleSpace = (run: string): string => (run === "\u3000" ? run : " ")

/** `plainText` of a title, in lines where these mean something (see `layOut`). */
export const plainTitle = (raw: string): string => (isPlain.test(raw) ? raw : layOut(readable(raw)))

// Nothing in it has another form: printable ASCII without spaces, backticks and the marks of LaTeX, and ideographs.
const isUnified = /^[!-#%'-;=-[\]^a-z|-~\u4e00-\u9fff]*$/

/**
 * `plainText` with maths on one line (see `canonicalMaths`), and width, quotes, dashes and idle spaces unified; letter case
 * stays, for it tells `Aa` from `AA`.
 */
export const unified = (raw: string): string => (isUnified.test(raw) ? raw : unify(plainText(raw)))

const unify = remembering((text) => {
  let line = withoutIdleSpaces(canonicalMaths(fold(withoutScriptCharacters(text))))
  // Without its spaces a text may be a formula that it was not before; three are more than any real one needs.
  for (let again = 0; again < 3 && mayHoldMaths(line); again++) {
    const next = withoutIdleSpaces(canonicalMaths(line))
    if (next === line) break
    line = next
  }
  return line
})

const circled = /[\u2460-\u2473]/
const vulgarFraction = /(\d)?[\u00bc-\u00be\u2150-\u215e]/g
const mayRunTogether = /[\u00bc-\u00be\u2150-\u215e\u2460-\u2473]/
// NFKC but for what it would run into its neighbours: ①② is no 12, and 2½ no 21/2.
const fold = (text: string): string =>
  (mayRunTogether.test(text) ? foldApart(text) : nfkc(text)).replace(others, (char) => sameAs.get(char) ?? char)

const foldApart = (text: string): string => {
  const apart = text.replace(vulgarFraction, (found, before?: string) => {
    const fraction = found.slice(-1).normalize("NFKC").replace("\u2044", "/")
    return before === undefined ? fraction : `${before} ${fraction}`
  })
  return circled.test(apart) ? apart.replace(/[^\u2460-\u2473]+/g, (part) => nfkc(part)) : nfkc(apart)
}

const withoutIdleSpaces = (text: string): string =>
  text.includes(" ") ? text.replace(spaces, keepOrDrop).trim() : text

// A space matters between two letters or two digits ("an ice" is not "a nice", "1 1/2" is not "11/2"), between two signs
// that would be another one together (`a + ++b`), and before an option of a command (`ls -a`).
const spaces = /\s+/g
const keepOrDrop = (space: string, at: number, whole: string): string => {
  const before = whole[at - 1] ?? ""
  const after = whole[at + space.length] ?? ""
  if ((isLetter(before) && isLetter(after)) || (isDigit(before) && isDigit(after))) return " "
  if (after === before && "+-&|<>=*/".includes(after)) return " "
  return after === "-" && flag.test(whole.slice(Math.max(0, at - 2), at + space.length + 3)) ? " " : ""
}
const flag = /^[a-z]{2}\s+--?[a-z]/i
const isLetter = (char: string) =>
  (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || (char > "\u00bf" && spaced.test(char))
// Letters of scripts that part their words by spaces, but for the Greek ones of formulas.
const spaced = /[\u00c0-\u024f\u0400-\u052f\u0590-\u08ff\u0900-\u0dff\u1e00-\u1eff\uac00-\ud7af]/
const isDigit = (char: string) => char >= "0" && char <= "9"

// Ends are trimmed by a scan from the end: an unanchored `…+$` takes quadratic time on a hostile run of marks.
const trimEndWhile = (text: string, isIdle: (char: string, before: string) => boolean): string => {
  let end = text.length
  while (end > 0 && isIdle(text[end - 1] ?? "", text[end - 2] ?? "")) end--
  return text.slice(0, end)
}

// "5!", "n!" are factorials and "a?" a pattern: ! and ? close an option only after a character of a CJK sentence.
const isClosingMark = (char: string, before: string): boolean =>
  ".,;:…".includes(char) || ((char === "!" || char === "?") && sentence.test(before))
const sentence = new RegExp(`[${cjk}!?"]`, "u")

/** An option or an answer text as it counts: `unified`, without closing punctuation and idle capitals. Never empty for text. */
export const optionText = (raw: string): string => {
  const text = unified(raw.includes("://") ? tokensForAddresses(plainText(raw)) : raw)
  const bare = trimEndWhile(text, isClosingMark)
  return withoutIdleCapitals(bare === "" ? text : bare)
}

/** `optionText` in lower case: for finding which of several options is meant, not for telling questions apart. */
export const optionKey = (raw: string): string => optionText(raw).toLowerCase()

/** A title as it counts. */
export interface NormalTitle {
  /** What is hashed; empty only when the title holds nothing but numbering, blanks and marks. */
  readonly key: string
  /** How many blanks the page shows. */
  readonly blanks: number
  /** The kind of question that its clutter names. */
  readonly kind: QuestionType | undefined
}

/**
 * Normalises a title. The blanks of a `choice` are where the chosen option goes, and sites put them where they like: those
 * at the ends do not count. Of several blanks to fill in each counts.
 */
export const normaliseTitle = (raw: string, asks: "choice" | "text" = "choice"): NormalTitle => {
  const first = withoutStart(narrow(markOpenBrackets(plainTitle(raw))))
  const { count, text } = markBlanks(unifyLines(first.text))
  const keepsBlanks = asks === "text" && count > 1
  const merged = count > 1 && !keepsBlanks ? text.replace(/\u2581(?:[\s,]*\u2581)*/g, blankMark) : text
  const start = withoutBegin(merged, keepsBlanks)
  const end = withoutEnd(start.text, keepsBlanks)
  return {
    key: withoutIdleCapitals(end.text === "" ? start.text : end.text),
    blanks: count,
    kind: first.kind ?? start.kind ?? end.kind
  }
}

const indentation = /^ */
const unifyLines = (title: string): string =>
  title.includes("\n")
    ? title
        .split("\n")
        .map((line) => `${indentation.exec(line)?.[0] ?? ""}${unified(line)}`)
        .join("\n")
    : unified(title)

/** The key of a question's wording. */
export const titleKey = (raw: string): string => normaliseTitle(raw).key

// Blanks and clutter at the beginning, in whatever order a site puts them.
const withoutBegin = (title: string, keepsBlanks: boolean) => {
  let text = title
  let kind: QuestionType | undefined
  for (let before = ""; before !== text;) {
    before = text
    const start = withoutStart(text)
    kind ??= start.kind
    text = keepsBlanks ? start.text : start.text.replace(/^[\u2581\s]+(?=[^])/, "")
  }
  return { text, kind }
}

// Blanks, clutter and closing marks at the end.
const withoutEnd = (title: string, keepsBlanks: boolean) => {
  let text = title
  let kind: QuestionType | undefined
  for (let before = ""; before !== text;) {
    before = text
    text = trimEndWhile(
      text,
      (char, before) => (char === blankMark && !keepsBlanks) || " ?\n".includes(char) || isClosingMark(char, before)
    )
    const shorter = withoutLastPiece(text)
    if (shorter === undefined) break
    kind ??= shorter.kind
    text = shorter.text
  }
  return { text, kind }
}
