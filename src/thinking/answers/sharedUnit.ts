import { unitOf } from "./units.ts"

// "1000" and "1000 元" are one answer as long as nobody says "1000 kg".

/** A number and its unit as `normaliseAnswer` writes them: `1000 元`. */
const measured = /^(-?[\d./]+) (\D.*)$/

/** Gives a bare number the unit that all others who name that number agree on; leaves every other answer as it is. */
export const sharedUnit = (answers: ReadonlyArray<string>): ((answer: string) => string) => {
  const units = new Map<string, Set<string>>()
  for (const answer of answers) {
    const [, number, unit] = measured.exec(answer) ?? []
    if (number === undefined || unit === undefined || unitOf(` ${unit}`) !== unit) continue
    const known = units.get(number)
    if (known === undefined) units.set(number, new Set([unit]))
    else known.add(unit)
  }
  return (answer) => {
    const known = units.get(answer)
    const [unit] = known ?? []
    return known?.size === 1 && unit !== undefined ? `${answer} ${unit}` : answer
  }
}
