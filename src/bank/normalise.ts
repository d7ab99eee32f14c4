// What makes two wordings the same question. Everything here only removes what never changes a meaning: markup, white
// space, numbering, prefixes, marks, blanks at the ends, letter case. Digits, operators, units and negations stay.
import { decodeHTML } from "entities"
import { tokensForAddresses } from "./imageAddress.ts"
import { canonicalMaths, mayHoldMaths } from "./maths/canonicalMaths.ts"
import { latexOfMathMl } from "./maths/mathMl.ts"
import { isPlainIndex, isPlainPower } from "./maths/pieces.ts"

// Tags that quiz pages wrap around text. Anything else in angle brackets is text: `a<b`, `vector<int>`.
const markup =
  /<\/?(?:p|br|hr|div|span|font|b|i|u|em|strong|small|a|ul|ol|li|table|thead|tbody|tr|td|th|pre|code|section|label|h[1-6]|o:p)(?:\s[^<>]*)?\/?>/gi
const aboutMarkup = /标签|标记|元素|\btags?\b|\belements?\b|html/i
const image = /<img\b[^<>]*?\bsrc\s*=\s*["']?([^"'\s<>]+)[^<>]*>/gi
const superscriptTag = /<sup(?:\s[^<>]*)?>([^<]{0,200})<\/sup>(?=(\d?))/gi
const subscriptTag = /<sub(?:\s[^<>]*)?>([^<]{0,200})<\/sub>(?=(\d?))/gi
const strayScriptTag = /<\/?sub(?:\s[^<>]*)?>/gi
// `x<sup>2</sup>` is x^2, but `x<sup>2</sup>3` and `x<sup>n+1</sup>` need to say where the exponent ends.
const raise = (_: string, inside: string, next: string): string => {
  const text = decodeHTML(inside).trim()
  return isPlainPower(text.normalize("NFKC")) && !(endsInDigit.test(text) && next !== "") ? `^${text}` : `^{${text}}`
}
// An index is dropped as a tag, so that H<sub>2</sub>O is H2O, unless it would run into what follows.
const lower = (_: string, inside: string, next: string): string => {
  const text = decodeHTML(inside).trim()
  return isPlainIndex(text.normalize("NFKC")) && !(endsInDigit.test(text) && next !== "") ? inside : `_{${text}}`
}
const endsInDigit = /\d$/

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ"
const superscript = new RegExp(`[${superscripts}]`)
const superscriptRun = new RegExp(`[${superscripts}]+(?=(\\p{Nd}?))`, "gu")
const plainOfSuperscript = (run: string, next: string) => {
  const text = run.normalize("NFKC").replaceAll("−", "-")
  return isPlainPower(text) && !(endsInDigit.test(text) && next !== "") ? `^${text}` : `^{${text}}`
}
const subscript = /[₀-₎ₐ-ₜᵢ-ᵥⱼ]/
const subscriptRun = /[₀-₎ₐ-ₜᵢ-ᵥⱼ]+(?=(\p{Nd}?))/gu
const plainOfSubscript = (run: string, next: string) => {
  const text = run.normalize("NFKC").replaceAll("−", "-")
  return isPlainIndex(text) && !(endsInDigit.test(text) && next !== "") ? text : `_{${text}}`
}

const invisible = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]|[\ufe00-\ufe0f]/g
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
// One character for each that stands for the same, after NFKC has unified width.
const sameAs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "'": "‘’‚‛`´′",
    '"': "“”„‟«»「」『』″",
    "-": "‐‑‒–—―−",
    ".": "。｡",
    ",": "、",
    "[": "【",
    "]": "】"
  }).flatMap(([plain, others]) => [...others].map((other): [string, string] => [other, plain]))
)
const others = new RegExp(`[${[...sameAs.keys()].join("")}]`, "g")

