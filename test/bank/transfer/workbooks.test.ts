import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { Zip } from "effect/encoding"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { exportFile } from "../../../src/bank/transfer/exportFile.ts"
import { longestCell, splitRow } from "../../../src/bank/transfer/rowParts.ts"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { readBatches } from "../../../src/bank/transfer/readBatches.ts"
import { unescapeText } from "../../../src/bank/transfer/reading/SheetParser.ts"
import { workbookOf } from "../../../src/bank/transfer/writing/workbook.ts"
import { QuestionWriter } from "../../../src/bank/write/QuestionWriter.ts"
import { contentOfBank, fileWith, transferBank } from "./support.ts"

type Row = ReadonlyArray<string | number>

const cellOf = (value: string | number) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const sheetOf = (rows: ReadonlyArray<Row>) =>
  `<worksheet><sheetData>${rows.map((row) => `<row>${row.map(cellOf).join("")}</row>`).join("")}</sheetData></worksheet>`

/** A workbook of these sheets, by their names; what names them stands behind them. */
const workbookWith = (sheets: Readonly<Record<string, ReadonlyArray<Row>>>) => {
  const names = Object.keys(sheets)
  return bytesOf(
    Stream.make(
      ...names.map((name, at) => Zip.file(`xl/worksheets/s${at}.xml`, sheetOf(sheets[name] ?? []))),
      Zip.file(
        "xl/workbook.xml",
        `<workbook xmlns:r="r"><sheets>${names.map((name, at) => `<sheet name="${name}" r:id="r${at}"/>`).join("")}</sheets></workbook>`
      ),
      Zip.file(
        "xl/_rels/workbook.xml.rels",
        `<Relationships>${names.map((_, at) => `<Relationship Id="r${at}" Target="worksheets/s${at}.xml"/>`).join("")}</Relationships>`
      )
    ).pipe(Stream.pipeThroughChannel(Zip.encode()))
  )
}

const bytesOf = <E, R>(stream: Stream.Stream<Uint8Array, E, R>) =>
  Effect.map(Stream.runCollect(stream), (chunks) => new Uint8Array(Buffer.concat(chunks)))

const batchesOf = (file: string) =>
  Stream.fromAsyncIterable(readBatches({ file, format: "xlsx", skip: 0, how: plainReading }), (error) =>
    error instanceof Error ? error : new Error(String(error))
  )

const readOf = Effect.fnUntraced(function* (bytes: Uint8Array) {
  const batches = yield* Stream.runCollect(batchesOf(yield* fileWith(bytes)))
  return {
    answers: batches.flatMap(({ drafts }) =>
      drafts.map(({ answer, question }) => `${question.title} → ${answer.join(" + ")}`)
    ),
    problems: batches.flatMap(({ problems }) => problems.map(({ message, row }) => `${row}: ${message}`))
  }
}, Effect.provide(NodeServices.layer))

/** The texts of the cells of a workbook, by sheet and row. */
const cellsIn = (bytes: Uint8Array) =>
  Stream.make(bytes).pipe(
    Stream.pipeThroughChannel(Zip.decode()),
    Stream.mapEffect(({ body, header }) =>
      Effect.map(Stream.mkString(Stream.decodeText(body)), (text) => ({ path: header.path, text }))
    ),
    Stream.filter(({ path }) => path.startsWith("xl/worksheets/")),
    Stream.map(({ text }) =>
      [...text.matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = ""]) =>
        [...row.matchAll(/<t [^>]*>(.*?)<\/t>/gs)].map(([, cell = ""]) =>
          unescapeText(cell.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"))
        )
      )
    ),
    Stream.runCollect
  )

describe("a workbook of several sheets", () => {
  it.effect("is read in every sheet with the names of the columns, and its problems name the sheet", () =>
    Effect.gen(function* () {
      const bytes = yield* workbookWith({
        说明: Array.from({ length: 30 }, (_, n) => [`第 ${n} 条`, "请看下一页"]),
        单选: [
          ["题目", "A", "B", "答案"],
          ["一", "甲", "乙", "B"],
          ["二", "甲", "乙", ""]
        ],
        空: [],
        填空: [["某校题库"], ["答案", "题目"], ["三", "一加二"], ["", "四"]]
      })
      const { answers, problems } = yield* readOf(bytes)
      assert.deepStrictEqual(answers, ["一 → 乙", "一加二 → 三"])
      assert.deepStrictEqual(problems, ["3: sheet 单选: there is no answer", "4: sheet 填空: there is no answer"])
    }).pipe(Effect.scoped)
  )

  it.effect("is refused where none has them, with how the first begins", () =>
    Effect.gen(function* () {
      const bytes = yield* workbookWith({ 甲: [["一", "二"]], 乙: [["三", "四"]] })
      const error = yield* Effect.flip(readOf(bytes))
      assert.match(String(error), /题目.*答案.*begins with: 一, 二$/)
    }).pipe(Effect.scoped)
  )
})

