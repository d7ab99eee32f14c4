// From what a model wrote to the answers in it. Models are asked for one JSON object and mostly give one, bare, in a code
// fence, or after some words.
import { Option, Schema } from "effect"
import { decodeJson } from "../platform/decodeJson.ts"

/** The answers a reply names, in order, and how sure the model says it is (0 to 1). */
export interface AiReply {
  readonly answers: ReadonlyArray<string>
  readonly confidence: number | undefined
}

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
const Answers = Schema.Union([Scalar, Schema.Array(Scalar)])
const ReplyObject = Schema.Struct({
  answer: Schema.optionalKey(Answers),
  answers: Schema.optionalKey(Answers),
  confidence: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.String]))
})
const decodeReply = decodeJson(Schema.Union([ReplyObject, Schema.Array(Scalar)]))

const longestPlainAnswer = 400

/** Reads a reply; no answers when it holds none that can be told from the words around it. */
export const readAiReply = (text: string): AiReply => {
  for (const candidate of jsonCandidates(text)) {
    const decoded = Option.getOrUndefined(decodeReply(candidate))
    if (decoded === undefined) continue
    if (!("length" in decoded)) {
      const answers = decoded.answer ?? decoded.answers
      if (answers !== undefined) return { answers: toTexts(answers), confidence: toConfidence(decoded.confidence) }
    } else if (decoded.length > 0) {
      return { answers: toTexts(decoded), confidence: undefined }
    }
  }
  const named = /(?:^|\n)\s*(?:最终)?(?:正确)?(?:答案|answer)\s*(?:是|为|is)?\s*[:：]\s*(.+?)\s*$/i.exec(text)?.[1]
  const plain = named ?? text.trim()
  return {
    answers:
      plain === "" || plain.includes("\n") || plain.length > longestPlainAnswer || plain.startsWith("{") ? [] : [plain],
    confidence: undefined
  }
}

const toTexts = (answers: typeof Answers.Type): ReadonlyArray<string> =>
  (typeof answers === "object" ? answers : [answers])
    .map((answer) => String(answer).trim())
    .filter((text) => text !== "")

const toConfidence = (raw: number | string | undefined): number | undefined => {
  const value = typeof raw === "string" ? Number.parseFloat(raw) / (raw.includes("%") ? 100 : 1) : raw
  if (value === undefined || !Number.isFinite(value)) return undefined
  return Math.min(1, Math.max(0, value))
}

// The whole text, then what code fences hold, then from the last opening brace that closes at the end of its line or text.
const jsonCandidates = function* (text: string): Generator<string> {
  yield text.trim()
  for (const fence of text.matchAll(/```(?:json)?\s*([^`]+)```/gi)) yield (fence[1] ?? "").trim()
  const end = text.lastIndexOf("}")
  // The object asked for is small and flat: the last few braces are enough to look at.
  for (let start = text.lastIndexOf("{", end), tries = 0; start >= 0 && tries < 4; tries++) {
    yield text.slice(start, end + 1)
    if (start === 0) return
    start = text.lastIndexOf("{", start - 1)
  }
}
