import { assert, describe, it } from "@effect/vitest"
import { withTable } from "../../../scripts/oracle/withTable.ts"
import type { EvaluationReport, StrategyReport } from "../../../src/thinking/evaluation/EvaluationReport.ts"
import { reportPage } from "../../../src/thinking/evaluation/reportPage.ts"
import { reportMarkdown, reportTable } from "../../../src/thinking/evaluation/reportTable.ts"
import { pairedDifference, wilson } from "../../../src/thinking/evaluation/statistics.ts"

const strategy = (name: string, right: number, changes: Partial<StrategyReport> = {}): StrategyReport => ({
  name,
  description: `What ${name} does.`,
  problems: 100,
  right,
  failed: 0,
  degraded: 3,
  accuracy: wilson(right, 100),
  difference: null,
  calls: 1,
  attempts: 1.25,
  promptTokens: 100,
  completionTokens: 20,
  cost: null,
  wallMillis: { p50: 1234, p95: 5678 },
  ...changes
})

const report: EvaluationReport = {
  dataset: `<b>"the" & set</b>`,
  problems: 100,
  strategies: [
    strategy("plain", 65),
    strategy("fixed-3", 80, { difference: pairedDifference(20, 5, 100), calls: 9.5, cost: 125_000 })
  ]
}

describe("a report", () => {
  it("is a table whose columns stand under each other", () => {
    const lines = reportTable(report).trimEnd().split("\n")
    const [, , headings = "", ...rows] = lines
    assert.strictEqual(rows.length, 2)
    for (const row of rows) assert.strictEqual(row.length, headings.length)
    assert.match(rows[0] ?? "", /^plain +65\.0 % \(55\.3–73\.6\) +- +1\.0 +1\.3 +100 +20 +- +1\.23 s +5\.68 s +3 +0$/)
    assert.match(rows[1] ?? "", /\+15\.0 \(\+[\d.]+ to \+[\d.]+\) +9\.5 .* \$0\.1250 /)
  })

  it("is the same in Markdown", () => {
    const [headings = "", rule = "", ...rows] = reportMarkdown(report).split("\n")
    assert.strictEqual(headings.split("|").length, rule.split("|").length)
    assert.strictEqual(rows.length, 2)
    assert.match(rows[0] ?? "", /^\| plain \| 65\.0 %/)
  })

  it("is a page that holds all it needs, and no text as markup", () => {
    const page = reportPage(report, "2026-01-01")
    assert.notMatch(page, /<script|<link|<img|src=|href=|url\(|@import|<b>/i)
    assert.include(page, "&lt;b&gt;&quot;the&quot; &amp; set&lt;/b&gt;")
    assert.include(page, 'name="viewport"')
    assert.include(page, "prefers-color-scheme:dark")
    assert.strictEqual(page.match(/<circle /g)?.length, 2)
    assert.notMatch(page, /NaN|Infinity|undefined/)
  })

  it("is drawn with every mark inside its plot", () => {
    const page = reportPage(
      { ...report, strategies: [strategy("none", 0, { calls: 0.5 }), strategy("all", 100, { calls: 333 })] },
      "today"
    )
    for (const [, x, y] of page.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)) {
      assert.isTrue(Number(x) >= 48 && Number(x) <= 624 && Number(y) >= 16 && Number(y) <= 336, `${x} ${y}`)
    }
  })
})

describe("the table of a page", () => {
  const page = "before\n<!-- table: npm run eval:oracle -- --docs -->\nold\n<!-- end of table -->\nafter\n"

  it("is written between its markers, again and again", () => {
    const once = withTable(page, "| new |")
    assert.include(once, "| new |")
    assert.notInclude(once, "old")
    assert.isTrue(once.startsWith("before\n") && once.endsWith("\nafter\n"))
    assert.strictEqual(withTable(once, "| new |"), once)
  })

  it("is not written where a marker is missing", () => {
    assert.throws(() => withTable("before\nafter", "| new |"), /markers/)
  })
})
