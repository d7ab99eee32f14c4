import { assert, describe, it } from "@effect/vitest"
import { answerFormOf } from "../../../src/thinking/answers/answerForm.ts"
import { asked } from "../prompts/requests.ts"

const table = {
  option: ["首都是哪个？\nA. 北京\nB. 上海\nC. 广州", "Which?\n(A) one\n(B) two", "下列正确的是（）\nA、甲\nB、乙"],
  boolean: [
    "判断题：地球是圆的。",
    "水在100℃沸腾。（判断）",
    "True or false: the earth is flat.",
    "The sun is a star. (T/F)",
    "判断下列说法是否正确：光速不变。",
    "这句话对吗？"
  ],
  number: [
    "How many legs has a spider?",
    "一打鸡蛋有多少个？",
    "3 加 4 等于多少？",
    "How much is 3 + 4?",
    "这个班有几名学生？"
  ],
  undefined: [
    "What is the capital of France?",
    "Why are there so many stars, and how many?",
    "解释为什么有几种答案？",
    "证明：n 是偶数。",
    "Write a poem.",
    "多少有些道理",
    "How does it work?",
    "A. Einstein was a physicist.",
    "",
    `How many? ${"word ".repeat(500)}How many?`
  ]
}

describe("answerFormOf", () => {
  for (const [form, questions] of Object.entries(table)) {
    it(`says ${form} where it is beyond doubt`, () => {
      for (const question of questions) assert.strictEqual(String(answerFormOf(asked(question))), form, question)
    })
  }

  it("takes given choices for options, whatever they say", () =>
    assert.strictEqual(
      answerFormOf({ ...asked("对吗？"), choices: { options: ["对", "错"], several: false } }),
      "option"
    ))

  it("compares no answer in JSON", () => {
    assert.strictEqual(answerFormOf({ ...asked("How many?"), format: { type: "json_object" } }), "open")
    assert.strictEqual(answerFormOf({ ...asked("How many legs?"), format: { type: "text" } }), "number")
  })

  it("looks at the last thing the user said", () =>
    assert.strictEqual(
      answerFormOf({
        ...asked(""),
        messages: [
          { role: "user", content: "True or false: 1 = 1." },
          { role: "assistant", content: "True." },
          {
            role: "user",
            content: [
              { type: "text", text: "How many of these do you see?" },
              { type: "image", url: "x:" }
            ]
          }
        ]
      }),
      "number"
    ))
})
