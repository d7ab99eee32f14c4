// The one reader of answers, whoever gives them: a model, a page, a file, another bank. It is pure, and strict where it counts: an
// option is met by its whole text, its letter or its number, never by a part of its text, and what names no option gives none.
import { Predicate } from "effect"
import { plainText } from "../normalise.ts"
import type { Question } from "../Question.ts"
import { boldIn, linesOf, type MentionTier, mentionsIn, saysNone, withoutThoughts } from "./namedIn.ts"
import { placeOfText } from "./placeOfText.ts"
import type { ReadingRules } from "./placesIn.ts"
import { jsonTexts, splitBlanks } from "./readBlanks.ts"
import { chosen, type Reading, readParts, unread, type Unreadable } from "./readParts.ts"
import { withoutEmphasis } from "./undressed.ts"
import { partsOfValue, saidInJson } from "./valuesIn.ts"

export type { Reading, ReadingRules, Unreadable }

/**
 * Reads the answer that a file, a page or another bank gives to a question: a text in any of the dresses that people use ("AC", "A、C",
 * "答案：A", "B. 上海", "北京###广州", "正确", `["北京"]`), a number, a boolean, or a list or object of these.
 *
 * Where the question has options, the texts are theirs; where it has several blanks, there is one text for each.
 */
export const readAnswer = (question: Question, said: unknown, rules: ReadingRules = {}): Reading => {
  if (typeof said === "string") return readText(question, said, rules, false)
  const parts = partsOfValue(said)
  if (parts.length === 1 && parts[0] !== undefined && !Predicate.isObject(said)) {
    return readText(question, parts[0], rules, false)
  }
  return readSeveral(question, parts, rules, false)
}

/** A reply as it was read, and how sure its author says it is (0 to 1). */
export interface ReadReply {
  readonly reading: Reading
  readonly confidence: number | undefined
  /** The first of several options that a reply names for a single choice, as alternatives ("鲁迅;巴金"): for who has asked twice. */
  readonly first?: Reading
}

/**
 * Reads the answer out of a model's reply: the JSON that was asked for, however broken, or the sentence that names the answer. What it
 * thought before is no part of it. A list holds the parts of an answer that somebody has taken out of a reply already.
 */
export const readReply = (question: Question, reply: string | ReadonlyArray<string>): ReadReply => {
  if (typeof reply !== "string") return { reading: readSeveral(question, reply, {}, true), confidence: undefined }
  const text = withoutThoughts(reply)
  if (question.type === "essay") {
    const said = saidInJson(text)
    const essay = said === undefined ? withoutEmphasis(text) : said.parts.join("\n")
    return { reading: readParts(question, [essay]), confidence: said?.confidence }
  }
  const reading = readText(question, text, {}, true)
  const said = saidInJson(text)
  const [only, ...more] = said?.parts ?? [text]
  const first =
    reading._tag === "Unread" && question.type === "single" && only !== undefined && more.length === 0
      ? alternativesIn(question, only, {})[0]
      : undefined
  return { reading, confidence: said?.confidence, ...(first === undefined ? {} : { first }) }
}

