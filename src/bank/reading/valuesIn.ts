// What is said in JSON, wherever in a text it stands.
import { Option, Predicate, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { readLenientJson, withCommands } from "./lenientJson.ts"

/** What an object says: the parts of its answer, in order, and how sure it says it is (0 to 1). */
export interface SaidInJson {
  readonly parts: ReadonlyArray<string>
  readonly confidence: number | undefined
}

const mostParts = 500
const deepest = 4
/** Braces looked at from the end of a text: the object asked for is small, and comes last. */
const mostTries = 6

/** The answer that a text gives as JSON: as a whole, in a code fence, or as the last object in it that names an answer. */
export const saidInJson = (text: string): SaidInJson | undefined => {
  const whole = text.trim()
  if (!/[[{]/.test(whole)) return undefined
  const candidates = [
    whole,
    ...[...whole.matchAll(/```[a-z]*\s*([\s\S]*?)```/gi)].map(([, inside = ""]) => inside.trim())
  ]
  for (const candidate of candidates) {
    const said = saidBy(parsed(candidate))
    if (said !== undefined) return said
  }
  let start = whole.lastIndexOf("{")
  for (let tries = 0; start >= 0 && tries < mostTries; tries++) {
    const read = readLenientJson(whole, start)
    const said = read === undefined ? undefined : saidBy(read.value)
    if (said !== undefined) return said
    start = start === 0 ? -1 : whole.lastIndexOf("{", start - 1)
  }
  return undefined
}

/** The parts of an answer that is a value already: a cell of a JSON file, a field of another bank's reply. */
export const partsOfValue = (value: unknown): ReadonlyArray<string> => partsOf(value, 0)

const decodeJsonValue = decodeJson(Schema.Unknown)

const parsed = (text: string): unknown => {
  if (!/^[[{]/.test(text)) return undefined
  const strict = Option.getOrUndefined(decodeJsonValue(text))
  if (strict !== undefined) return strict
  const lenient = readLenientJson(text)
  return lenient !== undefined && text.slice(lenient.end).trim() === "" ? lenient.value : undefined
}

const saidBy = (value: unknown): SaidInJson | undefined => {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : { parts: partsOf(value, 0), confidence: undefined }
  }
  const answer = answerOf(value)
  return answer === undefined
    ? undefined
    : { parts: partsOf(answer, 0), confidence: Predicate.isObject(value) ? confidenceOf(value) : undefined }
}

// From the surest name to the vaguest; as they are without case, spaces and underscores.
const answerNames = [
  "answer",
  "answers",
  "finalanswer",
  "correctanswer",
  "correctanswers",
  "rightanswer",
  "bestanswer",
  "答案",
  "正确答案",
  "最终答案",
  "参考答案",
  "标准答案",
  "result",
  "results",
  "结果",
  "choice",
  "choices",
  "correctoption",
  "correctoptions",
  "correctchoice",
  "selectedoption",
  "selectedoptions",
  "selected",
  "selection",
  "正确选项",
  "选择",
  "option",
  "选项",
  "letter",
  "letters",
  "data",
  "output",
  "response",
  "content"
]
const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, "")

const answerOf = (value: unknown, depth = 0): unknown => {
  if (!Predicate.isObject(value) || depth > deepest) return undefined
  const names = new Map(Object.keys(value).map((name) => [plainName(name), name]))
  for (const plain of answerNames) {
    const name = names.get(plain)
    if (name === undefined) continue
    const inside: unknown = Reflect.get(value, name)
    if (inside === null || inside === undefined) continue
    return Predicate.isObject(inside) ? (answerOf(inside, depth + 1) ?? inside) : inside
  }
  return undefined
}

const partsOf = (value: unknown, depth: number): ReadonlyArray<string> => {
  if (typeof value === "string") return [withCommands(value).trim()].filter((text) => text !== "")
  if (typeof value === "number" || typeof value === "boolean") return [String(value)]
  if (depth > deepest) return []
  if (Array.isArray(value)) return value.slice(0, mostParts).flatMap((item: unknown) => partsOf(item, depth + 1))
  return Predicate.isObject(value) ? partsOfObject(value, depth) : []
}

// {"A": true, "B": false}; {"letter": "A", "text": "地球"}; {"1": "思维", "2": "存在"}
const partsOfObject = (value: object, depth: number): ReadonlyArray<string> => {
  const entries: ReadonlyArray<readonly [string, unknown]> = Object.entries(value)
  if (entries.length > 0 && entries.every(([, inside]) => typeof inside === "boolean")) {
    return entries.flatMap(([name, isRight]) => (isRight === true ? [name] : []))
  }
  const named = (...names: ReadonlyArray<string>): string | undefined =>
    entries.flatMap(([name, inside]) =>
      names.includes(plainName(name)) && (typeof inside === "string" || typeof inside === "number")
        ? [String(inside)]
        : []
    )[0]
  const text = named("text", "content", "value", "内容", "文本")
  const letter = named("letter", "label", "key", "option", "选项", "字母", "序号")
  if (text !== undefined) return [letter === undefined ? text : `${letter}. ${text}`]
  if (letter !== undefined) return [letter]
  const answer = answerOf(value)
  return answer === undefined
    ? entries.slice(0, mostParts).flatMap(([, inside]) => partsOf(inside, depth + 1))
    : partsOf(answer, depth + 1)
}

const confidenceOf = (value: object): number | undefined => {
  const name = Object.keys(value).find((name) => ["confidence", "certainty", "置信度"].includes(plainName(name)))
  const raw: unknown = name === undefined ? undefined : Reflect.get(value, name)
  const number =
    typeof raw === "string"
      ? Number.parseFloat(raw) / (raw.includes("%") ? 100 : 1)
      : typeof raw === "number"
        ? raw
        : NaN
  return Number.isFinite(number) ? Math.min(1, Math.max(0, number)) : undefined
}
