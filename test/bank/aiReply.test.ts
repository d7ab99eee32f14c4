import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readAiReply } from "../../src/bank/aiReply.ts"

const answers = (text: string) => readAiReply(text).answers

describe("readAiReply", () => {
  it("reads the object that was asked for", () =>
    assert.deepStrictEqual(readAiReply('{"answer": ["北京"], "confidence": 0.9}'), {
      answers: ["北京"],
      confidence: 0.9
    }))

  it("reads it out of a code fence, after words, and with a text or a number for a list", () => {
    assert.deepStrictEqual(answers('```json\n{"answer":["A"]}\n```'), ["A"])
    assert.deepStrictEqual(answers('因为北京是首都。\n{"answer":["北京"],"confidence":"95%"}'), ["北京"])
    assert.deepStrictEqual(answers('先看 {"a": 1}，所以 {"answer": "42"}'), ["42"])
    assert.deepStrictEqual(answers('{"answer": 42}'), ["42"])
    assert.deepStrictEqual(answers('{"answer": true}'), ["true"])
    assert.deepStrictEqual(answers('["甲","乙"]'), ["甲", "乙"])
  })

  it("reads a plain answer, with or without the word for it", () => {
    assert.deepStrictEqual(answers("北京"), ["北京"])
    assert.deepStrictEqual(answers("经过分析。\n答案：B"), ["B"])
    assert.deepStrictEqual(answers("Answer: Paris"), ["Paris"])
  })

  it("takes nothing from reasoning without an answer, from broken JSON, or from nothing", () => {
    for (const text of ["首先分析甲。\n然后分析乙。", '{"answer": ["北', "", "  ", '{"result": 1}']) {
      assert.deepStrictEqual(answers(text), [], text)
    }
  })

  it("keeps confidence between 0 and 1", () => {
    assert.strictEqual(readAiReply('{"answer":"a","confidence":7}').confidence, 1)
    assert.strictEqual(readAiReply('{"answer":"a","confidence":-1}').confidence, 0)
    assert.isUndefined(readAiReply('{"answer":"a","confidence":"sure"}').confidence)
  })

  it.prop("reads back any list of texts it could have been given", [Schema.Array(Schema.NonEmptyString)], ([texts]) => {
    const trimmed = texts.map((text) => text.trim()).filter((text) => text !== "")
    assert.deepStrictEqual(answers(JSON.stringify({ answer: texts })), trimmed)
  })

  it.prop("survives any text", [Schema.String], ([text]) => assert.isArray(answers(text)))
})
