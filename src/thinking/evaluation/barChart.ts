import { escapeHtml } from "./escapeHtml.ts"

/** A bar: its length, and what is written at its end. */
export interface Bar {
  readonly name: string
  readonly value: number
  readonly text: string
}

const width = 640
const left = 150
const right = 90
const rowHeight = 24

/** Bars from the left, one under the other, as SVG. */
export const barChart = (label: string, bars: ReadonlyArray<Bar>): string => {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const height = bars.length * rowHeight + 8
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">`,
    ...bars.map(({ name, text, value }, at) => {
      const top = 4 + at * rowHeight
      const length = Math.max(1, (value / most) * (width - left - right))
      return [
        `<text x="${left - 8}" y="${top + 15}" text-anchor="end">${escapeHtml(name)}</text>`,
        `<rect x="${left}" y="${top + 3}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="3"/>`,
        `<text x="${(left + length + 6).toFixed(1)}" y="${top + 15}">${escapeHtml(text)}</text>`
      ].join("")
    }),
    "</svg>"
  ].join("\n")
}
