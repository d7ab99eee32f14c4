import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { thinkingSettingsTable } from "../../src/platform/config/ThinkingSettingsTable.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { Pressure } from "../../src/thinking/pressure.ts"
import { presetNames } from "../../src/thinking/presets.ts"
import { ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"

const eventNames = ThoughtEvent.members.map((member) => member.fields.type.schema.literal)
const sorted = (names: Iterable<string>): ReadonlyArray<string> => [...new Set(names)].toSorted()

/** The variables of a prompt file. */
const variablesIn = (file: string): ReadonlyArray<string> => {
  const text = readFileSync(projectFile("config", "prompts", "think", file), "utf8")
  return sorted(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, name = ""]) => name))
}
const promptFiles = readdirSync(projectFile("config", "prompts", "think"))

for (const name of ["thinking.md", "thinking.zh.md"]) {
  const text = readFileSync(projectFile("docs", name), "utf8")
  /** The rows of tables that begin so, as lists of what stands in code marks in each cell. */
  const rowsOf = (first: string): ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>> =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`| ${first}`))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = ""]) => code))
      )

  describe(`docs/${name}`, () => {
    it("has every event in its table, and none that is gone", () => {
      const told = rowsOf("`").flatMap(([names = []]) =>
        names.filter((each) => /^[A-Z][a-z]+[A-Z]?[A-Za-z]*$/.test(each))
      )
      assert.deepStrictEqual(sorted(told), sorted(eventNames))
    })

    it("names every model, and the settings as other files spell them", () => {
      for (const { name } of presetNames) assert.strictEqual(rowsOf(`\`${name}\``).length, 1, name)
      const spellings = thinkingSettingsTable
        .flatMap(({ elsewhere }) => elsewhere)
        .filter((path) => !/^(?:strategies\.)?(?:validation|context)\.(?!num_|counterexample_)/.test(path))
        .filter((path) => !path.startsWith("strategies.validation."))
      assert.isNotEmpty(spellings)
      for (const path of spellings) assert.include(text, `\`${path}\``)
    })

    it("lists the variables that the prompts of each role use", () => {
      for (const file of promptFiles) {
        const [role = ""] = file.split(".")
        const listed = rowsOf(`\`${role}\``).map(([, variables = []]) => sorted(variables))
        assert.deepInclude(listed, variablesIn(file), file)
      }
    })

    it("says when what is given up", () => {
      assert.include(text, `${Pressure.fewerSteps * 100} %`)
      assert.include(text, `${Pressure.fewerThreads * 100} %`)
      assert.strictEqual(Pressure.noValidation, 0.5)
    })
  })
}
