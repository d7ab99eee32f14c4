// A report as one HTML page that needs nothing else.
import { accuracyPlot } from "./accuracyPlot.ts"
import { barChart } from "./barChart.ts"
import { escapeHtml } from "./escapeHtml.ts"
import type { EvaluationReport } from "./EvaluationReport.ts"
import { cellsOf, dollars, headings, seconds } from "./figures.ts"

/** The page of a report that was made at `at`, a date in words. */
export const reportPage = (report: EvaluationReport, at: string): string => {
  const { dataset, problems, strategies } = report
  const title = `Siku: ${dataset}`
  const hasPrices = strategies.some(({ cost }) => cost !== null && cost > 0)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(dataset)}</h1>
<p>${problems} problems, ${strategies.length} ways to think, ${escapeHtml(at)}</p>
<h2>Accuracy against calls</h2>
<figure>${accuracyPlot(report)}<figcaption>Share of right answers with its 95 % interval (Wilson).</figcaption></figure>
<h2>Time</h2>
<figure>${barChart(
    "Median time of a problem",
    strategies.map(({ name, wallMillis: { p50 } }) => ({ name, value: p50, text: seconds(p50) }))
  )}<figcaption>Median time from the question to the answer.</figcaption></figure>
<h2>${hasPrices ? "Cost" : "Tokens"}</h2>
<figure>${
    hasPrices
      ? barChart(
          "Cost of all problems",
          strategies.map(({ cost, name }) => ({ name, value: cost ?? 0, text: dollars(cost) }))
        )
      : barChart(
          "Tokens of a problem",
          strategies.map(({ completionTokens, name, promptTokens }) => ({
            name,
            value: promptTokens + completionTokens,
            text: (promptTokens + completionTokens).toFixed(0)
          }))
        )
  }<figcaption>${hasPrices ? "Of all problems together, by the configured prices." : "Read and written for one problem."}</figcaption></figure>
<h2>All figures</h2>
<div class="wide"><table>
<thead><tr>${headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join("")}</tr></thead>
<tbody>
${strategies.map((strategy) => `<tr>${rowOf(cellsOf(strategy))}</tr>`).join("\n")}
</tbody>
</table></div>
<h2>The ways to think</h2>
<dl>
${strategies.map(({ description, name }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(description)}</dd>`).join("\n")}
</dl>
</body>
</html>
`
}

const rowOf = ([name = "", ...cells]: ReadonlyArray<string>): string =>
  `<th scope="row">${escapeHtml(name)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}`

const style = `
:root{color-scheme:light dark;--text:#1d2330;--soft:#667;--line:#d9dce3;--mark:#2f6fde;--page:#fff}
@media (prefers-color-scheme:dark){:root{--text:#e6e8ee;--soft:#9aa;--line:#343a46;--mark:#7aa7ff;--page:#14171d}}
body{margin:0 auto;max-width:52rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page)}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}
figure{margin:0}figcaption,svg text{color:var(--soft);fill:var(--soft);font-size:13px}
svg{display:block;width:100%;height:auto}svg .name{fill:var(--text)}
svg .grid{stroke:var(--line);stroke-width:1}svg .interval{stroke:var(--mark);stroke-width:2}
svg circle,svg rect{fill:var(--mark)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;white-space:nowrap}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}th:first-child{text-align:left}
dt{font-weight:600}dd{margin:0 0 .5rem}
`
