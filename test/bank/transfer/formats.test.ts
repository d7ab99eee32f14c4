import { assert, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Effect, Stream } from "effect"
import type { FileFormat } from "../../../src/bank/transfer/FileFormat.ts"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { readBatches } from "../../../src/bank/transfer/readBatches.ts"
import { zipOf } from "../files/containers.ts"
import { fileWith } from "./support.ts"

/** What a file says: `title → answer` of each row, and the problems by row. */
const readOf = (content: string | Uint8Array, format?: FileFormat) =>
  Effect.gen(function* () {
    const file = yield* fileWith(content)
    const batches = yield* Stream.runCollect(
      Stream.fromAsyncIterable(readBatches({ file, format, skip: 0, how: plainReading }), (error) =>
        error instanceof Error ? error : new Error(String(error))
      )
    )
    const drafts = batches.flatMap((batch) => batch.drafts)
    return {
      drafts,
      answers: drafts.map(({ answer, question }) => `${question.title} → ${answer.join(" + ")}`),
      problems: batches.flatMap((batch) => batch.problems.map(({ message, row }) => `${row}: ${message}`))
    }
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const unreadable = (content: string | Uint8Array, format?: FileFormat) =>
  Effect.map(Effect.flip(readOf(content, format)), (error) => (error instanceof Error ? error.message : ""))

const sheet = (rows: string, parts: Readonly<Record<string, string>> = {}) =>
  zipOf({
    "xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="x" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
    ...parts
  })
const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const header = `<row>${text("题目")}${text("答案")}</row>`

// 题目,答案\n中国的首都,北京\n
const gbk = Uint8Array.of(
  0xcc,
  0xe2,
  0xc4,
  0xbf,
  0x2c,
  0xb4,
  0xf0,
  0xb0,
  0xb8,
  0x0a,
  0xd6,
  0xd0,
  0xb9,
  0xfa,
  0xb5,
  0xc4,
  0xca,
  0xd7,
  0xb6,
  0xbc,
  0x2c,
  0xb1,
  0xb1,
  0xbe,
  0xa9,
  0x0a
)

describe("separated values", () => {
  it.effect.each([
    ["问题,正确答案\n一加一,二\n", ["一加一 → 二"]],
    ['\ufeffQuestion,Answer\r\n"a, ""b""",c\r\n', ['a, "b" → c']],
    ["题干,答案,选项A,选项B,选项C\n选,AC,x1,x2,x3\n", ["选 → x1 + x3"]],
    ["title,answer,A,B,C,D\n选,D,一一,,三三,四四\n", ["选 → 四四"]],
    [
      '题目,选项,答案\n选,"A. 北京\nB. 上海",B\n选二,北京|上海,上海\n选三,A. 一 B. 二,A\n选四,一###二,2\n',
      ["选 → 上海", "选二 → 上海", "选三 → 一", "选四 → 二"]
    ],
    ["题目,答案,题型\n地球是圆的,√,判断题\n____和____,甲;乙,填空题\n", ["地球是圆的 → 正确", "____和____ → 甲 + 乙"]],
    ["某校题库,,\n,,\n题目,答案,备注\n一,二,三\n", ["一 → 二"]],
    ['题目\t答案\n他说"好"\t是\n', ['他说"好" → 是']],
    ['题目,答案\n他说"好"吧,是\n', ['他说"好"吧 → 是']],
    ["题目,题型,选项,答案\n多选一,多选题,x1|x2|x3,A###B\n", ["多选一 → x1 + x2"]]
  ] as const)("reads %j", ([content, expected]) =>
    Effect.map(readOf(content), ({ answers, problems }) => {
      assert.deepStrictEqual(problems, [])
      assert.deepStrictEqual(answers, [...expected])
    })
  )

  it.effect("are UTF-8, GB18030 or UTF-16, whatever they say of themselves", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* readOf(gbk)).answers, ["中国的首都 → 北京"])
      const utf16 = Buffer.from("\ufeff题目,答案\n中国的首都,北京\n", "utf16le")
      assert.deepStrictEqual((yield* readOf(new Uint8Array(utf16), "csv")).answers, ["中国的首都 → 北京"])
      const broken = Buffer.concat([
        Buffer.from("题目,答案\n中国的首都在哪里呢,北京\n"),
        Buffer.from([0xe4, 0xb8, 0x0a])
      ])
      assert.include(yield* unreadable(new Uint8Array(broken)), "UTF-8 text with broken characters")
      assert.include(yield* unreadable(Uint8Array.of(0xff, 0xff, 0xff, 0x80, 0x80)), "neither UTF-8 nor GB18030")
    })
  )

  it.effect("name the row that is wrong, as a spreadsheet counts them", () =>
    Effect.map(readOf("题目,A,B,答案\n一,x1,x2,A\n\n,x1,x2,A\n三,x1,x2,C\n四,x1,x2,\n"), ({ answers, problems }) => {
      assert.deepStrictEqual(answers, ["一 → x1"])
      assert.deepStrictEqual(problems, [
        "4: there is no question",
        "5: the answer is C, but there are only 2 options",
        "6: there is no answer"
      ])
    })
  )

  it.effect("without the names of their columns are refused, and told which are missing", () =>
    Effect.gen(function* () {
      assert.match(yield* unreadable("一,二\n三,四\n"), /题目.*答案.*The file begins with: 一, 二/)
      assert.match(yield* unreadable(""), /begins with: nothing/)
    })
  )
})

