import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { normaliseAnswer } from "../../../src/thinking/answers/normaliseAnswer.ts"
import type { AnswerForm } from "../../../src/thinking/AnswerForm.ts"

const languages = { options: ["C", "C++", "C#", "Java"], several: false }
const cities = { options: ["北京", "上海", "广州", "深圳"], several: true }

const all = (form: AnswerForm, expected: string, ...answers: ReadonlyArray<string>) => {
  for (const answer of answers) assert.strictEqual(normaliseAnswer(answer, form, undefined), expected, answer)
}
const options = (choices: typeof languages, expected: string, ...answers: ReadonlyArray<string>) => {
  for (const answer of answers) assert.strictEqual(normaliseAnswer(answer, "option", choices), expected, answer)
}

describe("normaliseAnswer for options", () => {
  it("meets an option by its whole text, never by a part of it", () => {
    options(languages, "A", "C")
    options(languages, "B", "C++", "B. C++", "B", "b", "A. C++")
    options(languages, "C", "C#", "A. C#")
    options(languages, "", "C+", "D#", "Jav", "JavaScript", "Ja")
  })

  it("reads a letter in every dress", () =>
    options(
      languages,
      "D",
      "D",
      "(D)",
      "[D]",
      "（D）",
      "Ｄ",
      "D.",
      "**D**",
      "选D",
      "应选 D。",
      "故选：D",
      "D项",
      "答案：D",
      "Option D",
      "The answer is D.",
      "\\boxed{D}",
      "\\text{D}",
      "D. Java",
      "D) Java (the language)",
      "D. because it is compiled to bytecode",
      "java",
      "“Java”"
    ))

  it("does not trust a letter whose text speaks of another option", () =>
    options(
      { options: ["Paris", "London"], several: false },
      "",
      "A. London is it, surely",
      "B: it is Paris not the other"
    ))

  it("gives one place only where one is asked for", () => {
    options(languages, "", "AD", "A, D", "Java; C#")
    options({ ...languages, several: true }, "AD", "AD", "D,A", "C;Java")
  })

  it("sorts the letters of several, from letters, lists and texts", () => {
    options(cities, "AC", "AC", "CA", "A,C", "A、C", "A C", "A and C", "A和C", "(A)(C)", "[A, C]", "选AC", "故选：AC。")
    options(cities, "AC", "北京、广州", "广州;北京", "A. 北京, C. 广州", "北京和广州", "北京\n广州")
    options(cities, "", "北京、天津", "ABE", "AA", "none of them")
  })

  it("tells options apart that differ only in their marks", () => {
    options({ options: ["a", "**a**"], several: false }, "A", "a")
    options({ options: ["a", "**a**"], several: false }, "B", "**a**")
  })

  it("takes an option that holds separators as one option", () =>
    options({ options: ["赤、橙", "黄、绿", "赤", "橙"], several: true }, "A", "赤、橙"))

  it("knows right and wrong among options by any word for them", () => {
    options({ options: ["正确", "错误"], several: false }, "A", "对", "true", "A", "√")
    options({ options: ["正确", "错误"], several: false }, "B", "不正确", "False.", "B. 错误")
  })

  it("reads letters alone where the options are part of the question", () => {
    all("option", "B", "B", "选B", "(B)", "B. Paris", "b) x", "答案是B。")
    all("option", "AC", "AC", "C, A", "A和C")
    all("option", "", "Paris", "CAT", "A bike", "")
  })

  const Texts = Schema.Array(Schema.NonEmptyString.check(Schema.isMaxLength(12))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(8)
  )
  it.prop("never takes one option's own text for another option", [Texts, Schema.Boolean], ([texts, several]) => {
    texts.forEach((text, place) => {
      const letters = normaliseAnswer(text, "option", { options: texts, several })
      const read = [...letters].map((letter) => texts[letter.charCodeAt(0) - 65])
      assert.isTrue(letters === "" || read.every((option) => option === text), `${text} at ${place}: ${letters}`)
    })
  })

  it.prop("gives sorted letters of the page or nothing", [Texts, Schema.String], ([texts, said]) => {
    const letters = [...normaliseAnswer(said, "option", { options: texts, several: true })]
    assert.deepStrictEqual(letters, [...new Set(letters)].sort())
    assert.isTrue(letters.every((letter) => letter.charCodeAt(0) - 65 < texts.length))
  })
})

