import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { longestLine, mostQuestions, PackHeader, readHeader } from "../../../src/bank/packs/PackHeader.ts"
import { PackLine, readLine } from "../../../src/bank/packs/PackLine.ts"
import { linesPerPart } from "../../../src/bank/packs/readPack.ts"
import { verifyPack } from "../../../src/bank/packs/verifyPack.ts"
import { QuestionType } from "../../../src/bank/QuestionType.ts"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { fileWith, header, packBank, signed } from "./support.ts"

const page = readFileSync(projectFile("docs", "packs.md"), "utf8")
const lines = (/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "").trimEnd().split("\n")
const command = readFileSync(projectFile("src", "cli", "pack.ts"), "utf8")

describe("the page about packs", () => {
  it("shows a header and questions that are read", () => {
    const [first = "", ...questions] = lines
    assert.strictEqual(Result.getOrThrow(readHeader(first)).questions, questions.length)
    assert.isAtLeast(questions.length, 2)
    for (const question of questions) assert.isTrue(Result.isSuccess(readLine(question)), question)
  })

  it.effect("describes a file that is taken once it is signed as it says", () =>
    Effect.gen(function* () {
      const [first = "", ...questions] = lines
      const mine = JSON.stringify({ ...JSON.parse(first), publisher: header().publisher })
      const report = yield* verifyPack(yield* fileWith(signed([mine, ...questions])))
      assert.strictEqual(report.header.questions, questions.length)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it("names every member of every line, every type, and the bounds", () => {
    const names = [...Object.keys(PackHeader.fields), ...Object.keys(PackLine.fields), ...QuestionType.literals]
    for (const name of names) assert.include(page, `\`${name}\``)
    for (const bound of [longestLine, mostQuestions]) assert.include(page, bound.toLocaleString("en"))
    assert.include(page, `${linesPerPart} questions at a time`)
  })

  it("shows commands and flags that there are, and all counts of a removal", () => {
    const block = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ""
    const shown = [...block.matchAll(/siku pack (\w+)/g)].map(([, name = ""]) => name)
    assert.sameMembers(
      [...new Set(shown)],
      [...command.matchAll(/Command\.make\(\s*"(\w+)",/g)].map(([, name = ""]) => name)
    )
    const flags = new Set(
      [...page.matchAll(/--([a-z-]+)/g)].map(([, flag = ""]) => flag).filter((flag) => /^[a-z]/.test(flag))
    )
    const known = [...command.matchAll(/Flag\.\w+\("([\w-]+)"/g)].map(([, flag]) => flag)
    for (const flag of flags) assert.include(known, flag)
    for (const [, count = ""] of page.matchAll(/^\| `([a-z ]+)` \| (?:questions|what|disputes)/gm)) {
      assert.include(command, `["${count}", pack.`)
    }
  })
})
