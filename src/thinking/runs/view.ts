import type { RunUsage } from "../Bill.ts"
import { isOpen, type RunRow } from "./RunRow.ts"
import type { RunView } from "./Runs.ts"
import type { RunAccepted, RunReply, RunSummary } from "./RunViews.ts"
import type { StepState, ThreadState } from "./ThreadState.ts"

export const acceptedView = ({ created_at, id, model, state }: RunRow): typeof RunAccepted.Type => ({
  id,
  object: "run",
  status: state,
  model,
  created: Math.floor(created_at / 1000)
})

const common = (row: RunRow) => ({
  ...acceptedView(row),
  title: row.title,
  background: row.background,
  created_at: row.created_at,
  ended_at: row.ended_at
})

/** A run as its row tells it: of one that has not ended, what it came to is not known yet. */
export const summaryView = (row: RunRow): typeof RunSummary.Type => ({
  ...common(row),
  answer: row.answer,
  confidence: row.confidence,
  degraded: row.degraded,
  usage: usageOf(row),
  error: row.error
})

const usageOf = (row: RunUsage): RunUsage => ({
  calls: row.calls,
  attempts: row.attempts,
  prompt_tokens: row.prompt_tokens,
  completion_tokens: row.completion_tokens,
  cached_tokens: row.cached_tokens,
  reasoning_tokens: row.reasoning_tokens,
  estimated: row.estimated,
  cost: row.cost
})

/** A run as its events tell it, under way or ended. */
export const runView = ({ row, state }: RunView): typeof RunReply.Type => ({
  ...common(row),
  // The row was read before the events, and tells of an end that the log could not take.
  status: isOpen(row) && state.seq > 0 ? state.status : row.state,
  ended_at: state.endedAt ?? row.ended_at,
  answer: state.outcome?.text ?? null,
  short_answer: state.outcome?.answer ?? null,
  confidence: state.outcome?.confidence ?? null,
  degraded: state.outcome?.degraded ?? state.degraded.length > 0,
  usage: state.usage,
  error: state.failure ?? (row.error === null ? null : { reason: "defect", detail: row.error }),
  request_id: row.request_id,
  plan: state.plan === undefined ? null : { difficulty: state.plan.difficulty, form: state.plan.form },
  threads: state.threads.map(threadView),
  open_calls: state.openCalls.length,
  degraded_because: state.degraded,
  budget_spent: state.spent,
  last_event: state.seq
})

const stands = ({ verdict }: StepState): boolean => verdict === "open" || verdict === "accepted"

const threadView = (thread: ThreadState): (typeof RunReply.Type)["threads"][number] => {
  const steps = thread.steps.filter(stands).length
  return {
    thread: thread.thread,
    strategy: thread.strategy.name,
    status: thread.status,
    steps,
    revised: thread.steps.length - steps,
    answer: thread.conclusion?.answer ?? null,
    confidence: thread.conclusion?.confidence ?? null,
    tested: thread.conclusion?.tested ?? false,
    reason: thread.end?.reason ?? null
  }
}
