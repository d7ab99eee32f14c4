import { type Context, Metric } from "effect"
import type { AnswerSource } from "./Answers.ts"
import type { UnansweredReason } from "./Unanswered.ts"

/** Counts what became of questions: by the tier that answered, or by why nobody did. */
export const makeAnswerMetrics = (context: Context.Context<never>) => {
  const answered = (source: AnswerSource) =>
    Metric.counter("siku_answers_total", {
      description: "Questions answered, by the tier that did",
      incremental: true,
      attributes: { source }
    })
  const bySource = {
    memory: answered("memory"),
    bank: answered("bank"),
    similar: answered("similar"),
    ai: answered("ai")
  }
  const byReason = new Map<string, Metric.Counter<number>>()
  const missed = (reason: UnansweredReason["_tag"]) => {
    const known =
      byReason.get(reason) ??
      Metric.counter("siku_answers_missed_total", {
        description: "Questions without an answer, by why",
        incremental: true,
        attributes: { reason }
      })
    byReason.set(reason, known)
    return known
  }
  // Shown from the beginning, so that a rate over them is right from the first answer on.
  for (const counter of Object.values(bySource)) counter.updateUnsafe(0, context)
  return {
    answered: (source: AnswerSource): void => bySource[source].updateUnsafe(1, context),
    missed: (reason: UnansweredReason["_tag"]): void => missed(reason).updateUnsafe(1, context)
  }
}
