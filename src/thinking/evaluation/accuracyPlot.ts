// Accuracy with its interval against what it takes, as SVG.
import type { EvaluationReport, StrategyReport } from "./EvaluationReport.ts"
import { escapeHtml } from "./escapeHtml.ts"
import { percent } from "./figures.ts"

const width = 640
const height = 380
const margin = { left: 48, right: 16, top: 16, bottom: 44 }
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }

/** Calls for one problem to the right (each doubling as wide as the one before), accuracy upwards. */
export const accuracyPlot = ({ strategies }: EvaluationReport): string => {
  const most = Math.max(2, ...strategies.map(({ calls }) => calls))
  const least = Math.min(...strategies.map(({ accuracy }) => accuracy.low), 0.9)
  const floor = Math.max(0, Math.floor(least * 10) / 10)
  const x = (calls: number) => margin.left + (Math.log2(Math.max(1, calls)) / Math.ceil(Math.log2(most))) * inner.width
  const y = (share: number) => margin.top + (1 - (share - floor) / (1 - floor)) * inner.height
  const shares = Array.from({ length: Math.round((1 - floor) * 10) + 1 }, (_, at) => floor + at / 10)
  const doublings = Array.from({ length: Math.ceil(Math.log2(most)) + 1 }, (_, at) => 2 ** at)
  const labels = labelled(strategies, x, y)
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Accuracy against model calls for one problem">`,
    ...shares.map(
      (share) =>
        `<path class="grid" d="M${margin.left} ${round(y(share))}H${width - margin.right}"/><text x="${margin.left - 6}" y="${round(y(share) + 4)}" text-anchor="end">${Math.round(100 * share)} %</text>`
    ),
    ...doublings.map(
      (calls) =>
        `<path class="grid" d="M${round(x(calls))} ${margin.top}V${height - margin.bottom}"/><text x="${round(x(calls))}" y="${height - margin.bottom + 16}" text-anchor="middle">${calls}</text>`
    ),
    `<text x="${margin.left + inner.width / 2}" y="${height - 6}" text-anchor="middle">model calls for one problem</text>`,
    ...labels.map(({ at, left, strategy, top }) => {
      const { accuracy } = strategy
      const mark = `<path class="interval" d="M${round(left)} ${round(y(accuracy.low))}V${round(y(accuracy.high))}"/><circle cx="${round(left)}" cy="${round(top)}" r="5"/>`
      const isRight = left > width - 150
      const leader = `<path class="grid" d="M${round(left)} ${round(top)}L${round(left + (isRight ? -8 : 8))} ${round(at)}"/>`
      const name = `<text class="name" x="${round(left + (isRight ? -9 : 9))}" y="${round(at + 4)}" text-anchor="${isRight ? "end" : "start"}">${escapeHtml(strategy.name)}</text>`
      return `<g><title>${escapeHtml(`${strategy.name}: ${percent(accuracy)}, ${strategy.calls.toFixed(1)} calls`)}</title>${leader}${mark}${name}</g>`
    }),
    "</svg>"
  ].join("\n")
}

interface Label {
  readonly strategy: StrategyReport
  readonly left: number
  readonly top: number
  /** Where its name stands, so that names do not cover each other. */
  readonly at: number
}

const lineHeight = 13

const labelled = (
  strategies: ReadonlyArray<StrategyReport>,
  x: (calls: number) => number,
  y: (share: number) => number
): ReadonlyArray<Label> => {
  const placed: Array<Label> = []
  const marks = strategies.map((strategy) => ({ strategy, left: x(strategy.calls), top: y(strategy.accuracy.value) }))
  for (const mark of marks.toSorted((a, b) => a.top - b.top)) {
    const near = placed.filter(({ left }) => Math.abs(left - mark.left) < 140).map(({ at }) => at)
    let at = mark.top
    while (near.some((other) => Math.abs(other - at) < lineHeight)) at += lineHeight / 2
    placed.push({ ...mark, at })
  }
  return placed
}

const round = (value: number): string => value.toFixed(1)
