import { Fraction } from "fraction.js"

/** A number as answers are compared: a decimal, or a fraction in lowest terms where no decimal is exact. */
export const exactNumber = (value: Fraction): string => {
  const places = decimalPlaces(value.d)
  const sign = value.s < 0n ? "-" : ""
  if (places === undefined) return `${sign}${value.n}/${value.d}`
  const all = String(value.n * (10n ** BigInt(places) / value.d)).padStart(places + 1, "0")
  return places === 0 ? `${sign}${all}` : `${sign}${all.slice(0, -places)}.${all.slice(-places)}`
}

/** How many digits after the point a fraction with this denominator has; `undefined` where they never end. */
const decimalPlaces = (denominator: bigint): number | undefined => {
  let rest = denominator
  const times = (factor: bigint): number => {
    let count = 0
    for (; rest % factor === 0n; rest /= factor) count++
    return count
  }
  const places = Math.max(times(2n), times(5n))
  return rest === 1n ? places : undefined
}

/** A decimal times a power of ten, exactly. */
export const decimalFraction = (decimal: string, exponent = 0): Fraction => {
  const [whole = "", part = ""] = decimal.split(".")
  const shift = exponent - part.length
  const digits = BigInt(`${whole}${part}` || "0")
  return shift >= 0 ? new Fraction(digits * 10n ** BigInt(shift), 1n) : new Fraction(digits, 10n ** BigInt(-shift))
}
