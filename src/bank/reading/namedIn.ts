// Where a text in sentences names its answer: "因此答案是 B。", "故选：A", "\boxed{A}", "The answer is A.", "B选项正确".

/** A place in a text that names the answer, as expressions to be tried, the longest first. */
export interface Mention {
  readonly expressions: ReadonlyArray<string>
  /** Whether it concludes: 故选, 所以, 最终. */
  readonly isConclusion: boolean
}

/** Mentions that weigh the same, in the order of the text. */
export interface MentionTier {
  readonly mentions: ReadonlyArray<Mention>
  /** Whether the last one counts (who thinks aloud corrects himself), or all have to say the same. */
  readonly counts: "last" | "all"
}

/** Most of a text that is looked at: its end, where conclusions stand. */
const longest = 8000
const mostMentions = 12

const thoughtMark = /<\/?(?:think|thinking|reasoning)>/gi

/** What a model thought before it answered is no part of its answer; nor is a thought that never ends. */
export const withoutThoughts = (text: string): string => {
  if (!text.includes("<")) return text.trim()
  const marks = [...text.matchAll(thoughtMark)]
  const lastEnd = marks.findLast(([mark]) => mark.startsWith("</"))
  const from = lastEnd === undefined ? 0 : lastEnd.index + lastEnd[0].length
  const next = marks.find(({ index }) => index >= from)
  const after = text.slice(from, next?.index).trim()
  return after === "" ? text.slice(0, marks[0]?.index).trim() : after
}

const tagged = /<(answer|答案|final|result)>([\s\S]{1,2000}?)<\/\1>/gi
const boxed = /\\boxed\s*\{((?:[^{}]|\{[^{}]*\}){1,500})\}/g
const strong =
  /(?:[【[（(]?\s*(?:最终|正确|标准|参考|本题|此题|我的|所以|因此|最后)*(?:的)?答案\s*[】\])）]?\s*(?:应该|应当|应|就|显然|依次|分别|确实)*(?:选择|选|是|为)?\s*[:：]?(?:选择|选|是|为)?|正确的?(?:选项|一?项)?\s*(?:应?[是为]|[:：])\s*[:：]?|\b(?:the\s+)?(?:(?:final|correct|right|best)\s+)*(?:answers?|option|choice)\s*(?:(?:is|are|should be|would be|must be)\s*)?[:：]?(?=\s*\S))/gi
const weak =
  /(?:故|因此|所以|综上(?:所述)?|应该?|本题|此题|该题|应当|最终)?[,，]?\s*(?:选择|应选|可选|只选|选)(?:的是|的|了|出)?\s*[:：]?(?!项?[是为中]|择|项目|用)|\bI\s+(?:would\s+)?(?:choose|select|pick)\s*[:：]?/gi