// "鲁迅;巴金": banks join by these what several sources say. Letters are no alternatives, and 、 makes a list.
const alternativesIn = (question: Question, text: string, rules: ReadingRules): ReadonlyArray<Reading> =>
  (text.length > 1000 ? "" : text)
    .split(/[;；|#,，]+/)
    .map((part) => readParts(question, [part], rules))
    .filter((reading) => reading._tag === "Read" && reading.by === "text")

const isRead = (reading: Reading): boolean => reading._tag === "Read"

const readText = (question: Question, text: string, rules: ReadingRules, isReply: boolean): Reading =>
  question.options.length === 0 && question.typeClass !== "judgement"
    ? readTexts(question, text, isReply)
    : readChoice(question, text, rules)

// An answer of several parts: each names an option, or they fill the blanks.
const readSeveral = (
  question: Question,
  parts: ReadonlyArray<string>,
  rules: ReadingRules,
  isReply: boolean
): Reading => {
  const [only, ...more] = parts
  if (only !== undefined && more.length === 0) {
    return question.options.length === 0 && question.typeClass !== "judgement"
      ? filled(question, splitBlanks(only, question.blanks), isReply)
      : readChoiceExpression(question, only, rules)
  }
  if (question.options.length === 0 && question.typeClass !== "judgement") return filled(question, parts, isReply)
  return readParts(question, parts, rules)
}

// A text, a list in JSON, a sentence, lines: from the surest to the vaguest.
const readChoice = (question: Question, text: string, rules: ReadingRules): Reading => {
  const place = rules.letters === "places" ? undefined : placeOfText(question.options, text)
  if (place !== undefined) return chosen(question, { places: [place], by: "text" }, [text])
  const ends = withoutMiddle(text)
  const said = saidInJson(/^\s*[[{]/.test(text) ? text : ends)
  if (said === undefined) return readChoiceExpression(question, ends, rules)
  const reading = readSeveral(question, said.parts, rules, false)
  return !isRead(reading) && said.parts.every(saysNone) ? unread("Nothing", said.parts) : reading
}

/** Characters at either end of a text in which it names the answer to a choice. */
const longestEnd = 20_000

const withoutMiddle = (text: string): string =>
  text.length > 2 * longestEnd ? `${text.slice(0, longestEnd)}\n${text.slice(-longestEnd)}` : text

/** A part that may be a sentence of its own: `{"answer": "选A"}`. */
const readChoiceExpression = (question: Question, text: string, rules: ReadingRules): Reading => {
  const whole = readParts(question, [text], rules)
  return isRead(whole) ? whole : (readSentences(question, text, rules) ?? oneOf(question, text, rules) ?? whole)
}

/** The one option among the alternatives of a single choice: the others are none of this page. */
const oneOf = (question: Question, text: string, rules: ReadingRules): Reading | undefined => {
  if (question.type !== "single" || text.length > 400 || !/[;；|#]/.test(text)) return undefined
  const [only, ...more] = alternativesIn(question, text, rules)
  return more.length === 0 ? only : undefined
}

const readSentences = (question: Question, text: string, rules: ReadingRules): Reading | undefined => {
  if (saysNone(text)) return unread("Nothing", [plainText(text)])
  for (const tier of mentionsIn(text)) {
    const reading = readTier(question, tier, rules)
    if (reading !== undefined) return reading
  }
  return readLines(question, text, rules)
}

const readTier = (question: Question, { counts, mentions }: MentionTier, rules: ReadingRules): Reading | undefined => {
  const found: Array<Reading> = []
  for (const { expressions } of mentions.toReversed()) {
    if (expressions.some(saysNone)) return unread("Nothing", expressions.slice(-1))
    const reading = firstRead(question, expressions, rules)
    if (reading !== undefined) found.push(reading)
    if (counts === "last" && reading !== undefined) return reading
  }
  return agreed(found)
}

const firstRead = (
  question: Question,
  expressions: ReadonlyArray<string>,
  rules: ReadingRules
): Reading | undefined => {
  for (const expression of expressions) {
    const reading = readParts(question, [expression], rules)
    if (isRead(reading)) return reading
  }
  return undefined
}

/** The one reading of several that are all the same; none where they are not. */
const agreed = (readings: ReadonlyArray<Reading>): Reading | undefined => {
  const [first, ...others] = readings
  return first !== undefined && others.every((other) => isSame(first, other)) ? first : undefined
}

const isSame = (one: Reading, other: Reading): boolean =>
  one._tag === "Read" && other._tag === "Read" && one.texts.join("\n") === other.texts.join("\n")

// The first or the last line, or what is set in bold, if nothing else in the text names another option.
const readLines = (question: Question, text: string, rules: ReadingRules): Reading | undefined => {
  const lines = linesOf(text)
  const each = lines.map((line) => readParts(question, [line], rules))
  const read = each.filter(isRead)
  const reading = [each[0], each[each.length - 1]].find((reading) => reading !== undefined && isRead(reading))
  if (reading !== undefined && agreed(read) !== undefined) return reading
  if (read.length > 0) return undefined
  return agreed(
    boldIn(text).flatMap((part) => {
      const reading = readParts(question, [part], rules)
      return isRead(reading) ? [reading] : []
    })
  )
}

// ---------------------------------------------------------------------------------------------------------- without options

const letterOnly = /^[(（【[]?\s*[A-Z]{1,8}\s*[)）】\].。、]?$/

const readTexts = (question: Question, text: string, isReply: boolean): Reading => {
  const whole = text.trim()
  const { blanks, title, typeClass } = question
  const list = jsonTexts(whole, blanks)
  if (list !== undefined) return filled(question, list, isReply)
  const said = /^(?:[{`]|\[\s*["'“{])/.test(whole) || (isReply && whole.includes("{")) ? saidInJson(whole) : undefined
  if (said !== undefined && (isReply || whole.startsWith("{"))) return readSeveral(question, said.parts, {}, isReply)
  const bare = isReply ? withoutEmphasis(whole) : whole
  const named = namedText(bare, isReply)
  const answer = named ?? bare
  if (answer === "" || (isReply && saysNone(answer))) return unread("Nothing", [])
  // A letter says nothing without the options that it stands at.
  const isChoice = typeClass === "single" || typeClass === "multiple"
  if (isChoice && letterOnly.test(answer) && !showsLetter(title, answer))
    return unread("LetterWithoutOptions", [answer])
  // Sentences in place of a word for a blank are thoughts without an answer; where no blank is shown, they are the answer.
  if (isReply && named === undefined && blanks > 0 && /[\r\n]/.test(bare)) {
    const parts = splitBlanks(bare, blanks)
    return blanks > 1 && parts.length === blanks ? filled(question, parts, true) : unread("Nothing", [plainText(bare)])
  }
  if (isReply && answer.startsWith("{")) return unread("Nothing", [plainText(answer)])
  return filled(question, splitBlanks(answer, blanks), isReply)
}

const showsLetter = (title: string, letters: string): boolean =>
  Array.from(letters.replace(/[^A-Z]/g, "")).every((letter) =>
    new RegExp(`(?:^|[^A-Za-z])${letter}[.、．:：)）]`).test(title)
  )

const prefix =
  /^(?:[【[（(]?\s*(?:最终|正确|标准|参考)?(?:的)?答案\s*[】\])）]?\s*(?:[:：]|(?:应?[是为])\s*[:：]?)|(?:the\s+)?(?:final\s+|correct\s+)?answer\s*(?:is\s*:?|:))\s*/i

/** What a text without options names as its answer: the text after "答案：", in its last line that has it. */
const namedText = (text: string, isReply: boolean): string | undefined => {
  if (prefix.test(text)) return withoutEmphasis(text.replace(prefix, "")).trim()
  if (!isReply) return undefined
  const boxes = [...text.matchAll(/\\boxed\s*\{((?:[^{}]|\{[^{}]*\}){1,500})\}/g)].map(([, inside = ""]) =>
    inside.trim()
  )
  if (boxes.length > 0) return boxes.join("###")
  const lines = linesOf(text)
  const at = lines.findLastIndex((line) => prefix.test(line.replace(/^(?:因此|所以|故|综上|\*+)[,，]?\s*/, "")))
  if (at < 0) return undefined
  const line = (lines[at] ?? "").replace(/^(?:因此|所以|故|综上|\*+)[,，]?\s*/, "").replace(prefix, "")
  return withoutEmphasis([line, ...lines.slice(at + 1)].join("\n")).trim()
}

const filled = (question: Question, parts: ReadonlyArray<string>, isStrict: boolean): Reading => {
  const said = parts.map(plainText)
  if (said.every((text) => text === "" || saysNone(text))) return unread("Nothing", said)
  const { blanks } = question
  if (blanks < 2 || said.length === blanks) return readParts(question, parts)
  const [only] = said
  const split = said.length === 1 && only !== undefined ? splitBlanks(parts[0] ?? "", blanks) : []
  if (split.length === blanks) return readParts(question, split)
  return isStrict ? unread("OtherBlanks", said) : readParts(question, parts)
}
