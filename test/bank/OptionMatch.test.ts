import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { matchAnswer } from "../../src/bank/OptionMatch.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { stripLetters } from "../../src/bank/question/optionList.ts"
import type { QuestionType } from "../../src/bank/QuestionType.ts"

const question = (type: QuestionType, options: ReadonlyArray<string>) => makeQuestion({ title: "题", options, type })
const match = (type: QuestionType, options: ReadonlyArray<string>, ...answer: ReadonlyArray<string>) =>
  matchAnswer(question(type, options), answer)

const languages = ["A. C", "B. C++", "C. C#", "D. Java"]
const cities = ["北京", "上海", "广州", "深圳"]

describe("matchAnswer for single choice", () => {
  it("meets an option by its whole text, never by a part of it", () => {
    assert.deepStrictEqual(match("single", languages, "C"), ["C"])
    assert.deepStrictEqual(match("single", languages, "C++"), ["C++"])
    assert.deepStrictEqual(match("single", languages, "C#"), ["C#"])
    assert.isUndefined(match("single", languages, "C+"))
    assert.isUndefined(match("single", ["碳酸", "硫酸"], "碳"))
  })

  it("reads a lone letter as a place only where no option is that letter", () => {
    assert.deepStrictEqual(match("single", cities, "B"), ["上海"])
    assert.deepStrictEqual(match("single", ["D", "C", "B", "A"], "A"), ["A"])
    assert.isUndefined(match("single", cities, "E"))
  })

  it("lets the text decide where letter and text disagree", () => {
    assert.deepStrictEqual(match("single", cities, "A. 上海"), ["上海"])
    assert.deepStrictEqual(match("single", languages, "A. C#"), ["C#"])
  })

  it("tells letter case apart where the options do", () => {
    assert.deepStrictEqual(match("single", ["AA", "Aa", "aa"], "Aa"), ["Aa"])
    assert.deepStrictEqual(match("single", ["Apple", "Pear"], "apple。"), ["Apple"])
    assert.isUndefined(match("single", ["AA", "Aa", "Bb"], "aa"))
  })

  it("refuses two answers", () => assert.isUndefined(match("single", cities, "北京", "上海")))
})

describe("matchAnswer for multiple choice", () => {
  it("reads letters, lists and joined texts, and answers in the order of the page", () => {
    const expected = ["北京", "广州"]
    for (const answer of [
      "AC",
      "CA",
      "A,C",
      "A、C",
      "A C",
      "北京###广州",
      "广州;北京",
      "A. 北京###C. 广州",
      "北京、广州"
    ]) {
      assert.deepStrictEqual(match("multiple", cities, answer), expected, answer)
    }
    assert.deepStrictEqual(match("multiple", cities, "广州", "北京"), expected)
  })

  it("refuses the whole answer when a part of it is no option", () => {
    assert.isUndefined(match("multiple", cities, "北京", "天津"))
    assert.isUndefined(match("multiple", cities, "AE"))
  })

  it("takes an option that holds separators as one option", () => {
    assert.deepStrictEqual(match("multiple", ["赤、橙", "黄、绿", "赤", "橙"], "赤、橙"), ["赤、橙"])
  })
})

describe("matchAnswer for judgement", () => {
  it("answers in the pair that the options use", () => {
    assert.deepStrictEqual(match("judgement", ["对", "错"], "正确"), ["对"])
    assert.deepStrictEqual(match("judgement", ["√", "×"], "false"), ["×"])
    assert.deepStrictEqual(match("judgement", ["True", "False"], "错误"), ["False"])
    assert.deepStrictEqual(match("judgement", ["A. 对", "B. 错"], "B"), ["错"])
  })

  it("answers 正确 or 错误 where there are no options", () => {
    assert.deepStrictEqual(match("judgement", [], "T"), ["正确"])
    assert.deepStrictEqual(match("judgement", [], "×"), ["错误"])
    assert.isUndefined(match("judgement", [], "也许"))
  })

  it("knows a judgement that the site calls single choice", () => {
    assert.strictEqual(question("single", ["正确", "错误"]).type, "judgement")
    assert.strictEqual(question("single", ["对的", "不一定"]).type, "single")
  })
})

const Texts = Schema.Array(Schema.NonEmptyString.check(Schema.isMaxLength(12))).check(Schema.isMaxLength(8))

describe("matchAnswer for any options", () => {
  it.prop("answers every option's own text with exactly that text", [Texts], ([texts]) => {
    const asked = question("multiple", texts)
    for (const option of asked.options) {
      const answer = matchAnswer(asked, [option])
      if (answer !== undefined) assert.deepStrictEqual(answer, [option])
    }
  })

  it.prop("only ever answers with options of the page", [Texts, Schema.String], ([texts, said]) => {
    const asked = question("multiple", texts)
    const answer = matchAnswer(asked, [said])
    if (asked.options.length > 0 && answer !== undefined) {
      for (const text of answer) assert.include([...asked.options], text)
    }
  })
})

describe("stripLetters", () => {
  it("strips letters only when every option has the letter of its place", () => {
    assert.deepStrictEqual(stripLetters(["A. 北京", "B、上海", "(C) 广州"]), ["北京", "上海", "广州"])
    assert.deepStrictEqual(stripLetters(["A. 北京", "上海"]), ["A. 北京", "上海"])
    assert.deepStrictEqual(stripLetters(["C. elegans", "D. rerio"]), ["C. elegans", "D. rerio"])
    assert.deepStrictEqual(stripLetters(["A", "B"]), ["A", "B"])
  })
})
