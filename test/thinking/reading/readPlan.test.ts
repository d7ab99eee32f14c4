import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readPlan } from "../../../src/thinking/reading/readPlan.ts"
import { AnswerForm } from "../../../src/thinking/AnswerForm.ts"
import { Strategy } from "../../../src/thinking/ThoughtEvent.ts"

const strategies = [{ name: "direct", hint: "Solve it." }]

describe("readPlan", () => {
  it("reads the object that was asked for, bare, fenced or after words", () => {
    const plan = JSON.stringify({ difficulty: "hard", form: "number", strategies })
    for (const text of [plan, `\`\`\`json\n${plan}\n\`\`\``, `Here {is} the plan:\n${plan}\nGood luck.`]) {
      assert.deepStrictEqual(readPlan(text), { difficulty: "hard", form: "number", strategies }, text)
    }
  })

  it("takes the last plan of several", () =>
    assert.strictEqual(readPlan('{"difficulty":"easy"} no, {"difficulty":"hard"}')?.difficulty, "hard"))

  it("reads texts with line breaks, LaTeX and a comma too many", () =>
    assert.deepStrictEqual(readPlan('{"form":"short","strategies":[{"name":"a","hint":"use \\sqrt{2}\nthen"},]}'), {
      difficulty: "medium",
      form: "short",
      strategies: [{ name: "a", hint: "use \\sqrt{2}\nthen" }]
    }))

  it("knows other names for fields and values, and strategies that are mere texts", () => {
    assert.deepStrictEqual(readPlan('{"Difficulty":"困难","answer_form":"true/false","Strategies":["逆推"]}'), {
      difficulty: "hard",
      form: "boolean",
      strategies: [{ name: "逆推", hint: "逆推" }]
    })
    assert.deepStrictEqual(readPlan('{"approaches":[{"title":"t","description":"d"}, 7, null, {}]}')?.strategies, [
      { name: "t", hint: "d" }
    ])
  })

  it("is careful about what is missing: medium, open, no strategies", () => {
    assert.deepStrictEqual(readPlan('{"difficulty":"easy"}'), { difficulty: "easy", form: "open", strategies: [] })
    assert.deepStrictEqual(readPlan('{"form":"number","difficulty":"odd"}')?.difficulty, "medium")
  })

  it("finds no plan in anything else", () => {
    for (const text of ["", "no plan", "{}", '{"answer": 42}', '{"difficulty":', "[1]", "null", '{"difficulty":5}']) {
      assert.isUndefined(readPlan(text), text)
    }
  })

  it("keeps at most sixteen strategies", () =>
    assert.lengthOf(
      readPlan(JSON.stringify({ strategies: Array.from({ length: 99 }, (_, i) => `s${i}`) }))?.strategies ?? [],
      16
    ))

  const Words = Schema.String.check(Schema.isPattern(/^\S(?:.{0,40}\S)?$/u))
  it.prop(
    "reads back any plan that was asked for",
    [
      AnswerForm,
      Schema.Array(Schema.Struct({ ...Strategy.fields, name: Words, hint: Words })).check(Schema.isMaxLength(9))
    ],
    ([form, planned]) =>
      assert.deepStrictEqual(readPlan(`So:\n${JSON.stringify({ difficulty: "easy", form, strategies: planned })}`), {
        difficulty: "easy",
        form,
        strategies: planned
      })
  )
})
