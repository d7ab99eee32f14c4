import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { countAnswers } from "../../../src/thinking/answers/countAnswers.ts"
import { canonicalExpression } from "../../../src/thinking/answers/expression.ts"
import { normaliseAnswer } from "../../../src/thinking/answers/normaliseAnswer.ts"
import type { AnswerForm } from "../../../src/thinking/AnswerForm.ts"

type Pairs = ReadonlyArray<readonly [string, string]>

/** Whether two threads that say this are counted as one answer. */
const isOne = (one: string, other: string, form: AnswerForm): boolean =>
  countAnswers(
    [one, other].map((said, at) => ({
      thread: at + 1,
      confidence: 0.5,
      normalised: normaliseAnswer(said, form, undefined)
    }))
  ).some(({ threads }) => threads.length === 2)

const oneValue: Pairs = [
  ["twenty-five", "25"],
  ["one hundred and five", "105"],
  ["二十五", "25"],
  ["两百", "200"],
  ["一百零五", "105"],
  ["三千五百", "3500"],
  ["负三", "-3"],
  ["百分之五", "5%"],
  ["五分之二", "2/5"],
  ["3百万", "3000000"],
  ["5千", "5000"],
  ["4 dozen", "48"],
  ["1e3", "1000"],
  ["0,5", "0.5"],
  ["2\\frac14", "2.25"],
  ["2 1/4", "2.25"],
  ["√8", "2√2"],
  ["\\frac{\\sqrt{2}}{2}", "√2/2"],
  ["1/√2", "√2/2"],
  ["\\frac{\\pi}{2}", "π/2"],
  ["0.5π", "π/2"],
  ["3+2x", "2x+3"],
  ["(a+b)(a-b)", "a^2-b^2"],
  ["1000 mW", "1 W"],
  ["1 kWh", "3600 kJ"],
  ["3.6 km/h", "1 m/s"],
  ["5 hours 30 minutes", "5.5 h"],
  ["1小时30分钟", "90分钟"],
  ["2 m 50 cm", "2.5 m"],
  ["1吨", "1000千克"],
  ["x=5 or x=7", "7 or 5"],
  ["x = 3, y = 4", "y=4, x=3"],
  ["0.1666...", "1/6"],
  ["0.(3)", "1/3"],
  ["0.1(6)", "1/6"],
  ["0.\\overline{3}", "1/3"],
  ["12 o'clock", "12 o'clock"],
  ["7:30 PM", "19:30"],
  ["7 p.m.", "19:00"],
  ["4 May 1919", "1919-05-04"],
  ["the 4th of May 1919", "1919年5月4日"],
  ["100%", "1"],
  ["¥5", "5元"],
  ["RMB 5", "5元"],
  ["five", "5"],
  ["minus five", "-5"],
  ["1,234,567", "1234567"],
  ["1.5 million", "1500000"],
  ["150万", "1.5 million"],
  ["x > 2", "(2, ∞)"],
  ["{2, 1}", "\\{1,2\\}"],
  ["5 and 3", "3 and 5"],
  ["3/4 cup", "0.75 cup"],
  ["\\text{Paris}", "Paris"],
  ["36 km/h", "10 m/s"],
  ["1 L", "1000 mL"],
  ["1 m³", "1000 L"],
  ["20 °C", "20℃"],
  ["5 N·m", "5 J"],
  ["25 cm²", "0.0025 m²"],
  ["9.8 m/s^2", "9.8 m·s^{-2}"],
  ["9.8 N/kg", "9.8 m/s^2"],
  ["1/2", "0.5"],
  ["\\frac{1}{2}", "1/2"],
  ["½", "0.5"],
  ["50%", "0.5"],
  ["-\\frac{1}{2}", "-0.5"],
  ["2 1/4", "9/4"],
  ["1.5", "1.500"],
  ["2^{10}", "1024"],
  ["\\sqrt{4}", "2"],
  ["\\sqrt{2}", "√2"],
  ["2\\sqrt{3}", "2√3"],
  ["2\\pi", "2π"],
  ["1,000", "1000"],
  ["1 000", "1000"],
  ["１２", "12"],
  ["twelve", "12"],
  ["+5", "5"],
  ["-0", "0"],
  ["x = 5", "5 "],
  ["5 or 7", "7 or 5"],
  ["(1,2)", "(1, 2)"],
  ["\\{1,2\\}", "{1, 2}"],
  ["0 ≤ x < 1", "[0,1)"],
  ["(x+1)^2", "x^2+2x+1"],
  ["x^{2}", "x^2"],
  ["5 km", "5000 m"],
  ["5 km", "5千米"],
  ["90 minutes", "1.5 hours"],
  ["$5", "USD 5"],
  ["5 元", "¥5"],
  ["5 kg", "5"],
  ["10 m/s", "36 km/h"],
  ["1 dm³", "1 L"],
  ["9.8 m·s^{-2}", "9.8 m/s²"],
  ["6.02 \\times 10^{23}", "6.02×10²³"],
  ["42 (approximately)", "42"],
  ["42 square meters", "42 m²"],
  ["42 平方米", "42 m2"],
  ["42\\,\\mathrm{cm}", "42cm"],
  ["7:30 pm", "19:30"],
  ["1:2", "1/2"],
  ["0.333...", "1/3"],
  ["marie curie", "Marie Curie."],
  ["Straße", "Strasse"],
  ["H2O", "H₂O"],
  ["1821-05-05", "May 5, 1821"],
  ["(a) 3 (b) 4", "a=3, b=4"],
  ["3 and 4", "4 and 3"],
  ["1919年5月4日", "1919.5.4"]
]