const conclusion = /故|因此|所以|综上|应|本题|此题|该题|最终|therefore|thus|so\b/i
const negated = /(?:不|非|勿|别|没|未|无|not|n't|如果|假如|假设|若|if)\s*(?:能|应|可|要|该|会|是)?(?:the\s+)?$/i
const isWhole = /[？?吗]/

/** The mentions of an answer in a text, surest first. */
export const mentionsIn = function* (text: string): Generator<MentionTier> {
  const end = text.slice(-longest)
  yield { mentions: opening(text), counts: "last" }
  yield { mentions: insideOf(end, tagged, 2), counts: "last" }
  yield { mentions: insideOf(end, boxed, 1), counts: "last" }
  yield { mentions: after(end, strong), counts: "last" }
  const chosen = after(end, weak)
  const conclusions = chosen.filter(({ isConclusion }) => isConclusion)
  yield conclusions.length > 0 ? { mentions: conclusions, counts: "last" } : { mentions: chosen, counts: "all" }
}

// "B，因为…", "不是A，而是B": the text begins with its answer.
const opening = (text: string): ReadonlyArray<Mention> => {
  const reason = text.search(becauseMark)
  const but = afterNegation(text)
  const expressions = [
    ...(reason > 0 && reason <= 400 ? [text.slice(0, reason).trim()] : []),
    ...(but === undefined || but === text ? [] : cutsOf(but))
  ]
  return expressions.length === 0 ? [] : [{ expressions, isConclusion: true }]
}
const becauseMark = /因为|理由|原因|解析|解释|分析|because\b|since\b|explanation\b|reason\b/i

const insideOf = (text: string, pattern: RegExp, group: number): ReadonlyArray<Mention> =>
  [...text.matchAll(pattern)]
    .slice(-mostMentions)
    .map((match) => ({ expressions: [(match[group] ?? "").trim()], isConclusion: true }))

const after = (text: string, pattern: RegExp): ReadonlyArray<Mention> =>
  [...text.matchAll(pattern)].slice(-mostMentions).flatMap((match) => {
    const before = text.slice(Math.max(0, match.index - 8), match.index)
    if (negated.test(before)) return []
    const tail = text.slice(match.index + match[0].length)
    const expressions = cutsOf(tail)
    return expressions.length === 0 ? [] : [{ expressions, isConclusion: conclusion.test(match[0]) }]
  })

const cut = (text: string, at: RegExp): string => text.slice(0, text.search(at) < 0 ? undefined : text.search(at))

/** What follows a marker, as a whole and up to where the expression may end. */
const cutsOf = (tail: string): ReadonlyArray<string> => {
  const rest = afterNegation(tail.replace(/^[\s:：*_]+/, ""))
  if (rest === undefined) return []
  const line = cut(rest, /[\r\n]/)
  if (isWhole.test(cut(line, /[。！!；;]/))) return []
  const short = rest.length <= 600 ? [rest] : []
  const cuts = [...short, line]
  cuts.push(cut(line, /[。！!]|\.\s/), cut(line, /[。！!；;]|\.\s/), cut(line, becauseMark))
  cuts.push(cut(line, /[,，]/), cut(line, /[,，、;；]?\s*(?:而不是|而非|不是|不选|rather|not\b)/i), cut(line, /[（(]/))
  // "B 上海位于…", but no article: "A cat …"
  const letter = /^[(（[【]?([A-Z]{1,8})[)）\]】]?(?=$|[^A-Za-z\d])(?!\s+[a-z])/.exec(line)?.[1]
  if (letter !== undefined && !/^[A-Z]\s*[和与或、,，/]/.test(line)) cuts.push(letter)
  return [...new Set(cuts.map((text) => text.trim()))].filter((text) => text !== "")
}

// "不是A而是B" names B; "不是A" names nothing.
const afterNegation = (tail: string): string | undefined => {
  const but = /^(?:并?不是|并?非|not\b)[^\r\n]{0,200}?[,，]?\s*(?:而是|是|but)\s*([\s\S]*)$/i.exec(tail)
  if (but !== null) return but[1]
  return /^(?:并?不|并?非|没有|无|not\b|isn't|none\b|unknown|uncertain|cannot)/i.test(tail) ? undefined : tail
}

const lines = (text: string): ReadonlyArray<string> =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")

/** The lines of a text that may each be an expression; none of one that is a single line, or too long to be an answer. */
export const linesOf = (text: string): ReadonlyArray<string> => {
  const found = lines(text.slice(-longest))
  return found.length > 1 && found.length <= 60 ? found : []
}

/** What a text sets in bold. */
export const boldIn = (text: string): ReadonlyArray<string> =>
  [...text.slice(-longest).matchAll(/\*\*([^*\r\n]{1,300})\*\*/g)].slice(-mostMentions).map(([, inside = ""]) => inside)

const noAnswer =
  /^(?:无法(?:确定|判断|回答|得出|作答|给出).{0,20}|不(?:确定|知道|清楚|能确定)|未知|(?:暂|没|并没|沒)有?(?:正确)?答案|暂无(?:答案)?|略|见解析|none|null|nan|n\/?a|unknown|undefined|unanswerable|not sure|uncertain|i don'?t know|cannot (?:be )?determined?|no (?:correct )?answer|以上都不(?:对|是))[。.!！]?$/i

/** Whether a text says that there is no answer. */
export const saysNone = (text: string): boolean => noAnswer.test(text.trim())
