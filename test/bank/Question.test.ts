import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { makeQuestion } from "../../src/bank/Question.ts"
import { parseQuestionType } from "../../src/bank/QuestionType.ts"

const key = (title: string, options: ReadonlyArray<string>, type = "single") =>
  makeQuestion({ title, options, type: parseQuestionType(type) }).key

describe("a question's key", () => {
  it.prop("does not depend on the order of the options", [Schema.Array(Schema.String)], ([options]) => {
    const cleaned = options.filter((option) => !/^[([]?[A-Z]/.test(option))
    assert.strictEqual(key("题", cleaned), key("题", cleaned.toReversed()))
  })

  it("does not depend on the letters before the options", () =>
    assert.strictEqual(key("题", ["A. 北京", "B. 上海"]), key("题", ["A. 上海", "B. 北京"])))

  it("differs when the options differ", () => {
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"]), key("下列正确的是", ["甲", "丙"]))
    assert.notStrictEqual(key("下列正确的是", ["C", "C++"]), key("下列正确的是", ["C", "C#"]))
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"]), key("下列正确的是", []))
  })

  it("tells one right option from several", () =>
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"], "single"), key("下列正确的是", ["甲", "乙"], "multiple")))

  it("does not depend on the pair a judgement is offered with", () =>
    assert.strictEqual(key("地球是圆的", ["对", "错"]), key("地球是圆的", [], "judgement")))
})

describe("parseQuestionType", () => {
  it("knows the names and numbers that clients send, and takes the rest as unknown", () => {
    const names = {
      single: "single",
      "0": "single",
      多选题: "multiple",
      judgment: "judgement",
      "4": "judgement",
      fill: "completion",
      "3": "completion"
    }
    for (const [name, type] of Object.entries(names)) assert.strictEqual(parseQuestionType(name), type)
    for (const name of ["", "undefined", "line", "reader", "unknown", "constructor", undefined, null]) {
      assert.strictEqual(parseQuestionType(name), "unknown")
    }
  })
})