const twoValues: Pairs = [
  ["5 mW", "5 MW"],
  ["5 m", "5 M"],
  ["10^2", "102"],
  ["x^2", "x2"],
  ["2x", "x2"],
  ["√2", "√3"],
  ["3√2", "2√3"],
  ["√2+1", "√(2+1)"],
  ["1.5e3", "1.5"],
  ["5 kg", "5 g"],
  ["5 m", "5 m2"],
  ["5 m/s", "5 m/s2"],
  ["-5", "5"],
  ["+5", "-5"],
  ["5%", "0.5"],
  ["1:30", "1.5"],
  ["12:30 am", "12:30"],
  ["3,4", "34"],
  ["3,400", "3.4"],
  ["(1,2)", "[1,2]"],
  ["(1,2)", "(2,1)"],
  ["{1,2}", "(1,2)"],
  ["1 or 2", "1 and 2"],
  ["x<5", "x≤5"],
  ["x>5", "x<5"],
  ["May 1919", "1919"],
  ["1919-05-04", "1919-05-05"],
  ["5 min", "5 m"],
  ["三", "二"],
  ["十二", "二十"],
  ["5 weeks", "5 days"],
  ["0.5 h", "5 h"],
  ["log(5)", "5"],
  ["sin x", "x"],
  ["5!", "5"],
  ["5'", "5"],
  ["5 r 2", "5"],
  ["5 remainder 2", "5"],
  ["almost 5", "5"],
  ["H2O", "HO2"],
  ["AB", "BA"],
  ["2AB", "2BA"],
  ["a/b", "b/a"],
  ["1/3", "0.33"],
  ["-2^2", "4"],
  ["10 mod 3", "10"],
  ["5 rad", "5°"],
  ["5 bits", "5 bytes"],
  ["1e3", "13"],
  ["2.5", "25"],
  ["1.000", "1000"],
  ["1.000,5", "1000.5"],
  ["5 million", "5"],
  ["5 亿", "5 万"],
  ["百分之五", "5"],
  ["五分之二", "2"],
  ["5倍", "5"],
  ["5折", "5"],
  ["第5", "5"],
  ["5次方", "5"],
  ["No.5", "5"],
  ["x=5", "y=6"],
  ["x≠5", "5"],
  ["≈5", "≠5"],
  ["5 apples", "5 pears"],
  ["π", "3.14"],
  ["2π", "π2"],
  ["e^2", "2e"],
  ["i", "1"],
  ["∞", "-∞"],
  ["[1,2)", "[1,2]"],
  ["a", "b"],
  ["Na+", "Na-"],
  ["Fe2+", "Fe3+"],
  ["CH4", "CH3"],
  ["1st", "1"],
  ["2nd", "2"],
  ["Monday", "Tuesday"],
  ["not A", "A"],
  ["≥5", "5"],
  ["5+", "5"],
  ["5-6", "5"],
  ["5~6", "5"],
  ["5–6", "-1"],
  ["3.0.1", "3.01"],
  ["192.168.1.1", "19216811"],
  ["1 2", "12"],
  ["1 234", "1234.5"],
  ["0x1F", "1"],
  ["1F", "1"],
  ["5L", "5 ml"],
  ["5 C", "5 °C"],
  ["5 N", "5 n"],
  ["5 Pa", "5 pA"],
  ["1/2 km", "1/2 m"],
  ["sqrt(4)", "4"],
  ["|5|", "5"],
  ["10/3", "3.333"],
  ["3.333", "3.33"],
  ["±5", "5"],
  ["25°C", "25 degrees"],
  ["3 boxes", "3 crates"],
  ["28 percentage points", "28%"],
  ["1/2004", "1/2006"],
  ["NaCl", "nacl"],
  ["2\\frac{1}{4}", "21/4"],
  ["1\\frac{2}{3}", "4"],
  ["4 dozen", "4"],
  ["5百", "5"],
  ["5 k", "5"],
  ["5 bn", "5"],
  ["5 Mg", "5 mg"],
  ["3 K", "3 k"],
  ["5 mil", "5"],
  ["10^{-3}", "10"],
  ["5 minus", "-5"],
  ["负5", "5"],
  ["5-", "5"],
  ["5 more than x", "5"],
  ["> 5", "5"],
  ["at least 5", "5"],
  ["5以上", "5"],
  ["大于5", "5"],
  ["5 to 1", "5"],
  ["5%", "5"],
  ["0.5%", "50%"],
  ["1,5", "15"],
  ["3,14", "314"],
  ["0.333...", "0.333"],
  ["log 5", "5"],
  ["5i", "5"],
  ["5e", "5"],
  ["5 a", "5"],
  ["5 n", "5"],
  ["5π", "5"],
  ["5 °", "5"],
  ['5"', "5"],
  ["5^2", "5"],
  ["a=5, b=6", "5"],
  ["5 = x + 2", "5"],
  ["not 5", "5"],
  ["between 5 and 6", "5"],
  ["5 ft", "5 m"],
  ["5 $", "5 £"],
  ["5 hours 30 minutes", "5 hours"],
  ["5:30", "5"],
  ["5th", "5"],
  ["0b101", "101"],
  ["101₂", "101"],
  ["0x10", "10"]
]