describe("a workbook that is written", () => {
  it.effect.prop(
    "goes on in another sheet where one is full, and is read back whole and in order",
    [
      Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))).check(Schema.isMaxLength(20)),
      Schema.Int.check(Schema.isBetween({ minimum: 4, maximum: 9 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))
    ],
    ([sizes, rowsPerSheet, rowsPerPage]) =>
      Effect.gen(function* () {
        // so many cells' worth of explanation each
        const rows: ReadonlyArray<Row> = [
          ["ID", "题目", "答案", "解析"],
          ...sizes.map((size, n) => [`q_${n}`, `题 ${n}`, `答 ${n}`, "长".repeat((size - 1) * longestCell + 1)])
        ]
        const bytes = yield* bytesOf(
          workbookOf(
            Stream.rechunk(Stream.fromIterable(rows), rowsPerPage).pipe(Stream.map((row) => [row])),
            rowsPerSheet
          )
        )
        const sheets = yield* cellsIn(bytes)
        for (const sheet of sheets) {
          assert.isAtMost(sheet.length, rowsPerSheet)
          assert.deepStrictEqual(sheet[0], ["ID", "题目", "答案", "解析"])
          for (const cell of sheet.flat()) assert.isAtMost(cell.length, longestCell)
        }
        assert.strictEqual(
          sheets.reduce((total, { length }) => total + length - 1, 0),
          sizes.reduce((total, size) => total + size, 0)
        )
        const { answers, problems } = yield* readOf(bytes)
        assert.deepStrictEqual(problems, [])
        assert.deepStrictEqual(
          answers,
          sizes.map((_, n) => `题 ${n} → 答 ${n}`)
        )
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 30 }, timeout: 60_000 }
  )

  it.effect("keeps texts that are longer than a cell may be", () =>
    Effect.gen(function* () {
      const texts = {
        title: "A&B<C".repeat(4000),
        option: "😀".repeat(45_000),
        explanation: "_x0041_换行\n".repeat(9000)
      }
      const { before, bytes } = yield* Effect.gen(function* () {
        const writer = yield* QuestionWriter
        const question = makeQuestion({ title: texts.title, options: [texts.option, "乙"], type: "single" })
        yield* writer.write(
          [
            { question, answer: [question.options[0] ?? ""], explanation: texts.explanation },
            { question: makeQuestion({ title: "短", options: [], type: "completion" }), answer: ["一"] }
          ],
          { policy: "skip", provenance: { origin: "import", who: "a test", why: "to have something" } }
        )
        return { before: yield* contentOfBank, bytes: yield* bytesOf(exportFile("xlsx", {})) }
      }).pipe(Effect.provide(transferBank(), { local: true }))
      const [sheet = []] = yield* cellsIn(bytes)
      assert.isAbove(sheet.length, 3)
      for (const cell of sheet.flat()) assert.isAtMost(cell.length, longestCell)
      const after = yield* Effect.gen(function* () {
        const writer = yield* QuestionWriter
        yield* Stream.runForEach(batchesOf(yield* fileWith(bytes)), ({ drafts, problems }) => {
          assert.deepStrictEqual(problems, [])
          return writer.write(drafts, {
            policy: "skip",
            provenance: { origin: "import", who: "a test", why: "the way back" }
          })
        })
        return yield* contentOfBank
      }).pipe(Effect.provide(transferBank(), { local: true }))
      assert.deepStrictEqual(after, before)
      assert.include(JSON.stringify(after), JSON.stringify(texts.explanation).slice(1, -1))
    }).pipe(Effect.scoped)
  )

  it.effect("makes a problem and no half answer of long rows that were sorted or lost", () =>
    Effect.gen(function* () {
      const header: Row = ["ID", "题目", "答案", "解析"]
      const parts = (id: string) => splitRow([id, `题 ${id}`, `答 ${id}`, "x".repeat(longestCell * 2 + 1)])
      const [a1 = [], a2 = [], a3 = []] = parts("q_a")
      const [b1 = [], b2 = [], b3 = []] = parts("q_b")
      const short: Row = ["q_c", "题 c", "答 c", ""]
      const read = Effect.fnUntraced(function* (...rows: ReadonlyArray<Row>) {
        return yield* readOf(yield* workbookWith({ 一: [header, ...rows] }))
      })
      assert.deepStrictEqual(yield* read(a1, a2, a3, short), {
        answers: ["题 q_a → 答 q_a", "题 c → 答 c"],
        problems: []
      })
      assert.deepStrictEqual(yield* read(a1, a3, short), {
        answers: ["题 c → 答 c"],
        problems: [
          "2: of the 3 rows of q_a, which is a long one, only 1 are here",
          "3: this is row 3 of the 3 of q_a, which is a long one, and those before are not above"
        ]
      })
      assert.deepStrictEqual(yield* read(b1, b2, a1, a2, a3, b3, a1), {
        answers: ["题 q_a → 答 q_a"],
        problems: [
          "2: of the 3 rows of q_b, which is a long one, only 2 are here",
          "7: this is row 3 of the 3 of q_b, which is a long one, and those before are not above",
          "8: of the 3 rows of q_a, which is a long one, only 1 are here"
        ]
      })
    }).pipe(Effect.scoped)
  )
})
