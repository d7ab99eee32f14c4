import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { chooseRow } from "../../src/bank/chooseRow.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { matchStoredAnswer } from "../../src/bank/storedAnswer.ts"
import type { QuestionType } from "../../src/bank/QuestionType.ts"
import { type CandidateRow, QuestionId } from "../../src/bank/StoredQuestion.ts"

const ask = (type: QuestionType, options: ReadonlyArray<string>, title = "我国现行宪法于（ ）年通过") =>
  makeQuestion({ title, options, type })
const row = (type: QuestionType, options: ReadonlyArray<string>, answer: ReadonlyArray<string>): CandidateRow => {
  const question = ask(type, options)
  return {
    id: QuestionId.make("q_1"),
    title: question.title,
    options_key: question.optionsKey,
    type_class: question.typeClass,
    answer,
    source: "import",
    status: "trusted",
    confidence: 0.9,
    updated_at: 1
  }
}
const chosen = (...input: Parameters<typeof chooseRow>) => chooseRow(...input)._tag
const years = ["1954", "1975", "1978", "1982"]

describe("a row without options whose answer is letters", () => {
  const letters = [["A"], ["C"], ["a"], ["B."], ["AC"], ["A,C"], ["A", "C"], ["答案：A"]]
  it.each(letters)("never answers by place: %s", (...answer) => {
    for (const type of ["single", "multiple", "unknown"] as const) {
      for (const stored of ["single", "multiple", "unknown", "completion"] as const) {
        assert.strictEqual(chosen(ask(type, years), [row(stored, [], answer)]), "None", `${type} ${stored}`)
      }
    }
  })

  it("is no answer to the title alone either, unless it is what goes into a blank", () => {
    for (const answer of [["A"], ["AC"], ["A", "C"]]) {
      assert.strictEqual(chosen(ask("unknown", []), [row("unknown", [], answer)]), "None")
      assert.strictEqual(chosen(ask("single", []), [row("single", [], answer)]), "None")
      assert.strictEqual(chosen(ask("completion", []), [row("completion", [], answer)]), "Row")
    }
    assert.strictEqual(chosen(ask("unknown", []), [row("unknown", [], ["DNA"])]), "Row")
  })

  it("answers where an option has that very text", () => {
    assert.strictEqual(chosen(ask("single", ["C", "C++", "Java"]), [row("single", [], ["C"])]), "Row")
    assert.strictEqual(chosen(ask("single", ["维生素A", "A", "B", "C"]), [row("unknown", [], ["A"])]), "Row")
  })

  const Letters = Schema.Literals(["A", "B", "C", "D"])
  it.prop("says the same whatever the order of the options", [Letters, Letters], ([first, second]) => {
    const texts = ["甲方", "乙方", "丙方", "丁方"]
    for (const answer of [[first], [first, second], [`${first}${second}`]]) {
      const said = (options: ReadonlyArray<string>) =>
        matchStoredAnswer(ask("multiple", options), { answer, typeClass: "multiple" })?.toSorted()
      assert.deepStrictEqual(said(texts), said(texts.toReversed()))
    }
  })
})

describe("a blank that one site leaves open and another offers options for", () => {
  it("is answered by the text that is right", () => {
    assert.strictEqual(chosen(ask("single", years), [row("completion", [], ["1982"])]), "Row")
    assert.strictEqual(chosen(ask("single", years), [row("completion", [], ["1999"])]), "None")
    assert.strictEqual(chosen(ask("completion", []), [row("single", years, ["1982"])]), "Row")
    assert.strictEqual(chosen(ask("completion", []), [row("single", ["1982", "以上都不对"], ["以上都不对"])]), "None")
    assert.strictEqual(chosen(ask("judgement", []), [row("completion", [], ["1982"])]), "None")
  })
})
