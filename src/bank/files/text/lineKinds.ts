// What a line of a text of questions is: a heading, the beginning of a question, options, an answer, an explanation.
import { kindIn } from "../kinds.ts"

const ordinals = "一二三四五六七八九十"

/** The number that a heading has: 一、 is 1, 十二、 is 12. */
export const ordinalOf = (line: string): number | undefined => {
  const found = /^(?:第)?([一二三四五六七八九十]{1,3})(?:部分|大题)?\s*[、.．:：\s]/.exec(line)?.[1]
  if (found === undefined) return undefined
  const [tens, ones] = found.includes("十") ? found.split("十") : ["", found]
  const value = (text: string | undefined) =>
    text === undefined || text === "" ? 0 : ordinals.indexOf(text[0] ?? "") + 1
  return found.includes("十") ? (tens === "" ? 1 : value(tens)) * 10 + value(ones) : value(ones)
}

/** The heading of a part, of a chapter, or of the answers at the end. */
export type Heading =
  | { readonly is: "part"; readonly ordinal: number | undefined; readonly kind: string | undefined }
  | { readonly is: "chapter" }
  | { readonly is: "answers" }

const answersHeading =
  /^[#*\s]*(?:附[:：]?)?\s*(?:[一二三四五六七八九十]{1,3}[、.．]\s*)?[【[]?(?:参考|标准|正确)?答案(?:页|部分|及解析|与解析|和解析|详解|区)?[】\]]?\s*[:：]?[*\s]*$|^[#*\s]*answer\s*keys?\s*:?[*\s]*$/i
const chapterHeading =
  /^[#*\s]*第\s*[一二三四五六七八九十百\d]{1,4}\s*[章节篇课]|^[#*\s]*(?:chapter|unit|part|section)\s+[\divx]+\b/i
const kindHeading =
  /^[#*\s]*(?:第?[一二三四五六七八九十\d]{0,3}(?:部分|大题)?\s*[、.．:：\s]\s*)?[【[（(]?[A-Za-z一-鿿\s/]{1,16}?(?:题|questions?)[】\]）)]?\s*(?:[（(【[].*|[:：]?|.*共.*题.*|.*每.*分.*)[*\s]*$/i

/** Reads a heading; `undefined` for any other line. */
export const headingIn = (line: string): Heading | undefined => {
  if (line.length > 120) return undefined
  if (answersHeading.test(line)) return { is: "answers" }
  const bare = line.replace(/^[#*\s]+/, "")
  const ordinal = ordinalOf(bare)
  const kind = kindIn(bare.slice(0, 40))
  if (
    kind !== undefined &&
    (kindHeading.test(line) || (ordinal !== undefined && line.length < 60 && /题/.test(line.slice(0, 16))))
  ) {
    return /^\d/.test(bare) && !/题/.test(bare.slice(0, 12))
      ? undefined
      : { is: "part", ordinal, kind: bare.slice(0, 40) }
  }
  if (chapterHeading.test(line) && line.length < 60) return { is: "chapter" }
  return ordinal !== undefined && line.length < 40 && /题|部分/.test(bare) && !/[?？]/.test(bare)
    ? { is: "part", ordinal, kind: undefined }
    : undefined
}

/** How a question's number is written: those in brackets are often parts of another question. */
export type NumberForm = "plain" | "bracket"

export interface Numbered {
  readonly number: number
  readonly form: NumberForm
  readonly rest: string
}

const plainNumber =
  /^(?:第\s*(\d{1,4})\s*题\s*[.、．:：)）]?|(?:Q|question\s*)?(\d{1,4})\s*(?:[、．：]|[.:](?!\d)|(?=\s*[[【][^\]】]{1,12}[\]】])))\s*(.*)$/i
const bracketNumber = /^(?:[(（【[]\s*(\d{1,4})\s*[)）】\]]|(\d{1,4})[)）])\s*[.、．:：]?\s*(.*)$/

/** The number and the words of a line that begins a question. */
export const numberedIn = (line: string): Numbered | undefined => {
  const plain = plainNumber.exec(line)
  if (plain !== null) return { number: Number(plain[1] ?? plain[2]), form: "plain", rest: plain[3] ?? "" }
  const bracket = bracketNumber.exec(line)
  return bracket === null
    ? undefined
    : { number: Number(bracket[1] ?? bracket[2]), form: "bracket", rest: bracket[3] ?? "" }
}

export interface OptionOnLine {
  readonly text: string
  readonly isMarked: boolean
}

const rightMark = /\s*[（(【[]\s*(?:正确答案?|答案|√|✓|correct)\s*[)）】\]]\s*$|\s*[√✓✔]\s*$/i
const letterOf = (place: number): string => String.fromCharCode(65 + place)

/** The options of a line that goes on with the option at `place`; `undefined` where it does not. */
export const optionsIn = (line: string, place: number): ReadonlyArray<OptionOnLine> | undefined => {
  const lead = /^([*√✓✔]\s*)?(?:[-•]\s*)?[(（[【]?([A-Za-z])\s*([.、．:：)）\]】]|\s(?=\S))\s*(.*)$/s.exec(line)
  if (lead?.[2] === undefined || lead[2].toUpperCase() !== letterOf(place)) return undefined
  // "a cat …" is a sentence
  if (lead[3]?.trim() === "" && lead[2] !== lead[2].toUpperCase()) return undefined
  const texts: Array<string> = []
  let rest = lead[4] ?? ""
  for (let next = place + 1; next < 26; next++) {
    const found = new RegExp(
      `(?:\\s+|(?<=[\\u3000-\\u9fff\\uff00-\\uffef;；,，。)）]))[(（[【]?${letterOf(next)}\\s?[.、．:：)）\\]】]\\s*`,
      "u"
    ).exec(rest)
    if (found === null) break
    texts.push(rest.slice(0, found.index))
    rest = rest.slice(found.index + found[0].length)
  }
  texts.push(rest)
  return texts.map((raw, at) => {
    const text = raw
      .replace(rightMark, "")
      .replace(/\s*[;；]\s*$/, "")
      .trim()
    return { text, isMarked: rightMark.test(raw) || (at === 0 && lead[1] !== undefined) }
  })
}

/** What stands behind a name on a line. */
export type Labelled =
  | { readonly is: "answer" | "explanation" | "type"; readonly text: string }
  | { readonly is: "own" | "other" }

const labels =
  /[【[（(]?\s*((?:正确|参考|标准|本题|试题)?\s*答案(?:解析|详解|分析)?|答案(?:是|为)|(?:我|你|您|学生|考生)的?\s*(?:答案|作答)|解析|详解|试题解析|题目解析|解答|分析|难度|难易程度|难度系数|分值|分数|得分|知识点|考点|章节|来源|题型|标签|出处|作者|answers?|correct\s+answer|ans|explanation|rationale|your\s+answer)\s*(?:[】\])）]\s*[:：]?|[:：])\s*/gi

const labelKind = (label: string): Labelled["is"] => {
  const bare = label.replace(/\s/g, "").toLowerCase()
  if (/^(?:我|你|您|学生|考生)|^your/.test(bare)) return "own"
  if (/解析|详解|分析|解答|explanation|rationale/.test(bare)) return "explanation"
  if (/答案|^ans|answer/.test(bare)) return "answer"
  return bare === "题型" ? "type" : "other"
}

/** The parts of a line that begins with a name (`答案：B 解析：…`); `undefined` for a line that does not. */
export const labelledIn = (line: string): ReadonlyArray<Labelled> | undefined => {
  const found = [...line.matchAll(labels)]
  const [first] = found
  if (first?.index !== 0) return undefined
  return found.map((mark, at): Labelled => {
    const text = line.slice(mark.index + mark[0].length, found[at + 1]?.index ?? line.length).trim()
    const is = labelKind(mark[1] ?? "")
    return is === "own" || is === "other" ? { is } : { is, text }
  })
}

/** The answer that stands behind the words of a question on its own line: `… 答案：错`. */
export const answerBehind = (line: string): { readonly words: string; readonly labels: string } | undefined => {
  const at = /\s[【[（(]?\s*(?:正确|参考|标准)?答案\s*[】\])）]?\s*[:：]/.exec(line)?.index
  return at === undefined || at === 0 ? undefined : { words: line.slice(0, at).trim(), labels: line.slice(at).trim() }
}
