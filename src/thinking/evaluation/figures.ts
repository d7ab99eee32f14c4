// Figures of a report as people read them.
import type { StrategyReport } from "./EvaluationReport.ts"
import type { Interval } from "./statistics.ts"

/** `81.3 % (77.2–84.8)` */
export const percent = ({ high, low, value }: Interval): string =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`

/** `+16.3 (+12.0–+20.6)`, in percentage points. */
export const points = ({ high, low, value }: Interval): string => `${signed(value)} (${signed(low)} to ${signed(high)})`

const signed = (share: number): string => {
  const text = (100 * share).toFixed(1)
  return share > 0 && text !== "0.0" ? `+${text}` : text.replace(/^-(?=0\.0$)/, "")
}

/** Micro-USD in dollars; `-` where no price is known. */
export const dollars = (cost: number | null): string => (cost === null ? "-" : `$${(cost / 1e6).toFixed(4)}`)

/** `0.84 s` */
export const seconds = (millis: number): string => `${(millis / 1000).toFixed(2)} s`

export const headings = [
  "strategy",
  "right (95 %)",
  "points to the first",
  "calls",
  "attempts",
  "tokens in",
  "tokens out",
  "cost",
  "p50",
  "p95",
  "degraded",
  "failed"
] as const

/** The cells of a strategy, as the headings name them. */
export const cellsOf = (strategy: StrategyReport): ReadonlyArray<string> => [
  strategy.name,
  percent(strategy.accuracy),
  strategy.difference === null ? "-" : points(strategy.difference),
  strategy.calls.toFixed(1),
  strategy.attempts.toFixed(1),
  strategy.promptTokens.toFixed(0),
  strategy.completionTokens.toFixed(0),
  dollars(strategy.cost),
  seconds(strategy.wallMillis.p50),
  seconds(strategy.wallMillis.p95),
  String(strategy.degraded),
  String(strategy.failed)
]
