import { assert, describe, it } from "@effect/vitest"
import { type Guard, guards } from "../../../src/bank/similar/guards.ts"
import { wordingOf } from "../../../src/bank/similar/Wording.ts"

const differ = (guard: Guard, a: string, b: string) =>
  assert.notDeepEqual(guard(wordingOf(a)), guard(wordingOf(b)), `${a} | ${b}`)
const agree = (guard: Guard, a: string, b: string) =>
  assert.deepStrictEqual(guard(wordingOf(a)), guard(wordingOf(b)), `${a} | ${b}`)

describe("the guards", () => {
  it("tell a negation from none, in both languages", () => {
    differ(guards.negations, "下列属于水果的是哪种", "下列不属于水果的是哪种")
    differ(guards.negations, "公民有这项自由", "公民没有这项自由")
    differ(guards.negations, "关于细胞正确的是", "关于细胞错误的是")
    differ(guards.negations, "Which of these is a fruit", "Which of these isn't a fruit")
    differ(guards.negations, "All of these are mammals", "All of these are mammals except")
    differ(guards.negations, "Which statement is correct", "Which statement is incorrect")
    agree(guards.negations, "关于细胞错误的是", "关于细胞不正确的是")
    agree(guards.negations, "Which can't fly", "Which cannot fly")
  })

  it("tell numbers apart, whatever script they are in", () => {
    differ(guards.numbers, "第一次世界大战", "第二次世界大战")
    differ(guards.numbers, "打八折", "打7折")
    differ(guards.numbers, "2的3次方", "3的2次方")
    differ(guards.numbers, "取0.5克", "取0.05克")
    differ(guards.numbers, "计算-5+3", "计算5+3")
    agree(guards.numbers, "一百二十个", "120个")
    agree(guards.numbers, "一九四九年", "1949年")
    agree(guards.numbers, "百分之二十", "20%")
    agree(guards.numbers, "300,000千米", "300000千米")
    agree(guards.numbers, "三分之二的人", "2/3的人")
  })

  it("tell units apart and know the names of one", () => {
    differ(guards.units, "绳子长5米", "绳子长5厘米")
    differ(guards.units, "2 kg of water", "2 g of water")
    differ(guards.units, "增长5%", "增长5")
    agree(guards.units, "路长5千米", "路长5km")
    agree(guards.units, "质量2公斤", "质量2千克")
    agree(guards.units, "温度0摄氏度", "温度0℃")
  })

  it("tell comparisons and directions apart", () => {
    differ(guards.comparisons, "大于十的数", "小于十的数")
    differ(guards.comparisons, "最大的国家", "最小的国家")
    differ(guards.comparisons, "左心室的壁", "右心室的壁")
    differ(guards.comparisons, "most likely to fail", "least likely to fail")
    differ(guards.comparisons, "when prices increase", "when prices decrease")
    agree(guards.comparisons, "水的沸点是多少", "水的沸点是")
    agree(guards.comparisons, "以下属于水果的", "下列属于水果的")
  })

  it("tell opposites apart", () => {
    differ(guards.opposites, "氧化反应", "还原反应")
    differ(guards.opposites, "唯物主义", "唯心主义")
    differ(guards.opposites, "凸透镜", "凹透镜")
    differ(guards.opposites, "只有努力", "只要努力")
  })

  it("tell formulas and names in letters apart", () => {
    differ(guards.identifiers, "CO2的性质", "CO的性质")
    differ(guards.identifiers, "x>5的解", "x<5的解")
    differ(guards.identifiers, "(a+b)c的展开式", "a+(bc)的展开式")
    differ(guards.identifiers, "print(a)的输出", "print(b)的输出")
    agree(guards.identifiers, "世界卫生组织(WHO)的总部", "世界卫生组织WHO的总部")
  })
})
