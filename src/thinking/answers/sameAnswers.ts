import { Fraction } from "fraction.js"
import { decimalFraction, exactNumber } from "./exactNumber.ts"
import { mayBeLeftOut, measureOf, unitOf } from "./units.ts"

/** A number and its unit as `normaliseAnswer` writes them: `1000 元`. */
const measured = /^(-?[\d./]+) (\D.*)$/
const bare = /^-?[\d./]+$/

/**
 * Names the groups of answers that are one answer: `5 km` and `5000 m`, and a bare number with the only unit that others give
 * that number: `1000` and `1000 元` are one as long as nobody says `1000 kg`. A group has the name of its first answer in order.
 */
export const sameAnswers = (answers: ReadonlyArray<string>): ((answer: string) => string) => {
  const units = new Map<string, Set<string>>()
  for (const answer of answers) {
    const [, number, unit] = measured.exec(answer) ?? []
    if (number === undefined || unit === undefined || unitOf(unit) !== unit || !mayBeLeftOut(unit)) continue
    const known = units.get(number)
    if (known === undefined) units.set(number, new Set([unit]))
    else known.add(unit)
  }
  const withUnit = (answer: string): string => {
    const [unit, ...others] = bare.test(answer) ? (units.get(answer) ?? []) : []
    return unit === undefined || others.length > 0 ? answer : `${answer} ${unit}`
  }
  const names = new Map<string, string>()
  for (const answer of answers.toSorted()) {
    const name = withUnit(answer)
    const key = inBaseUnits(name)
    if (!names.has(key)) names.set(key, name)
  }
  return (answer) => names.get(inBaseUnits(withUnit(answer))) ?? answer
}

const inBaseUnits = (answer: string): string => {
  const [, number, unit] = measured.exec(answer) ?? []
  const measure = unit === undefined ? undefined : measureOf(unit)
  if (number === undefined || measure === undefined) return answer
  const [top = "0", bottom] = number.replace("-", "").split("/")
  const size = decimalFraction(top).div(bottom === undefined ? new Fraction(1) : new Fraction(BigInt(bottom), 1n))
  const value = size.mul(measure.factor)
  const base = [...measure.dimensions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, power]) => `${name}^${power}`)
  return `${number.startsWith("-") ? "-" : ""}${exactNumber(value)} ${base.join(" ")}`
}
