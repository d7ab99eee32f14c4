import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readStep } from "../../../src/thinking/reading/readStep.ts"

const step = (text: string, isLast = false, answer?: string, confidence?: number) => ({
  text,
  isLast,
  answer,
  confidence
})

describe("readStep", () => {
  it("reads the closing block in every spelling, and takes it off the text", () => {
    for (const block of [
      "STATUS: done\nANSWER: 42\nCONFIDENCE: 0.85",
      "status: Done.\nanswer: 42\nconfidence: 85%",
      "**STATUS:** done\n**ANSWER:** 42\n**CONFIDENCE:** 0.85",
      "**STATUS: done**\n**ANSWER: 42**\n**CONFIDENCE: 0.85**",
      "状态：完成\n答案：42\n置信度：85%",
      "- 状态：已完成\n- 最终答案：42\n- 置信度：85％",
      "> STATUS: complete\n> Final answer: 42\n> Confidence: 85",
      "CONFIDENCE: 0.85\nANSWER: 42\nSTATUS: done",
      "STATUS: done ANSWER: 42 CONFIDENCE: 0.85",
      "STATUS: done\nANSWER:\n42\nCONFIDENCE = .85",
      "STATUS: done\nANSWER: \\boxed{42}\nCONFIDENCE: 85/100",
      "```\nSTATUS: done\nANSWER: 42\nCONFIDENCE: high\n```",
      "---\nSTATUS: done\r\nANSWER: 42\r\nCONFIDENCE: 0.85"
    ]) {
      assert.deepStrictEqual(readStep(`6 × 7 = 42.\n\n${block}`), step("6 × 7 = 42.", true, "42", 0.85), block)
    }
  })

  it("goes on where the block says so, or where there is none", () => {
    for (const block of ["STATUS: continue", "状态：继续", "**Status**: not done", "状态：未完成", ""]) {
      assert.deepStrictEqual(readStep(`First part.\n${block}`), step("First part."), block)
    }
  })

  it("takes an answer only from a last step", () => {
    assert.deepStrictEqual(
      readStep("x\nSTATUS: continue\nANSWER: 3\nCONFIDENCE: 0.3"),
      step("x", false, undefined, 0.3)
    )
    assert.deepStrictEqual(readStep("x\nSTATUS: done\nANSWER: none"), step("x", true))
  })

  it("reads a step without a status as the last one when it ends with an answer", () => {
    assert.deepStrictEqual(readStep("So.\nANSWER: 42"), step("So.", true, "42"))
    assert.deepStrictEqual(
      readStep("So \\boxed{\\frac{1}{2}}."),
      step("So \\boxed{\\frac{1}{2}}.", true, "\\frac{1}{2}")
    )
    const prose = "Answer: we do not know yet.\nLet us see."
    assert.deepStrictEqual(readStep(prose), step(prose))
  })

  it("reads a reply that is nothing but its answer", () => {
    assert.deepStrictEqual(readStep("ANSWER: 42"), step("42", true, "42"))
    assert.deepStrictEqual(readStep("STATUS: done\n答案：B"), step("B", true, "B"))
  })

  it("takes the answer from the text where the block has none", () => {
    assert.strictEqual(readStep("Hence \\boxed{7}.\nSTATUS: done")?.answer, "7")
    assert.strictEqual(readStep("So the answer is 7.\nSTATUS: done")?.answer, "7")
    assert.strictEqual(readStep("综上，答案是红楼梦。\n状态：完成")?.answer, "红楼梦")
  })

  it("reads an answer of several lines up to the label that follows", () =>
    assert.deepStrictEqual(
      readStep("t\nSTATUS: done\nANSWER: one\n\ntwo\nCONFIDENCE: 0.5"),
      step("t", true, "one\n\ntwo", 0.5)
    ))

  it("keeps what is written after the block", () =>
    assert.deepStrictEqual(readStep("STATUS: done\nANSWER: B\n\nBecause."), step("Because.", true, "B")))

  it("keeps a code block that the step ends with", () =>
    assert.strictEqual(readStep("Code:\n```js\nx\n```\nSTATUS: continue")?.text, "Code:\n```js\nx\n```"))

  it("reads confidence in figures and words, from 0 to 1", () => {
    for (const [said, value] of [
      ["0", 0],
      ["1", 1],
      ["1.0", 1],
      ["90", 0.9],
      ["9/10", 0.9],
      ["约 70%", 0.7],
      ["250%", 1],
      ["高", 0.85],
      ["Low.", 0.3],
      ["sure", undefined],
      ["", undefined]
    ] as const) {
      assert.strictEqual(readStep(`x\nCONFIDENCE: ${said}`)?.confidence, value, said)
    }
  })

  it("keeps a long text whole, and what looks like a label at its beginning", () => {
    const text = `STATUS: done\n${"one more line\n".repeat(1000)}end`
    assert.deepStrictEqual(readStep(`${text}\nSTATUS: continue`), step(text))
  })

  it("has nothing where nothing was said", () => {
    for (const text of ["", " \n\t ", "STATUS: continue", "STATUS: done\nCONFIDENCE: 1"]) {
      assert.isUndefined(readStep(text), text)
    }
  })

  const Line = Schema.String.check(Schema.isPattern(/^[a-z](?:[a-z0-9 ,.]{0,60}[a-z.])?$/))
  it.prop(
    "gives back the text, answer and confidence of any step in the form asked for",
    [Schema.NonEmptyArray(Line), Line, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))],
    ([lines, answer, percent]) => {
      const text = lines.join("\n")
      if (/answer is/.test(text) || /^(?:none|na|nil|null|tbd|pending)\.?$/.test(answer)) return
      assert.deepStrictEqual(
        readStep(`${text}\nSTATUS: done\nANSWER: ${answer}\nCONFIDENCE: ${percent / 100}`),
        step(text, true, answer, percent / 100)
      )
    }
  )

  for (const [text, answer, confidence] of [
    ["Es sind 42.\nSTATUS: fertig\nANTWORT: 42\nKONFIDENZ: 0,9", "42", 0.9],
    ["Cela fait 42.\nSTATUT : terminé\nRÉPONSE : 42\nCONFIANCE : 90 %", "42", 0.9],
    ["Son 42.\nESTADO: terminado\nRESPUESTA: 42\nCONFIANZA: 0,8", "42", 0.8],
    ["Всего 42.\nСТАТУС: готово\nОТВЕТ: 42\nУВЕРЕННОСТЬ: 0,7", "42", 0.7],
    ["42になる。\n状況：完了\n答え：42\n確信度：85%", "42", 0.85],
    ["모두 42.\n상태: 완료\n정답: 42\n신뢰도: 0.9", "42", 0.9]
  ] as const) {
    it(`reads the labels of "${text.split("\n")[2]}"`, () => {
      const read = readStep(text)
      assert.deepStrictEqual([read?.isLast, read?.answer, read?.confidence], [true, answer, confidence])
    })
  }
})
