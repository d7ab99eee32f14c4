import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Stream } from "effect"
import { readGivenColumns } from "../../../src/bank/files/mapping/GivenColumns.ts"
import { templateFile } from "../../../src/bank/files/template/templateFile.ts"
import { Language, languageOf } from "../../../src/bank/files/Words.ts"
import { xlsxOf } from "./containers.ts"
import { readFileOf, refusalOf } from "./readFileOf.ts"

const given = (...texts: ReadonlyArray<string>) => {
  const read = readGivenColumns(texts)
  return Result.isSuccess(read) ? read.success : []
}
const refused = (...texts: ReadonlyArray<string>): string => {
  const read = readGivenColumns(texts)
  return Result.isFailure(read) ? read.failure.words.en : ""
}

describe("a mapping of columns", () => {
  it("is refused where it names no part of a question, no column, or one twice", () => {
    assert.match(refused("foo=x"), /has no part "foo"; there are: question, answer/)
    assert.match(refused("answer"), /"answer" is no mapping/)
    assert.match(refused("answer="), /"answer=" is no mapping/)
    assert.match(refused("answer=a", "答案=b"), /given twice/)
    assert.match(refused("answer=a", "question=a"), /given twice/)
  })

  it.effect("goes before what the names say", () =>
    Effect.gen(function* () {
      const file = yield* xlsxOf({
        S: [
          ["题目", "内容", "甲", "乙", "答案", "代号"],
          ["章一", "一是", "子", "丑", "A", "B"]
        ]
      })
      const columns = given("question=内容", "answer=代号", "optionA=甲", "optionB=乙", "ignore=答案")
      const read = yield* readFileOf("a.xlsx", file, { columns })
      assert.deepStrictEqual(read.questions, ["[unknown] 一是 | 子 / 丑 => 丑"])
    })
  )

  it.effect("names columns by their number where they have no names", () =>
    Effect.gen(function* () {
      const read = yield* readFileOf("a.csv", "首都,北京\n省会,南京\n", { columns: given("question=#1", "answer=#2") })
      assert.deepStrictEqual(read.questions, ["[unknown] 首都 => 北京", "[unknown] 省会 => 南京"])
    })
  )

  it.effect("is refused where the file has no such column", () =>
    Effect.gen(function* () {
      const why = yield* refusalOf("a.csv", "题目,答案\n一,二\n", { columns: given("answer=正解") })
      assert.match(why, /no row of names has all the columns that were given: 正解/)
    })
  )

  it.effect("holds for members of JSON, too", () =>
    Effect.gen(function* () {
      const read = yield* readFileOf("a.json", '[{"word":"一","meaning":"二"}]', {
        columns: given("question=word", "answer=meaning")
      })
      assert.deepStrictEqual(read.questions, ["[unknown] 一 => 二"])
    })
  )
})

describe("what an import tells", () => {
  it.effect("is what each column was taken for, and how much was passed over", () =>
    Effect.gen(function* () {
      const file = yield* xlsxOf({
        说明: [["请勿修改"], ["谢谢"]],
        单选题: [
          ["2026 年题库"],
          ["题目", "A", "B", "答案", "难度"],
          ["一是", "子", "丑", "A", "易"],
          ["", "", "", "", "难"]
        ]
      })
      const { report, unread } = yield* readFileOf("a.xlsx", file)
      assert.deepStrictEqual(report.tables, [
        {
          table: "单选题",
          columns: [
            { column: "题目", use: "question" },
            { column: "A", use: "option A" },
            { column: "B", use: "option B" },
            { column: "答案", use: "answer" },
            { column: "难度", use: null }
          ]
        }
      ])
      assert.deepStrictEqual(unread, [
        "2 × sheet 说明: rows: no row names the columns of the question and the answer",
        "1 × sheet 单选题: rows above the names of the columns",
        "1 × sheet 单选题: rows with nothing in the columns that are read"
      ])
    })
  )

  it.effect("is said in Chinese to who wants that, with the question's title", () =>
    Effect.gen(function* () {
      const { rowProblems } = yield* readFileOf("a.csv", "题目,答案\n一是（ ）,B\n", { language: "zh" })
      assert.deepStrictEqual(rowProblems, [
        {
          row: 2,
          question: "一是（ ）",
          message: "答案只有字母 B，而这一行没有选项，字母指的是什么无从得知：请补上选项，或把答案写成文字"
        }
      ])
      assert.strictEqual(languageOf("fr;q=0.9, zh-CN;q=0.8, en;q=0.1"), "zh")
      assert.strictEqual(languageOf("en-US,en;q=0.9,zh;q=0.8"), "en")
      assert.strictEqual(languageOf("zh_CN.UTF-8"), "zh")
      assert.isUndefined(languageOf("C.UTF-8"))
    })
  )

  it.effect("takes the word of who says where numbers begin", () =>
    Effect.gen(function* () {
      const file = '[{"question":"一","options":["子","丑","寅"],"answer":1}]'
      assert.deepStrictEqual((yield* readFileOf("a.json", file, { firstNumber: 0 })).questions, [
        "[unknown] 一 | 子 / 丑 / 寅 => 丑"
      ])
      assert.deepStrictEqual((yield* readFileOf("a.json", file, { firstNumber: 1 })).questions, [
        "[unknown] 一 | 子 / 丑 / 寅 => 子"
      ])
    })
  )
})

describe("a template", () => {
  const formats = ["xlsx", "csv", "tsv", "json", "jsonl", "txt", "docx"] as const
  for (const language of Language.literals) {
    it.effect(`is read as it means itself, in every format (${language})`, () =>
      Effect.gen(function* () {
        for (const format of formats) {
          const chunks = yield* Stream.runCollect(templateFile(format, language))
          const read = yield* readFileOf(`t.${format}`, new Uint8Array(Buffer.concat(chunks)))
          assert.deepStrictEqual(read.problems, [], format)
          assert.deepStrictEqual(
            read.drafts.map(({ answer, question }) => [question.type, question.options.length, answer.length]),
            [
              ["single", 4, 1],
              ["multiple", 4, 2],
              ["judgement", 0, 1],
              ["completion", 0, 2],
              ["essay", 0, 1]
            ],
            format
          )
        }
      })
    )
  }
})