const twoWords: Pairs = [
  ["Co", "CO"],
  ["C++", "C"],
  ["not a prime", "a prime"],
  ["NO", "no"],
  ["-Cl", "Cl"],
  ["Na⁺", "Na"],
  ["(a)", "a"],
  ["n!", "n"],
  ["x", "*x*"],
  ["an answer", "answer"]
]

const oneTruth: Pairs = [
  ["True, because 7 is prime", "yes"],
  ["It is false", "no"],
  ["√", "对"],
  ["falsch", "false"],
  ["Ja", "yes"]
]

const twoTruths: Pairs = [
  ["No errors, so true", "false"],
  ["Not necessarily", "false"],
  ["no, it is true", "false"],
  ["1/2", "true"],
  ["Right-angled", "true"],
  ["对数", "true"],
  ["correct me if wrong: false", "true"]
]

describe("answers that are counted as one", () => {
  for (const [one, other] of oneValue) {
    it(`${one} is ${other}`, () => assert.isTrue(isOne(one, other, "number")))
  }
  for (const [one, other] of oneTruth) {
    it(`as a judgement, ${one} is ${other}`, () => assert.isTrue(isOne(one, other, "boolean")))
  }
})

describe("answers that are never counted as one", () => {
  for (const [one, other] of twoValues) {
    it(`${one} is not ${other}`, () => {
      assert.isFalse(isOne(one, other, "number"))
      assert.isFalse(isOne(one, other, "short"))
    })
  }
  for (const [one, other] of twoWords) {
    it(`in words, ${one} is not ${other}`, () => assert.isFalse(isOne(one, other, "short")))
  }
  for (const [one, other] of twoTruths) {
    it(`as a judgement, ${one} is not ${other}`, () => assert.isFalse(isOne(one, other, "boolean")))
  }
})

describe("canonicalExpression", () => {
  const Small = Schema.Int.check(Schema.isBetween({ minimum: -9, maximum: 9 }))
  it.prop("multiplies out to one form, whatever the order of factors and terms", [Small, Small, Small], ([a, b, c]) => {
    const one = canonicalExpression(`(x+(${a}))(y+(${b})) + (${c})x`)
    const other = canonicalExpression(`(${c})*x + (y+(${b}))*((${a})+x)`)
    assert.isDefined(one)
    assert.strictEqual(one, other)
    assert.notStrictEqual(one, canonicalExpression(`(x+(${a}))(y+(${b})) + (${c})x + 1`))
  })

  it.prop("reads its own form back", [Small, Small, Small], ([a, b, c]) => {
    const one = canonicalExpression(`${a}x^2 + (${b})x√3 + (${c})/7`)
    assert.strictEqual(canonicalExpression(one ?? ""), one)
  })

  it("gives up on what is too large to work out", () => {
    for (const text of [
      "(x+y+z)^9",
      "9^99",
      "x^65",
      `${"(".repeat(80)}x+1${")".repeat(80)}`,
      "√1000003^2",
      "1/(x+1)",
      "1/0",
      "0^-1"
    ]) {
      const form = canonicalExpression(text)
      assert.isTrue(form === undefined || form.length < 130, text)
    }
  })
})
