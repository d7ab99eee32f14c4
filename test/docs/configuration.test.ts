import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { parseConfigText } from "../../src/platform/config/ConfigText.ts"
import { isLive } from "../../src/platform/config/isLive.ts"
import { settingsTable } from "../../src/platform/config/SettingsTable.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { load } from "../platform/config/support.ts"
import { manage, startSiku } from "../support/siku.ts"
import { settingRows } from "./settingRows.ts"

const textOf = (name: string) => readFileSync(projectFile("docs", name), "utf8")
const page = textOf("configuration.md")

/** The groups of settings as the page has them: each with a heading of its own. */
const headings = [...page.matchAll(/^### (.+)\n[\s\S]*?\n\| setting \|/gm)].flatMap(([section]) => {
  const last = section.split("\n").findLast((line) => line.startsWith("### "))
  return last === undefined ? [] : [last.slice(4)]
})

describe("docs/configuration.md", () => {
  it("documents every setting, with its variables, flag, default and bounds, and no setting that is gone", () => {
    const rows = settingRows(page)
    assert.sameMembers(
      [...rows.keys()],
      settingsTable.map(({ path }) => path)
    )
    for (const setting of settingsTable) {
      const cells = rows.get(setting.path) ?? []
      for (const variable of setting.variables) assert.include(cells[2], `\`${variable}\``)
      assert.strictEqual(cells[3], setting.flag === undefined ? "" : `\`${setting.flag}\``)
      assert.strictEqual(cells[4], setting.default === undefined ? "" : `\`${setting.default}\``)
      assert.strictEqual(cells[5], setting.allowed)
      assert.strictEqual(cells[6], isLive(setting.path) ? "yes" : "", setting.path)
      assert.strictEqual(cells[7], setting.description)
    }
  })

  it("has each of its groups in the Chinese page", () => {
    const chinese = textOf("configuration.zh.md")
    assert.isAbove(headings.length, 15)
    for (const heading of headings) {
      const anchor = heading.toLowerCase().replaceAll(" ", "-")
      assert.include(chinese, `[${heading}](configuration.md#${anchor})`)
    }
  })
})

for (const name of ["configuration.md", "configuration.zh.md"]) {
  const text = textOf(name)
  describe(`docs/${name}`, { timeout: 30_000 }, () => {
    it.effect("shows files that can be used, without a warning", () =>
      Effect.gen(function* () {
        const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml)
        assert.isAbove(examples.length, 2)
        for (const yaml of examples) {
          const config = Result.getOrThrow(parseConfigText(yaml.replaceAll("sk-…", "sk-key"), false))
          assert.deepStrictEqual((yield* load({ config })).warnings, [])
        }
      })
    )

    it.live("shows requests that the service takes, one after the other", () =>
      Effect.gen(function* () {
        const base = yield* startSiku()
        const requests = [...text.matchAll(/^curl "\$B([^"]+)"(?: -X (\w+))?[^\n]*?(?: -d '([^']+)')?$/gm)]
        assert.strictEqual(requests.length, 4)
        for (const [line, path = "", method = "GET", body] of requests) {
          const seen = yield* manage(base, method, path, body === undefined ? undefined : JSON.parse(body))
          assert.strictEqual(seen.status, 200, `${line}: ${seen.text}`)
        }
      }).pipe(Effect.scoped)
    )
  })
}
