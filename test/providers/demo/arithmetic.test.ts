import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { solveArithmetic } from "../../../src/providers/demo/arithmetic.ts"

const Number4 = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))
const Operator = Schema.Literals(["+", "-", "*", " × ", " + "])

describe("a sum in a question", () => {
  const table: ReadonlyArray<readonly [string, string | undefined]> = [
    ["17*23", "391"],
    ["What is 2+3=?", "5"],
    ["2 + 3 × 4 等于多少？", "14"],
    ["计算12÷8", "1.5"],
    ["10 - 4 - 3", "3"],
    ["-5 + 2", "-3"],
    ["0.1+0.2", "0.3"],
    ["7/2*2", "7"],
    ["1/0", undefined],
    ["What happened on 2024-01-02?", undefined],
    ["pages 12-15", undefined],
    ["IPv4 and GPT-4", undefined],
    ["version 1.2.3", undefined],
    ["What is the capital of France?", undefined],
    ["999999999999*999999999999", undefined],
    ["", undefined]
  ]
  for (const [text, expected] of table)
    it(`${JSON.stringify(text)} comes to ${expected ?? "nothing"}`, () => {
      assert.strictEqual(solveArithmetic(text)?.value, expected)
    })

  it.effect.prop(
    "comes to what it comes to by the rules of arithmetic",
    { first: Number4, rest: Schema.NonEmptyArray(Schema.Tuple([Operator, Number4])) },
    ({ first, rest: all }) =>
      Effect.sync(() => {
        const rest = all.slice(0, 4)
        const sum = rest.reduce((text, [operator, number]) => `${text}${operator}${number}`, String(first))
        const products = sum
          .replace(/\s/g, "")
          .replaceAll("×", "*")
          .split(/(?=[+-])/)
        const value = products.reduce((total, product) => {
          const sign = product.startsWith("-") ? -1 : 1
          return (
            total +
            sign *
              product
                .replace(/^[+-]/, "")
                .split("*")
                .map(Number)
                .reduce((left, right) => left * right)
          )
        }, 0)
        const solved = solveArithmetic(`What is ${sum} = ?`)
        if (Math.abs(value) > Number.MAX_SAFE_INTEGER || /^\d+-\d+(-\d+)?$/.test(sum)) assert.isUndefined(solved)
        else assert.strictEqual(solved?.value, String(Number(value.toPrecision(12))))
      })
  )
})
