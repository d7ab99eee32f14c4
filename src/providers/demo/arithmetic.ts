// Between numbers alone, so that neither a date nor the name of a thing is taken for a sum.
const SUM = /(?<![\w.-])-?\d{1,12}(?:\.\d{1,6})?(?:\s*[-+*/×÷]\s*\d{1,12}(?:\.\d{1,6})?){1,20}(?![\w-])/u
const TERMS = /([-+*/×÷]?)\s*(\d+(?:\.\d+)?)/gu

/** A sum in a text, and what it comes to. */
export interface Solved {
  readonly sum: string
  readonly value: string
}

/** The first sum in a text that is plain enough to be worked out; `undefined` where there is none. */
export const solveArithmetic = (text: string): Solved | undefined => {
  const sum = SUM.exec(text)?.[0]
  if (sum === undefined || /^\d+-\d+(?:-\d+)?$/.test(sum)) return undefined
  const value = valueOf(sum)
  // Beyond this a number is no longer exact.
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined
  return { sum: sum.trim(), value: String(Number(value.toPrecision(12))) }
}

const valueOf = (sum: string): number => {
  let total = 0
  let product = 0
  for (const [, operator = "", digits = ""] of sum.matchAll(TERMS)) {
    const number = Number(digits)
    if (operator === "*" || operator === "×") product *= number
    else if (operator === "/" || operator === "÷") product /= number
    else {
      total += product
      product = operator === "-" ? -number : number
    }
  }
  return total + product
}
