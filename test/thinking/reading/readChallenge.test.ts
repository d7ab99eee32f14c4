import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readChallenge } from "../../../src/thinking/reading/readChallenge.ts"

const nothing = { found: false, counterexample: "" }

describe("readChallenge", () => {
  it("reads the object that was asked for, and its near misses", () => {
    for (const text of [
      '{"found": true, "counterexample": "x = 0"}',
      '```json\n{"found": "yes", "counterexample": "x = 0"}\n```',
      '{"Found": 1, "counter_example": "x = 0"}',
      'I checked. {"found": true, "reason": "x = 0"}',
      '{"has_counterexample": "true", "counterexamples": ["x = 0"]}',
      "反例：x = 0",
      "**Counterexample:** x = 0",
      '{"found": true, "counterexample": "x = 0'
    ]) {
      assert.deepStrictEqual(readChallenge(text), { found: true, counterexample: "x = 0" }, text)
    }
  })

  it("keeps LaTeX that is not escaped as JSON wants it", () =>
    assert.deepStrictEqual(readChallenge('{"found": true, "counterexample": "take \\sqrt{2}"}'), {
      found: true,
      counterexample: "take \\sqrt{2}"
    }))

  it("reads that nothing was found", () => {
    for (const text of [
      '{"found": false, "counterexample": ""}',
      '{"found": "no", "counterexample": "the step is right"}',
      '{"found": false',
      "No counterexample.",
      "I find no errors in this step.",
      "没有发现反例。",
      "Counterexample: none",
      "反例：无",
      "None.",
      "无"
    ]) {
      assert.deepStrictEqual(readChallenge(text), nothing, text)
    }
  })

  it("cannot read a claim without a counterexample, or anything else", () => {
    for (const text of [
      "",
      "{}",
      '{"found": true}',
      '{"found": true, "counterexample": ""}',
      '{"found": 7}',
      "hm",
      "[]"
    ]) {
      assert.isUndefined(readChallenge(text), text)
    }
  })

  it.prop("reads back any counterexample", [Schema.String.check(Schema.isPattern(/^\S(?:.{0,60}\S)?$/u))], ([text]) =>
    assert.deepStrictEqual(readChallenge(JSON.stringify({ found: true, counterexample: text })), {
      found: true,
      counterexample: text
    })
  )
})
