import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { wrongSums } from "../../../src/thinking/reading/wrongSums.ts"

const wrong: ReadonlyArray<readonly [string, string]> = [
  ["12 × 7 = 86", "84"],
  ["So we get 12 * 7 = 86 boxes.", "84"],
  ["第3步：12×7=86，共86箱。", "84"],
  ["$12 \\times 7 = 86$", "84"],
  ["first 3 + 4 = 7, then 7 - 9 = 2", "-2"],
  ["1,200 + 345 = 1,555", "1545"],
  ["50 × 20% = 12", "10"],
  ["(3 + 4) × 2 = 15", "14"],
  ["2^10 = 1000", "1024"],
  ["It costs $3 × 4 = $13.", "12"],
  ["Value: 15. 15 + 6 = 22", "21"],
  ["0.1 + 0.2 = 0.4", "0.3"],
  ["x = 3 + 4 = 8", "7"]
].map(([text, value]) => [text ?? "", value ?? ""] as const)

const right: ReadonlyArray<string> = [
  "12 × 7 = 84",
  "2x + 3 = 7",
  "x = 3 + 4 = 7",
  "f(2) = 3, f(3) + 1 = 9",
  "10 / 3 = 3.33",
  "10 / 3 = 3.3333",
  "17 / 5 = 3 remainder 2",
  "17 ÷ 5 = 3 余 2",
  "sqrt 16 + 9 = 5",
  "the average of 3 + 5 = 4",
  "If 2 + 2 = 5 then all is lost.",
  "Is 7 × 6 = 43? No.",
  "假设 3+4=8，矛盾。",
  "7 × 6 = 43 is wrong",
  "3 + 4 = 8 - 1",
  "3 + 4 = 7x",
  "5! = 120, 3 + 5! = 123",
  "at 12:30 + 15 = 12:45",
  "2024-05-04 = a Saturday",
  "3 boxes × 4 = 12",
  "100 - 20% = 80",
  "about 10 × 3.14 = 31",
  "1 + 2 + ... + 10 = 55",
  "9 mod 4 = 1",
  "a1 + 2 = 4",
  "10 / 4 = 2",
  "x 3 + 4 = 8"
]

describe("sums of a step", () => {
  for (const [text, value] of wrong) {
    it(`"${text}" is found to be wrong`, () => {
      const found = wrongSums(text)
      assert.deepStrictEqual(
        found.map((each) => each.value),
        [value]
      )
    })
  }
  for (const text of right) it(`"${text}" is let pass`, () => assert.deepStrictEqual(wrongSums(text), []))

  const Small = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 999 }))
  it.prop("are wrong exactly where they do not add up", [Small, Small, Small, Small], ([a, b, c, said]) => {
    const value = a * b + c
    assert.deepStrictEqual(wrongSums(`We get ${a} × ${b} + ${c} = ${value}.`), [])
    assert.strictEqual(wrongSums(`We get ${a} × ${b} + ${c} = ${said}.`).length, said === value ? 0 : 1)
  })
})
