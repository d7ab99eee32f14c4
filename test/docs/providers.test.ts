import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Api } from "../../src/Api.ts"
import { parseConfigText } from "../../src/platform/config/ConfigText.ts"
import { readFileCells } from "../../src/platform/config/FileCells.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { FinalReason, RetryableReason } from "../../src/providers/ProviderError.ts"
import { Result } from "effect"

const page = readFileSync(projectFile("docs", "providers.md"), "utf8")
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` \|[^|]*\| ([^|]*?) \|$/gm)].map(([, reason = "", again = ""]) => [reason, again])
)

describe("the page about providers", () => {
  it("names every reason, and whether it is tried again", () => {
    const tagOf = (reason: { readonly identifier: string }) => reason.identifier
    const retryable = RetryableReason.members.map(tagOf)
    const final = FinalReason.members.map(tagOf)
    assert.sameMembers([...rows.keys()], [...retryable, ...final])
    for (const reason of retryable) assert.match(rows.get(reason) ?? "", /^yes/)
    for (const reason of final) assert.match(rows.get(reason) ?? "", /^(no|with another key)$/)
  })

  it("shows a configuration whose settings all exist", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ""
    const content = Result.getOrThrow(parseConfigText(example, false))
    const { cells, problems, warnings } = readFileCells(content, "the page")
    assert.deepStrictEqual([problems, warnings], [[], []])
    assert.isAbove(cells.length, 8)
  })

  it("names only routes that exist", () => {
    const paths = new Set(
      Object.values(Api.groups).flatMap((group) => Object.values(group.endpoints).map(({ path }) => path))
    )
    for (const [, path = ""] of page.matchAll(/\$B(\/api\/v1\/[\w/]+)/g)) {
      const asPattern = path.replace(/(providers)\/zhipu/, "$1/:id")
      assert.isTrue(
        [...paths].some((known) => known === asPattern),
        path
      )
    }
  })
})
