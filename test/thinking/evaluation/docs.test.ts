import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { defaultOracleModel } from "../../../scripts/oracle/OracleModel.ts"
import { withTable } from "../../../scripts/oracle/withTable.ts"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { headings } from "../../../src/thinking/evaluation/figures.ts"
import { strategies } from "../../../src/thinking/evaluation/strategies.ts"

const page = readFileSync(projectFile("docs", "evaluation.md"), "utf8")

describe("the page about evaluation", () => {
  it("names every strategy", () => {
    assert.deepStrictEqual(
      strategies.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``)),
      []
    )
  })

  it("says every default of the oracle", () => {
    const { seed: _, ...shares } = defaultOracleModel
    const missing = Object.entries(shares).filter(([part, value]) => {
      const option = part.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
      return !page.includes(`| \`--${option}\` | ${value} |`)
    })
    assert.deepStrictEqual(missing, [])
  })

  it("has a table with the columns and strategies there are", () => {
    const table = page.slice(page.indexOf("<!-- table"), page.indexOf("<!-- end of table -->"))
    assert.include(table, `| ${headings.join(" | ")} |`)
    const rows = [...table.matchAll(/^\| ([a-z][\w-]*) \|/gm)].map(([, name]) => name)
    assert.deepStrictEqual(
      rows.slice(1),
      strategies.map(({ name }) => name)
    )
    assert.strictEqual(withTable(page, "").includes(table), false)
  })
})
