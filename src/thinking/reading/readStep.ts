import { lastBoxed } from "../answers/boxed.ts"
import { answerInSentence } from "../answers/findAnswer.ts"
import { confidenceOf } from "./confidenceOf.ts"
import { type Label, labelledLine } from "./labels.ts"

export interface ReadStep {
  readonly text: string
  readonly isLast: boolean
  readonly answer: string | undefined
  readonly confidence: number | undefined
}

const continues =
  /\b(?:continu\w*|ongoing|in[ _-]progress|not (?:yet )?(?:done|finished|complete)|unfinished|incomplete|more|fortsetzen|weiter|continuer|en cours|continuar|en curso|seguir)\b|(?:продолж|не законч)|続行|継続|続き|계속|继续|未完|没有?完成|进行中/i
const isDone =
  /\b(?:done|complete[d]?|finish(?:ed)?|final|conclu\w*|end|stop|fertig|abgeschlossen|erledigt|beendet|terminé|fini|termin(?:ado|ato|é)|hecho|listo|completado|concluído|finito)\b|(?:готово|заверш|законч)|完了|終了|완료|끝|完成|结束|完毕|结论|终止/i
const noAnswer =
  /^[\s([<"'-]{0,4}(?:none|n\/a|na|null|nil|tbd|unknown yet|not yet|pending|无|暂无|待定|未知|尚未得出)?[\s)\]>"'.。-]{0,4}$/i

/**
 * A thinker's step: its text without the closing block, whether it is the last one, and then its answer. A step without a block
 * is not the last one unless it ends with an answer line or holds a `\boxed{…}`. `undefined` where nothing was said.
 */
export const readStep = (text: string): ReadStep | undefined => {
  const start = startOfLastLines(text)
  const lines = linesOf(text.slice(start))
  const status = lines.findLast(({ label }) => label === "status")
  const said = statusOf(status?.value ?? "")
  const named = answerOf(lines, status !== undefined)
  const kept = lines.filter((line) => !named.used.has(line) && line.label !== "status" && line.label !== "confidence")
  const body = `${text.slice(0, start)}${kept.map(({ raw }) => raw).join("\n")}`
    .trimEnd()
    .replace(emptyBlock, "")
    .trim()
  const isLast = said ?? (named.answer !== undefined || lastBoxed(body) !== undefined)
  const answer = isLast ? (named.answer ?? lastBoxed(body) ?? answerInSentence(body)) : undefined
  // a reply that is nothing but its answer is a step that says so
  const words = body === "" ? (answer ?? "") : body
  if (words === "") return undefined
  const sure = lines.findLast(({ label }) => label === "confidence")
  return { text: words, isLast, answer, confidence: sure === undefined ? undefined : confidenceOf(sure.value) }
}

interface Line {
  readonly raw: string
  readonly label: Label | undefined
  readonly value: string
}

const statusOf = (value: string): boolean | undefined =>
  continues.test(value.slice(0, 80)) ? false : isDone.test(value.slice(0, 80)) ? true : undefined

// The block is at the end; what stands before these lines is not looked through.
const mostLines = 400

const startOfLastLines = (text: string): number => {
  let start = text.length
  for (let line = 0; line < mostLines && start > 0; line++) start = text.lastIndexOf("\n", start - 2) + 1
  return start
}

const linesOf = (text: string): ReadonlyArray<Line> => text.split(/\r?\n/).flatMap(partsOf)

// "STATUS: done ANSWER: 42 CONFIDENCE: 0.9": a block on one line is as good as three.
const partsOf = (raw: string): ReadonlyArray<Line> => {
  const found = labelledLine(raw)
  if (found === undefined) return [{ raw, label: undefined, value: "" }]
  const at = nextLabelAt(found.value, found.label)
  return at === undefined
    ? [{ raw, ...found }]
    : [{ raw, label: found.label, value: idleEnd(found.value.slice(0, at)) }, ...partsOf(found.value.slice(at))]
}

// A status is one word, so that any label may follow it; an answer is free text, in which only a number after the word tells.
const nextLabelAt = (value: string, label: Label): number | undefined => {
  const next = label === "confidence" ? undefined : label === "status" ? afterStatus : afterAnswer
  const at = next === undefined ? -1 : value.slice(-400).search(next)
  return at < 0 ? undefined : at + Math.max(0, value.length - 400)
}
const afterStatus =
  /(?:ANSWER|ANTWORT|R[ÉE]PONSE|RESPUESTA|ОТВЕТ|答え|答案|CONFIDENCE|KONFIDENZ|CONFIANCE|CONFIANZA|УВЕРЕННОСТЬ|確信度|置信度)[*_`]{0,3}\s{0,3}[:：]/i
const afterAnswer =
  /(?:CONFIDENCE|KONFIDENZ|CONFIANCE|CONFIANZA|УВЕРЕННОСТЬ|確信度|置信度)[*_`]{0,3}\s{0,3}[:：]\s{0,3}[*_`]{0,3}[\d.,]{1,8}[%％]?[*_`\s]{0,4}$/i
const idleEnd = (value: string): string =>
  value.slice(0, value.length - (/[\s,，;；|*]{1,20}$/.exec(value)?.[0].length ?? 0))

interface NamedAnswer {
  readonly answer: string | undefined
  readonly used: ReadonlySet<Line>
}

// The last answer line. Without a status, only one that nothing but its own lines follow: "Answer:" is a word of prose, too.
const answerOf = (lines: ReadonlyArray<Line>, hasStatus: boolean): NamedAnswer => {
  const at = lines.findLastIndex(({ label }) => label === "answer")
  const line = lines[at]
  if (line === undefined) return { answer: undefined, used: new Set() }
  const more = continuation(lines, at, hasStatus)
  const rest = lines.slice(at + 1 + more.length)
  if (!hasStatus && rest.some(({ label, raw }) => label === undefined && raw.trim() !== "" && raw.trim() !== "```")) {
    return { answer: undefined, used: new Set() }
  }
  const whole = [line.value, ...more.map(({ raw }) => raw)].join("\n").trim()
  const answer = noAnswer.test(whole.slice(0, 40)) && whole.length < 40 ? undefined : (lastBoxed(whole) ?? whole)
  return { answer, used: new Set([line, ...more]) }
}

// The fence or the rule that the block stood in or after.
const emptyBlock = /\n[^\S\n]{0,8}(?:```\w{0,12}\s{1,8}```|---|\*\*\*|___)$/

// An answer of several lines goes on to the label that closes the block; without one, to the first empty line, or where no
// status says that this is a block, only from an empty label to the line below it.
const continuation = (lines: ReadonlyArray<Line>, at: number, hasStatus: boolean): ReadonlyArray<Line> => {
  const next = lines.findIndex(({ label }, place) => place > at && label !== undefined)
  const following = lines.slice(at + 1, next < 0 ? undefined : next)
  if (next >= 0) return following
  const isEmpty = lines[at]?.value === ""
  if (!hasStatus && !isEmpty) return []
  const start = isEmpty
    ? Math.max(
        0,
        following.findIndex(({ raw }) => raw.trim() !== "")
      )
    : 0
  const end = following.findIndex(({ raw }, place) => place >= start && (raw.trim() === "" || raw.trim() === "```"))
  return following.slice(0, end < 0 ? undefined : end)
}
