import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readFileSync } from "node:fs"
import { matchAnswer } from "../../../src/bank/OptionMatch.ts"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { StarterQuestion, starterBankFile } from "../../../src/bank/StarterBank.ts"
import { compareWordings } from "../../../src/bank/similar/compareWordings.ts"
import { judgeRow } from "../../../src/bank/similar/judgeRow.ts"
import { wordingOf } from "../../../src/bank/similar/Wording.ts"

const compare = (a: string, b: string) => compareWordings(wordingOf(a), wordingOf(b))
const similarity = (a: string, b: string): number => {
  const comparison = compare(a, b)
  return comparison._tag === "Near" ? comparison.similarity : 0
}

describe("compareWordings", () => {
  it("is 1 where only marks, script or spelling differ", () => {
    assert.strictEqual(similarity("中国的首都是哪里？", "中國的首都是哪裡"), 1)
    assert.strictEqual(similarity("“一国两制”的内容", "一国两制的内容"), 1)
  })

  it("takes a slip of one character to weigh more the shorter the title is", () => {
    const long = similarity("在市场经济条件下，价格由供求关系决定", "在市场经济条件下，价格由供求关系绝定")
    const short = similarity("供求决定", "供求绝定")
    assert.isAbove(long, 0.9)
    assert.isBelow(short, 0.9)
    assert.isAbove(short, 0.5)
  })

  it("takes no third slip, however long the title", () => {
    const title = "计算机病毒实质上是一段可执行的程序代码它能够通过网络传播并且破坏其他计算机的正常工作"
    assert.isAbove(similarity(title, title.replace("传播", "传拨").replace("程序", "程叙")), 0.9)
    assert.strictEqual(
      similarity(
        title,
        title.replace("传播", "传拨").replace("程序", "程叙").replace("破坏", "破怀").replace("工作", "工做")
      ),
      0
    )
  })

  it("never takes a word for a slip, however alike the rest", () => {
    const title = "根据我国法律的规定，公民的基本权利受到国家的保护，任何组织和个人不得侵犯"
    assert.strictEqual(similarity(title, title.replace("权利", "权力")), 0)
    assert.strictEqual(similarity(title, title.replace("公民", "人民")), 0)
  })

  it("lets a question word go at the end only, and never one for another", () => {
    assert.isAbove(similarity("《红楼梦》的作者是谁", "《红楼梦》的作者是"), 0.8)
    assert.strictEqual(similarity("什么是光合作用", "是光合作用"), 0)
    assert.strictEqual(similarity("光合作用的场所是什么", "光合作用的场所是谁"), 0)
  })

  const Text = Schema.String.check(Schema.isMaxLength(60))
  it.prop("is 1 between a title and itself, and the same both ways", [Text, Text], ([a, b]) => {
    assert.strictEqual(similarity(a, a), 1)
    assert.deepStrictEqual(compare(a, b), compare(b, a))
  })

  it("stays fast on long and hostile titles", () => {
    const hostile = [
      "的".repeat(3000),
      "1".repeat(3000),
      "(".repeat(3000),
      "是什么".repeat(1000),
      "不".repeat(3000),
      "下列说法".repeat(700),
      "a-".repeat(1500),
      "一十".repeat(1500),
      "下列".repeat(1500)
    ]
    const started = performance.now()
    for (const title of hostile) compare(title, `${title}x`)
    assert.isBelow(performance.now() - started, 1000)
  })
})

describe("the starter bank", () => {
  it("holds no two questions that are taken for one another unless they have the same answer", () => {
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(StarterQuestion))
    const rows = readFileSync(starterBankFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const { answer, options, question: title, type } = decode(line)
        const question = makeQuestion({ title, options, type })
        return {
          question,
          wording: wordingOf(title),
          row: { title, options, answer, type_class: question.typeClass, source: "starter" as const }
        }
      })
    const mistaken = rows.flatMap(({ question, row: own, wording }, at) =>
      rows.slice(0, at).flatMap(({ row }) => {
        const fit = judgeRow(question, wording, row, 0.5)
        const right = matchAnswer(question, own.answer)
        return fit === undefined || fit.texts.join() === right?.join() ? [] : [`${own.title} | ${row.title}`]
      })
    )
    assert.deepStrictEqual(mistaken, [])
  })
})