describe("JSON", () => {
  it.effect.each([
    ['[{"question":"一","options":["A. x1","B. x2"],"answer":["B"]}]', ["一 → x2"]],
    [
      '{"total":3,"items":[{"题目":"一","答案":"二"},{"title":"三","answer":true,"type":"judgement"}],"more":1}',
      ["一 → 二", "三 → 正确"]
    ],
    ['{"一":"二","三":["四","五"],"六":{"answer":"七"}}', ["一 → 二", "三 → 四 + 五", "六 → 七"]],
    ['{"question":"一","answer":"二"}\n{"question":"三","answer":4}', ["一 → 二", "三 → 4"]],
    ['{"question":"一","options":{"A":"x1","B":"x2"},"answer":2}', ["一 → x2"]],
    ['[{"question":"一","options":[{"label":"A","text":"x1"},{"label":"B","text":"x2"}],"answer":"A"}]', ["一 → x1"]]
  ] as const)("reads %j", ([content, expected]) =>
    Effect.map(readOf(content, "json"), ({ answers, problems }) => {
      assert.deepStrictEqual(problems, [])
      assert.deepStrictEqual(answers, [...expected])
    })
  )

  it.effect("is bounded in depth and told where it breaks off", () =>
    Effect.gen(function* () {
      const deep = yield* readOf(
        `[${"[".repeat(100_000)}${"]".repeat(100_000)},{"question":"一","answer":"二"}]`,
        "json"
      )
      assert.deepStrictEqual(deep.problems, ["1: it is nested deeper than 64 levels"])
      assert.deepStrictEqual(deep.answers, ["一 → 二"])
      assert.strictEqual(
        yield* unreadable('[{"question":"一","an', "json"),
        "row 1: the file ends before its JSON does"
      )
      assert.strictEqual(yield* unreadable("<html>", "json"), 'row 1: this is no JSON: unexpected "<"')
    })
  )

  it.effect("line by line goes on after a line that is wrong", () =>
    Effect.map(readOf('{"question":"一","answer":"二"}\n{oops\n\n{"question":"三","answer":"四"}', "jsonl"), (read) => {
      assert.deepStrictEqual(read.answers, ["一 → 二", "三 → 四"])
      assert.match(read.problems.join(), /^2: this is no JSON/)
    })
  )
})

describe("a workbook", () => {
  it.effect("gives shared, inline, computed and dated cells as texts", () =>
    Effect.gen(function* () {
      const rows = `${header}
        <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c></row>
        <row r="4"><c r="A4" t="str"><f>A1&amp;B1</f><v>computed</v></c><c r="B4"><f>1+1</f><v>2</v></c></row>
        <row r="5">${text("date")}<c r="B5" s="1"><v>45658</v></c></row>
        <row r="6">${text("number")}<c r="B6"><v>0.97999999999999998</v></c></row>
        <row r="7">${text("boolean")}<c r="B7" t="b"><v>1</v></c></row>`
      const bytes = yield* sheet(rows, {
        "xl/sharedStrings.xml": `<sst><si><t>共享</t><rPh><t>gongxiang</t></rPh></si><si><r><t>富</t></r><r><t>文本_x000A_</t></r></si></sst>`,
        "xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
      })
      const { answers, problems } = yield* readOf(bytes)
      assert.deepStrictEqual(problems, [])
      assert.deepStrictEqual(answers, [
        "共享 → 富文本",
        "computed → 2",
        "date → 2025-01-01",
        "number → 0.98",
        "boolean → TRUE"
      ])
    })
  )

  it.effect("reports cells without a value by their row", () =>
    Effect.gen(function* () {
      const bytes = yield* sheet(
        `${header}<row>${text("一")}<c><f>1+1</f></c></row><row>${text("二")}<c t="e"><v>#REF!</v></c></row><row>${text("三")}<c t="s"><v>9</v></c></row><row>${text("四")}<c r="ZZZZ4"><v>1</v></c></row>`
      )
      assert.deepStrictEqual((yield* readOf(bytes)).problems, [
        "2: the formula in B2 has no value stored: open the file and save it again",
        "3: the cell B3 holds the error #REF!",
        "4: the cell B4 refers to a text that is not there",
        "5: there are more than 16384 columns"
      ])
    })
  )

  it.effect("that is none, is damaged or holds entities is refused", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* unreadable("题目,答案", "xlsx"), "this is no xlsx file")
      assert.include(yield* unreadable(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), "csv"), "the file is damaged")
      const bytes = yield* sheet(header)
      assert.include(yield* unreadable(bytes.subarray(0, bytes.length / 2)), "damaged")
      assert.include(yield* unreadable(yield* zipOf({ "a.txt": "1" }), "csv"), "this is a zip file")
      const tricks = yield* sheet("", {
        "xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>`
      })
      assert.include(yield* unreadable(tricks), "document type")
      const other = yield* sheet("", {
        "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="no.xml"/></Relationships>`
      })
      assert.include(yield* unreadable(other), "it has no sheet")
    })
  )
})
