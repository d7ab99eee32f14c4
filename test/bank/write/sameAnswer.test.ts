import { assert, describe, it } from "@effect/vitest"
import { isSameAnswer } from "../../../src/bank/write/sameAnswer.ts"
import { ask } from "../../support/bank.ts"

describe("two answers", () => {
  const many = ask("下列正确的有", ["甲。", "乙", "丙"], "multiple")

  it("are the same by their texts, in any order, whatever the width, marks or letters before them", () => {
    assert.isTrue(isSameAnswer(many, ["甲。", "乙"], ["乙", "甲"]))
    assert.isTrue(isSameAnswer(many, ["甲", "乙"], ["A. 甲", "B. 乙"]))
    assert.isFalse(isSameAnswer(many, ["甲", "乙"], ["甲"]))
    assert.isFalse(isSameAnswer(many, ["甲", "乙"], ["甲", "丙"]))
  })

  it("keep their order where each is for a blank", () => {
    const blanks = ask("____是____朝的诗人", [], "completion")
    assert.isTrue(isSameAnswer(blanks, ["李白", "唐"], ["李白。", "唐"]))
    assert.isFalse(isSameAnswer(blanks, ["李白", "唐"], ["唐", "李白"]))
  })

  it("are the same judgement in any word for it", () => {
    const judged = ask("地球是圆的", [], "judgement")
    assert.isTrue(isSameAnswer(judged, ["正确"], ["√"]))
    assert.isFalse(isSameAnswer(judged, ["正确"], ["错"]))
  })

  it("are told apart by letter case where the options are", () => {
    const cased = ask("基因型是", ["Aa", "AA"], "single")
    assert.isFalse(isSameAnswer(cased, ["Aa"], ["AA"]))
  })
})