describe("normaliseAnswer for numbers", () => {
  it("knows one number in all its spellings", () => {
    all(
      "number",
      "1000",
      "1000",
      "1,000",
      "1 000",
      "1e3",
      "1E+3",
      "10^3",
      "10³",
      "１０００",
      "1000.0",
      "01000",
      "$1{,}000$"
    )
    all("number", "0.5", "1/2", "0.5", ".5", "50%", "5e-1", "\\frac{1}{2}", "$\\frac12$", "½", "１／２", "5×10^{-1}")
    all("number", "1/3", "1/3", "2/6", "\\dfrac{1}{3}", "(1/3)")
    all("number", "-3", "-3", "−3", "–3", "-3.0", "x = -3", "\\(-3\\)")
    all("number", "1.5", "1 1/2", "1½", "3/2", "1.50")
    all("number", "42", "42.", "The answer is 42.", "答案是 42。", "\\boxed{42}", "**42**", "x=42", "约 42", "(42)")
    all("number", "30000 元", "3万元", "30000元", "¥30,000", "30,000 RMB")
    all("number", "0", "0", "-0", "0.00")
  })

  it("keeps units, in one spelling", () => {
    all("number", "5 km", "5 km", "5km", "5公里", "5 千米", "5 kilometers", "5 \\text{ km}")
    all("number", "5 $", "$5", "5 dollars", "5美元", "\\$5")
    all("number", "5 m2", "5 m²", "5 m^2", "5平方米")
    all("number", "36 °", "36°", "36度", "36^\\circ", "36^{\\circ}")
    assert.notStrictEqual(normaliseAnswer("5 km", "number", undefined), normaliseAnswer("5 m", "number", undefined))
  })

  it("compares as words what is no plain number", () => {
    all("number", "√2", "√2", " √2 ")
    for (const text of ["2π", "5!", "2n", "2**3", "1,2", "12:30", "1/0", "1e999"]) {
      assert.notMatch(normaliseAnswer(text, "number", undefined), /^-?[\d.]+(?: |$)/, text)
    }
  })

  it("is exact where doubles are not", () => {
    const near = ["12345678901234567890", "12345678901234567891"].map((text) =>
      normaliseAnswer(text, "number", undefined)
    )
    assert.notStrictEqual(near[0], near[1])
    all("number", "0.1", "0.1", "0.10", "1/10")
  })

  it.prop(
    "gives a number the same form however it is written",
    [
      Schema.Int.check(Schema.isBetween({ minimum: -1e12, maximum: 1e12 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 999 }))
    ],
    ([top, bottom]) => {
      const plain = normaliseAnswer(`${top}/${bottom}`, "number", undefined)
      assert.strictEqual(normaliseAnswer(`${top * 7}/${bottom * 7}`, "number", undefined), plain)
      assert.strictEqual(normaliseAnswer(top.toLocaleString("en-US"), "number", undefined), String(top))
      assert.strictEqual(normaliseAnswer(plain, "number", undefined), plain)
    }
  )
})

describe("normaliseAnswer for judgements", () => {
  it("reads true and false in every word for them", () => {
    all(
      "boolean",
      "true",
      "True",
      "true.",
      "正确",
      "对",
      "√",
      "是的，因为",
      "Yes, because",
      "该说法正确",
      "（对）",
      "T",
      "**正确**"
    )
    all(
      "boolean",
      "false",
      "False",
      "错误。",
      "不正确",
      "×",
      "No - it",
      "The statement is false.",
      "not true",
      "F",
      "错"
    )
    all("boolean", "", "maybe", "不一定", "", "B", "nothing")
  })
})

describe("normaliseAnswer for short answers", () => {
  it("folds what changes no meaning", () => {
    all(
      "short",
      "paris",
      "Paris",
      "paris.",
      "“Paris”",
      "Ｐａｒｉｓ",
      "The answer is Paris.",
      "Answer: Paris",
      "**Paris**",
      "Paris!"
    )
    all("short", "红楼梦", "红楼梦", "《红楼梦》", "答案是：红楼梦。", "红 楼 梦")
    all("short", "nile", "the Nile", "Nile")
    all("short", "x^2+1", "x^2 + 1", "$x^2+1$", "\\(x^2 + 1\\)", "x² + 1")
    all("short", "0.5", "1/2", "0.50")
  })

  it("tells apart what differs", () => {
    const words = ["n!", "n", "2**3", "23", "C", "C++", "红楼", "红楼梦", "1/2", "1/3", "not paris", "paris"]
    assert.lengthOf(new Set(words.map((word) => normaliseAnswer(word, "short", undefined))), words.length)
  })

  it("does not compare explanations, blanks or open answers", () => {
    all("short", "", "", "  ", "...", "word ".repeat(60))
    all("open", "", "Paris", "42")
  })

  it.prop("changes nothing any more when applied again", [Schema.String], ([text]) => {
    const once = normaliseAnswer(text, "boolean", undefined)
    assert.strictEqual(once === "" ? "" : normaliseAnswer(once, "boolean", undefined), once)
  })
})
