import type { RunState } from "../../thinking/RunState.ts"
import type { StepState, ThreadState } from "../../thinking/runs/ThreadState.ts"
import { fitted, oneLine, textWidth } from "./textWidth.ts"
import type { Words } from "./words.ts"

const marks = { running: "●", concluded: "✓", failed: "✗", stopped: "○" } as const
const verdicts = { open: "?", accepted: "✓", revised: "↻", rejected: "✗" } as const
const votes = { accept: "+", reject: "−", abstain: "·" } as const

/** What a run came to so far, as lines of so many columns at most. */
export const runView = (
  state: RunState,
  { columns, now, words }: { readonly columns: number; readonly now: number; readonly words: Words }
): ReadonlyArray<string> => {
  const seconds = ((state.endedAt ?? now) - (state.startedAt ?? now)) / 1000
  return [
    `${words.thinking}  ${seconds.toFixed(1)} s`,
    ...planLine(state, words),
    ...state.threads.flatMap((thread) => threadLines(thread, words)),
    ...answerLines(state, words),
    `  ${billLine(state, now, words)}`
  ].map((line) => fitted(line, columns))
}

const planLine = ({ openCalls, plan }: RunState, words: Words): ReadonlyArray<string> => {
  if (plan === undefined) return openCalls.length > 0 ? [`  ${words.plan} …`] : []
  return [`  ${words.plan}: ${words.difficulty[plan.difficulty]} · ${words.form[plan.form]}`]
}

const threadLines = (thread: ThreadState, words: Words): ReadonlyArray<string> => {
  const { conclusion, end, status, steps, strategy } = thread
  const trail = steps.map(({ verdict }) => verdicts[verdict]).join("")
  const head = `${marks[status]} ${thread.thread} ${padded(oneLine(strategy.name), 18)} ${trail}`
  if (conclusion !== undefined) {
    const sure = `${words.confidence} ${Math.round(conclusion.confidence * 100)}%`
    const tested = conclusion.tested ? ` · ${words.tested}` : ""
    return [`${head}  ${words.answer}: ${oneLine(conclusion.answer)}  (${sure}${tested})`]
  }
  if (status === "stopped") return [`${head}  ${words.stopped[whyStopped(end?.reason)]}`]
  if (status === "failed") return [`${head}  ${words.failed}: ${oneLine(`${end?.reason ?? ""} ${end?.detail ?? ""}`)}`]
  const last = steps.at(-1)
  if (last === undefined) return [`${head}  ${words.step(1)} …`]
  const revisions = last.revision === 0 ? "" : ` (${words.revised(last.revision)})`
  const doing = last.verdict === "open" && (last.challenges.length > 0 || last.votes.length > 0)
  const where = doing
    ? `${words.step(last.step)} ${words.testing} ${ballots(last)}`
    : words.step(last.verdict === "open" || last.verdict === "revised" ? last.step : last.step + 1)
  return [`${head}  ${where}${revisions}`, `      ${oneLine(last.text)}`]
}

const whyStopped = (reason: string | undefined): keyof Words["stopped"] =>
  reason === "agreed" || reason === "straggler" ? reason : "budget"

const ballots = ({ challenges, votes: cast }: StepState): string =>
  [challenges.map(({ found }) => (found ? "!" : "·")).join(""), cast.map(({ vote }) => votes[vote]).join("")]
    .filter((part) => part !== "")
    .join(" ")

const answerLines = ({ answers, degraded, fusion, outcome }: RunState, words: Words): ReadonlyArray<string> => {
  const said = answers.map(({ normalised, threads }) => `${normalised || "?"} ← ${threads.join(", ")}`).join("   ")
  return [
    ...(answers.length === 0 ? [] : [`  ${answers.length === 1 ? words.agreed : words.disagreed}: ${oneLine(said)}`]),
    ...(fusion === undefined || outcome !== undefined
      ? []
      : [`  ${words.fusing}: ${tail(oneLine(fusion.text.slice(-300)), 60)}`]),
    ...(degraded.length === 0
      ? []
      : [`  ${words.degraded}: ${oneLine([...new Set(degraded.map(({ why }) => why))].join(", "))}`])
  ]
}

/** Calls, tokens, money and time of a run. */
export const billLine = ({ endedAt, startedAt, usage }: RunState, now: number, words: Words): string => {
  const tokens = usage.prompt_tokens + usage.completion_tokens
  const cost =
    usage.cost === null ? words.noPrice : usage.cost === 0 ? words.free : `$${(usage.cost / 1_000_000).toFixed(6)}`
  return words.bill(usage.calls, tokens, cost, (((endedAt ?? now) - (startedAt ?? now)) / 1000).toFixed(1))
}

const padded = (text: string, columns: number): string => {
  const short = fitted(text, columns)
  return short + " ".repeat(Math.max(0, columns - textWidth(short)))
}

const tail = (text: string, characters: number): string =>
  text.length <= characters ? text : `…${Array.from(text).slice(-characters).join("")}`
