import { hash } from "node:crypto"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { makeQuestion } from "../../src/bank/Question.ts"
import { StarterQuestion, starterBankFile } from "../../src/bank/StarterBank.ts"
import { identityVersion } from "../../src/bank/store/CurrentKeys.ts"
import { parseQuestionType } from "../../src/bank/QuestionType.ts"

const key = (title: string, options: ReadonlyArray<string>, type = "single") =>
  makeQuestion({ title, options, type: parseQuestionType(type) }).key

describe("a question's key", () => {
  it.prop("does not depend on the order of the options", [Schema.Array(Schema.String)], ([options]) => {
    const cleaned = options.filter((option) => !/^[([]?[A-Z]/.test(option))
    assert.strictEqual(key("题", cleaned), key("题", cleaned.toReversed()))
  })

  it("does not depend on the letters before the options", () =>
    assert.strictEqual(key("题", ["A. 北京", "B. 上海"]), key("题", ["A. 上海", "B. 北京"])))

  it("differs when the options differ", () => {
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"]), key("下列正确的是", ["甲", "丙"]))
    assert.notStrictEqual(key("下列正确的是", ["C", "C++"]), key("下列正确的是", ["C", "C#"]))
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"]), key("下列正确的是", []))
  })

  it("tells one right option from several", () =>
    assert.notStrictEqual(key("下列正确的是", ["甲", "乙"], "single"), key("下列正确的是", ["甲", "乙"], "multiple")))

  it("does not depend on the pair a judgement is offered with", () =>
    assert.strictEqual(key("地球是圆的", ["对", "错"]), key("地球是圆的", [], "judgement")))
})

// Banks that people have were filled under these keys. Who changes one raises `identityVersion`, so that the rows of every bank
// are given their new keys, and then the digests here.
describe("the keys of questions without images and maths", () => {
  it("are those of these rules", () => assert.strictEqual(identityVersion, 2))

  const pinned = {
    "中国的首都是哪里？": "RZ1z7oxyGqiCjA2ubh8YErXR_v-7IesKb0xNcqrI5gc",
    "【单选题】中国的首都是（ ）。": "GhdiRyAlUavpIYfzJXjyjyVgGEjG9V1krP96Jh8DDlY",
    "Which ISN'T a Fruit?": "Rb-M71teuaNsxyN5REDolfsmWnvEbOJABseUqN6I-6M",
    "x≤5的解": "A8VjiJ4_y3yshW8b_hDpxcttFDGPy10ZXh5X6c0m4Fg",
    "10²等于多少": "1O4mE9T0TZj786rXAQCgkZlZ27kn3NgRNQLpKT8VXLk",
    "2、3、5都是质数": "8m-cPysb637M6fZGRiRBRoCzRo_JfKD5xAHKCLrxcUw",
    "H<sub>2</sub>O是什么": "ARLQWGRyIb_s1wTaM2dEuSCN1e5m0GaEcoukRv1QbRE",
    "计算5!": "FxlIDveb5T_IAoYFFDs74Gj4cmfq6g53WE1aoVcx02k",
    "C++语言的作者是": "sJnq7irx-WPNCaKSfJBJDSADEJIwcx_ePQiTkHXIK4c",
    "____的首都是北京，人口____": "H9kYi2l3CbvF3lrPOU7QsvylbN0ypHw1ANyJYdTqO-w",
    "i<=10时循环几次": "kph6GXZIxyfu92bcUvacfxrM2_m2nUOSE19R3RsaU14",
    变量snake_case_1的值: "lVzvpkE0UXraXa1DOhjCgSzUSXgTCpkkmZ-CMgf1SPw",
    "$5 and $10的和": "oI9m_P5Er7yb0DROB8Cvcsk9R7p6xzzim--bQiRpk50",
    'printf("\\n")输出什么': "pA-oyge4mQhdF89CrLPvG1T57mlmMnbne2YX7YUwbF8",
    "&lt;b&gt;标签的作用": "GF7eOGG59J9aAR_-kG_7Iq6SpF-R9uukFJsBRMsumsg",
    "参见 https://www.w3.org/TR/ 的规范": "aszdh1rR0rqWq7NZjJAp4TRjhzEpm3tvaYAkvMPYGf4"
  }
  it.each(Object.entries(pinned))("stay as they are: %s", (title, digest) =>
    assert.strictEqual(makeQuestion({ title, options: [], type: "unknown" }).titleKey, digest)
  )

  it("stay as they are in the whole starter bank", () => {
    const decodeLine = Schema.decodeSync(Schema.fromJsonString(StarterQuestion))
    const keys = readFileSync(starterBankFile, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => decodeLine(line))
      .map(({ options, question, type }) => makeQuestion({ title: question, options, type }).key)
    assert.strictEqual(hash("sha256", keys.join("\n"), "base64url"), "NH_vY2rF26YBPpOvTsrVuEUexr1Z04OwAt-qPBL6FP0")
  })
})

describe("parseQuestionType", () => {
  it("knows the names and numbers that clients send, and takes the rest as unknown", () => {
    const names = {
      single: "single",
      "0": "single",
      多选题: "multiple",
      judgment: "judgement",
      "4": "judgement",
      fill: "completion",
      "3": "completion"
    }
    for (const [name, type] of Object.entries(names)) assert.strictEqual(parseQuestionType(name), type)
    for (const name of ["", "undefined", "line", "reader", "unknown", "constructor", undefined, null]) {
      assert.strictEqual(parseQuestionType(name), "unknown")
    }
  })
})