const cjk = "\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}"
// Most texts need no work: letters, ideographs and marks with single spaces inside. One look tells.
const isPlain = /^(?:[!-%'-;=-~\u00a1-\u00ac\u00ae-\u04ff\u3001-\u9fff\uff01-\uffe6](?: (?=\S))?)*$/

/** The text as a person would read it off the page: entities and markup resolved, image addresses kept, one line. */
export const plainText = (raw: string): string => {
  if (isPlain.test(raw)) return raw
  let text = raw.replace(controls, "")
  if (text.includes("<")) {
    text = latexOfMathMl(text).replace(image, " $1 ").replace(superscriptTag, raise).replace(subscriptTag, lower)
    text = text.replace(strayScriptTag, "")
    if (!aboutMarkup.test(text)) text = text.replace(markup, " ")
  }
  if (text.includes("&")) text = decodeHTML(text)
  return text.replace(invisible, "").replace(/\s+/g, singleSpace).trim()
}

// The wide space that stands in empty brackets stays one.
const singleSpace = (run: string): string => (run === "\u3000" ? run : " ")

// Nothing in it has another form: printable ASCII without spaces, backticks and the marks of LaTeX, and ideographs.
const isUnified = /^[!-#%'-;=-[\]^a-z|-~\u4e00-\u9fff]*$/

/**
 * `plainText` with maths on one line (see `canonicalMaths`), and width, quotes, dashes and idle spaces unified; letter case
 * stays, for it tells `Aa` from `AA`.
 */
export const unified = (raw: string): string => (isUnified.test(raw) ? raw : unify(plainText(raw)))

const unify = (text: string): string => {
  const raised = superscript.test(text) ? text.replace(superscriptRun, plainOfSuperscript) : text
  const lowered = subscript.test(raised) ? raised.replace(subscriptRun, plainOfSubscript) : raised
  const folded = lowered.normalize("NFKC").replace(others, (char) => sameAs.get(char) ?? char)
  let line = withoutIdleSpaces(canonicalMaths(folded))
  // Without its spaces a text may be a formula that it was not before; three are more than any real one needs.
  for (let again = 0; again < 3 && mayHoldMaths(line); again++) {
    const next = withoutIdleSpaces(canonicalMaths(line))
    if (next === line) break
    line = next
  }
  return line
}

const withoutIdleSpaces = (text: string): string =>
  text.includes(" ") ? text.replace(spaces, keepOrDrop).trim() : text

// A space matters only between two letters or between two digits: "an ice" is not "a nice", "1 1/2" is not "11/2".
const spaces = /\s+/g
const keepOrDrop = (space: string, at: number, whole: string): string => {
  const before = whole[at - 1] ?? ""
  const after = whole[at + space.length] ?? ""
  return (isLetter(before) && isLetter(after)) || (isDigit(before) && isDigit(after)) ? " " : ""
}
const isLetter = (char: string) => (char >= "a" && char <= "z") || (char >= "A" && char <= "Z")
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

/** The key of an option or an answer text: `unified`, without closing punctuation, in lower case. Never empty for text. */
export const optionKey = (raw: string): string => {
  const text = unified(raw.includes("://") ? tokensForAddresses(plainText(raw)) : raw)
  const bare = trimEndWhile(text, isClosingMark)
  return (bare === "" ? text : bare).toLowerCase()
}

const kinds = "单项?选择?|多项?选择?|不定项选择|判断|填空|简答|问答|论述|名词解释|阅读理解|完形填空|选择|综合|案例分析"
const prefixes: ReadonlyArray<RegExp> = [
  // [单选题], (多选题,5分), 【判断】
  new RegExp(`^[\\[(](?:${kinds})题?(?:[,;:]?[^\\])]{0,12})[\\])]`),
  // 单选题:…
  new RegExp(`^(?:${kinds})题?[:.]`),
  // 一,单选题 …
  new RegExp(`^[一二三四五六七八九十]{1,3}[,.](?=[${cjk}\\[(])`, "u"),
  // 第12题, 第12题:
  /^第\d{1,4}题[:.,]?/,
  // 12. 12, 12) (12) Q12: but neither 3.14 nor "2,3和5"
  /^(?:q|question)?\d{1,4}[.,):](?!\d)/i,
  /^\(\d{1,4}\)(?!\d)/,
  // (5分) [2.0分] (本题5分)
  /^[[(](?:本题|共)?\d{1,3}(?:\.\d+)?(?:分|points?|pts?)[\])]/i
]
const mayStartPrefix = /^[[(\d第q一二三四五六七八九十单多不判填简问论名阅完选综案]/i
// "1. 3.14…": a space after the number tells numbering from a decimal, before the spaces go.
const numberAndSpace = /^\d{1,4}[.、．,)）:：]\s+/
const score = /[[(](?:本题|共)?\d{1,3}(?:\.\d+)?(?:分|points?|pts?)[\])]$/i
const mayBeBlank = /[_([{]/
const blank = /_{2,}|\(\)|\[\]|\{\}|(?<![a-z0-9])_(?![a-z0-9])/gi

/**
 * A question's wording: its key, empty only when the title holds nothing but numbering, blanks and marks, and how many
 * blanks it shows.
 */
export const normaliseTitle = (raw: string): { readonly key: string; readonly blanks: number } => {
  let text = unified(plainText(raw).replace(numberAndSpace, ""))
  for (let again = true; again && mayStartPrefix.test(text);) {
    again = false
    for (const prefix of prefixes) {
      const rest = text.replace(prefix, "")
      if (rest !== text && rest !== "") {
        text = rest.trimStart()
        again = true
      }
    }
  }
  let blanks = 0
  const marked = mayBeBlank.test(text) ? text.replace(blank, () => (blanks++, "\u2581")) : text
  const bare = blanks > 1 ? marked.replace(/\u2581(?:[\s,]*\u2581)*/g, "\u2581") : marked
  return { key: trimEnds(bare).toLowerCase() || text.toLowerCase(), blanks }
}

/** The key of a question's wording. */
export const titleKey = (raw: string): string => normaliseTitle(raw).key

// Blanks, scores and closing marks at the ends, in whatever order a site puts them.
const trimEnds = (text: string): string => {
  let result = /^[\u2581\s]/.test(text) ? text.replace(/^[\u2581\s]+/, "") : text
  for (let before = ""; before !== result;) {
    before = result
    result = trimEndWhile(result, (char, before) => "\u2581 ?".includes(char) || isClosingMark(char, before))
    if (!/[)\]]$/.test(result)) return result
    const tail = result.slice(-16)
    result = result.slice(0, result.length - tail.length) + tail.replace(score, "")
  }
  return result
}
