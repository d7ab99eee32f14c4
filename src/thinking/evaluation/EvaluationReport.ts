import type { Outcome } from "./Outcome.ts"
import { type Interval, mean, pairedDifference, quantile, wilson } from "./statistics.ts"
import type { EvaluationStrategy } from "./strategies.ts"

/** What came of one strategy. Means are over its problems; a problem without an answer counts as wrong. */
export interface StrategyReport {
  readonly name: string
  readonly description: string
  readonly problems: number
  readonly right: number
  readonly failed: number
  readonly degraded: number
  readonly accuracy: Interval
  /** To the first strategy, on the problems that both were given; null for the first. */
  readonly difference: Interval | null
  /** Model calls, and requests made for them, for one problem. */
  readonly calls: number
  readonly attempts: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** Of all its problems, in micro-USD; null where a price is not known. */
  readonly cost: number | null
  readonly wallMillis: { readonly p50: number; readonly p95: number }
}

/** Strategies side by side. */
export interface EvaluationReport {
  readonly dataset: string
  readonly problems: number
  readonly strategies: ReadonlyArray<StrategyReport>
}

/** Sums outcomes up, in the order of the strategies; those without an outcome are left out. */
export const reportOf = (
  dataset: string,
  strategies: ReadonlyArray<EvaluationStrategy>,
  outcomes: ReadonlyArray<Outcome>
): EvaluationReport => {
  const byStrategy = Map.groupBy(outcomes, ({ strategy }) => strategy)
  const [first] = strategies
  const baseline = first === undefined ? [] : (byStrategy.get(first.name) ?? [])
  return {
    dataset,
    problems: new Set(outcomes.map(({ problem }) => problem)).size,
    strategies: strategies.flatMap((strategy) => {
      const own = byStrategy.get(strategy.name) ?? []
      return own.length === 0 ? [] : [strategyReport(strategy, own, strategy === first ? undefined : baseline)]
    })
  }
}

const strategyReport = (
  { description, name }: EvaluationStrategy,
  outcomes: ReadonlyArray<Outcome>,
  baseline: ReadonlyArray<Outcome> | undefined
): StrategyReport => {
  const right = outcomes.filter(isRight).length
  const costs = outcomes.map(({ usage }) => usage.cost)
  const times = outcomes.map(({ elapsed_ms }) => elapsed_ms)
  return {
    name,
    description,
    problems: outcomes.length,
    right,
    failed: outcomes.filter(({ verdict }) => verdict === "failed").length,
    degraded: outcomes.filter(({ degraded }) => degraded).length,
    accuracy: wilson(right, outcomes.length),
    difference: baseline === undefined ? null : differenceTo(baseline, outcomes),
    calls: mean(outcomes.map(({ usage }) => usage.calls)),
    attempts: mean(outcomes.map(({ usage }) => usage.attempts)),
    promptTokens: mean(outcomes.map(({ usage }) => usage.prompt_tokens)),
    completionTokens: mean(outcomes.map(({ usage }) => usage.completion_tokens)),
    cost: costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0),
    wallMillis: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) }
  }
}

const isRight = ({ verdict }: Outcome): boolean => verdict === "right"

const differenceTo = (baseline: ReadonlyArray<Outcome>, outcomes: ReadonlyArray<Outcome>): Interval => {
  const before = new Map(baseline.map((outcome) => [outcome.problem, isRight(outcome)]))
  const pairs = outcomes.flatMap((outcome) => {
    const was = before.get(outcome.problem)
    return was === undefined ? [] : [{ was, is: isRight(outcome) }]
  })
  const gained = pairs.filter(({ is, was }) => is && !was).length
  const lost = pairs.filter(({ is, was }) => was && !is).length
  return pairedDifference(gained, lost, pairs.length)
}
