import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { probeOf } from "../../../src/bank/similar/Probe.ts"
import { type IndexedRow, openSearchIndex } from "../../../src/bank/similar/SearchIndex.ts"

const row = (rowid: number, title: string, options: ReadonlyArray<string> = []): IndexedRow => ({
  rowid,
  id: `q_${rowid}`,
  title,
  options
})
const rows = [
  row(1, "中国的首都是哪里？"),
  row(2, "马克思主义哲学的基本问题是什么"),
  row(3, "下列说法正确的是", ["甲是乙", "丙是丁"]),
  row(4, "下列说法正确的是", ["水是单质", "铁能导电"])
]
const withFolder = (work: (file: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), "siku-search-"))
  try {
    work(join(folder, "search.db"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("SearchIndex", () => {
  it("finds a title by what it says, and the same stem by its options", () => {
    const index = openSearchIndex(":memory:")
    index.put(0, rows)
    assert.deepStrictEqual(index.find(probeOf("请问中國首都是哪裡", []))[0], "q_1")
    assert.deepStrictEqual(index.find(probeOf("以下说法中正确的是", ["铁能导电", "水是单质"]))[0], "q_4")
    assert.deepStrictEqual(index.find(probeOf("完全是另外一个题目", [])), [])
    index.close()
  })

  it("finds a long title with a wrong character anywhere", () => {
    const index = openSearchIndex(":memory:")
    index.put(0, rows)
    const title = [..."马克思主义哲学的基本问题"]
    for (const place of title.keys()) {
      const mistyped = title.map((char, at) => (at === place ? "囧" : char)).join("")
      assert.strictEqual(index.find(probeOf(mistyped, []))[0], "q_2", mistyped)
    }
    index.close()
  })

  it("follows edits and deletions, and changes nothing where nothing did", () => {
    const index = openSearchIndex(":memory:")
    assert.strictEqual(index.put(0, rows), 4)
    assert.strictEqual(index.put(0, rows), 0)
    assert.strictEqual(index.put(0, [row(1, "日本的首都是哪里"), ...rows.slice(1, 3)]), 1)
    assert.deepStrictEqual(index.find(probeOf("中国的首都", [])), [])
    assert.strictEqual(index.find(probeOf("日本的首都", []))[0], "q_1")
    assert.strictEqual(index.put(3, []), 1)
    assert.notInclude(index.find(probeOf("下列说法正确的是", ["水是单质", "铁能导电"])), "q_4")
    index.close()
  })

  it("is there again after it was closed, also in the middle of writing", () =>
    withFolder((file) => {
      const first = openSearchIndex(file)
      first.put(0, rows)
      first.close()
      const again = openSearchIndex(file)
      assert.deepStrictEqual(again.last(), { rowid: 4, id: "q_4" })
      assert.strictEqual(again.find(probeOf("中国的首都", []))[0], "q_1")
      again.close()
    }))

  it("is made anew where the file is deleted, no database, or cut off", () =>
    withFolder((file) => {
      const damages = [
        () => rmSync(file),
        () => writeFileSync(file, "no database at all, but long enough to have a header of a kind".repeat(20)),
        () => truncateSync(file, 5000)
      ]
      for (const damage of damages) {
        const whole = openSearchIndex(file)
        whole.put(0, rows)
        whole.close()
        damage()
        const anew = openSearchIndex(file)
        assert.strictEqual(anew.last().rowid, 0)
        anew.put(0, rows)
        assert.strictEqual(anew.find(probeOf("中国的首都", []))[0], "q_1")
        anew.close()
      }
    }))

  it("takes any title, with quotes and operators of the search language in it", () => {
    const index = openSearchIndex(":memory:")
    const hostile = [
      'say "OR" NOT x*',
      "a AND b OR c NEAR(d)",
      "{col}: ^abc -def",
      "''; DROP TABLE grams",
      "\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03"
    ]
    index.put(
      0,
      hostile.map((title, at) => row(at + 1, title))
    )
    for (const [at, title] of hostile.entries()) {
      assert.strictEqual(index.find(probeOf(title, []))[0], `q_${at + 1}`, title)
    }
    index.close()
  })
})
