import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { normaliseTitle, optionKey, plainText, titleKey } from "../../src/bank/normalise.ts"

const same = (...titles: ReadonlyArray<string>) => {
  const keys = titles.map(titleKey)
  for (const key of keys) assert.strictEqual(key, keys[0])
}
const different = (a: string, b: string) => assert.notStrictEqual(titleKey(a), titleKey(b))

describe("titleKey", () => {
  it("sees one question behind numbering, prefixes, scores, blanks and closing marks", () =>
    same(
      "中国的首都是",
      "中国的首都是（　）",
      "中国的首都是____。",
      "1、中国的首都是( )。",
      "12. 中国的首都是？",
      "第3题：中国的首都是：",
      "（2）中国的首都是",
      "【单选题】中国的首都是（ ）。",
      "[单选题,5分] 中国的首都是",
      "单选题：中国的首都是（　　）（5分）",
      "一、中国的首都是（2.0分）。",
      "  中国的\u200b首都是\u00a0 "
    ))

  it("reads through markup, entities, width and letter case", () =>
    same(
      "Which ISN'T a Fruit?",
      "<p>Which isn’t&nbsp;a <b>fruit</b>?</p>",
      "Ｗｈｉｃｈ isn't a fruit？",
      "Q7. which isn't a fruit"
    ))

  it("keeps what changes a meaning", () => {
    different("下列属于水果的是", "下列不属于水果的是")
    different("Which of these is a fruit?", "Which of these is not a fruit?")
    different("x≤5的解", "x≥5的解")
    different("3.14是什么数", "14是什么数")
    different("2的3次方", "3的2次方")
    different("10²等于多少", "102等于多少")
    different("5 cm等于多少", "5 m等于多少")
    different("C语言的作者是", "C++语言的作者是")
    different("a nice cream", "an ice cream")
    different("1 1/2 等于多少", "11/2 等于多少")
    different("计算5!", "计算5")
    different("<b>标签的作用", "<i>标签的作用")
    different("a<b时", "a>b时")
    different("____的首都是北京，人口____", "____的首都是北京，____人口")
  })

  it("does not take a decimal or a list of numbers for numbering", () => {
    assert.strictEqual(titleKey("3.14是无理数吗"), "3.14是无理数吗")
    assert.strictEqual(titleKey("2、3、5都是质数"), "2,3,5都是质数")
    assert.strictEqual(titleKey("1. 3.14是无理数吗"), "3.14是无理数吗")
  })

  it("is never empty for a title that says something", () => {
    for (const title of ["（　）", "1、", "？", "【单选题】"]) assert.notStrictEqual(titleKey(title), "")
  })

  it.prop("gives a key that is its own key", [Schema.String], ([title]) => {
    const key = titleKey(title)
    assert.strictEqual(titleKey(key), key)
  })

  it.prop("does not depend on white space or invisible characters around words", [Schema.String], ([text]) => {
    assert.strictEqual(titleKey(` \u200b${text}\u00a0 `), titleKey(text))
  })

  it("stays linear on hostile titles", () => {
    const size = 100_000
    const hostile = [
      ".".repeat(size) + "x",
      "<sup>".repeat(size / 5),
      "_ ".repeat(size / 2),
      "(".repeat(size),
      "1.".repeat(size / 2)
    ]
    // Quadratic work on these would take minutes and trip the test's time limit; nothing here measures time.
    for (const title of hostile) assert.isString(titleKey(title))
  })
})

describe("optionKey", () => {
  it("tells C, C++ and C# apart", () => {
    assert.strictEqual(new Set(["C", "C++", "C#", "C--", "Objective-C"].map(optionKey)).size, 5)
  })

  it("drops a full stop but no factorial, and never the whole text", () => {
    assert.strictEqual(optionKey("北京。"), optionKey("北京"))
    assert.notStrictEqual(optionKey("5!"), optionKey("5"))
    assert.strictEqual(optionKey("。"), ".")
  })
})

describe("plainText", () => {
  it("keeps the address of an image and the place of an exponent", () => {
    assert.strictEqual(plainText('图<img src="http://x/1.png" alt="">中'), "图 http://x/1.png 中")
    assert.strictEqual(plainText("x<sup>2</sup>"), "x^2")
  })

  it("drops control characters", () => assert.strictEqual(plainText("a\u0000b\u0007c"), "abc"))
})

describe("the blanks of a title", () => {
  const countBlanks = (title: string) => normaliseTitle(title).blanks

  it("counts underscores and empty brackets", () => {
    assert.strictEqual(countBlanks("____的作者是（　）。"), 2)
    assert.strictEqual(countBlanks("水的化学式是____"), 1)
    assert.strictEqual(countBlanks("snake_case 是什么"), 0)
  })
})
