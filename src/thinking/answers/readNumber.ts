import { foldAnswer } from "./foldAnswer.ts"
import { unitOf } from "./units.ts"

export interface Quantity {
  /** Exact: a decimal, or a fraction in lowest terms where no decimal is. */
  readonly value: string
  /** Empty for a bare number. */
  readonly unit: string
}

// Beyond these a number is compared as words.
const mostDigits = 60
const largestExponent = 60

const digits = String.raw`(?:\d{1,3}(?:,\d{3}){1,20}|\d{1,3}(?: \d{3}){1,20}|\d{1,${mostDigits}})?(?:\.\d{1,${mostDigits}})?`
const quantity = new RegExp(
  String.raw`^(?<currency>[$¥€£])?\s?(?<sign>[+-]?)\s?(?<currencyAfter>[$¥€£])?(?:(?<whole>\d{1,9}) (?=\d{1,9}\s?/))?(?<top>${digits})` +
    String.raw`(?:\s?(?:e|(?:[x×*·]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)?\s?)\{?(?<exponent>[+-]?\d{1,3})\}?)?` +
    String.raw`(?:\s?/\s?(?<bottom>\d{1,${mostDigits}}))?\s?(?<scale>万亿|万|亿|thousand|million|billion|trillion)?(?<behind>\s?[^\d](?:[^\d]|\d(?!\d)){0,40})?$`
)

const scales: Readonly<Record<string, number>> = {
  万: 4,
  亿: 8,
  万亿: 12,
  thousand: 3,
  million: 6,
  billion: 9,
  trillion: 12
}

/**
 * A number with or without a unit, exactly: `1,000`, `1e3`, `１０００`, `\frac{1}{2}`, `1 1/2`, `50%` (a half), `3万元`, `$5`, `x = 5`. `undefined`
 * for anything else.
 */
export const readNumber = (answer: string): Quantity | undefined => {
  const groups = quantity.exec(plainNumber(answer))?.groups
  if (groups === undefined || groups["top"] === undefined || groups["top"] === "") return undefined
  const exponent = Number(groups["exponent"] ?? 0) + (scales[groups["scale"] ?? ""] ?? 0)
  const bottom = BigInt(groups["bottom"] ?? 1)
  if (Math.abs(exponent) > largestExponent || bottom === 0n) return undefined
  const { isShare, unit } = measure(groups["currency"] ?? groups["currencyAfter"], groups["behind"] ?? "")
  if (unit === undefined) return undefined
  const top = exactly(groups["top"].replace(/[, ]/g, ""), exponent - (isShare ? 2 : 0))
  const whole = BigInt(groups["whole"] ?? 0) * bottom
  const numerator = top.numerator + whole * top.denominator
  const value = written(groups["sign"] === "-" ? -numerator : numerator, top.denominator * bottom)
  return { value, unit }
}

const plainNumber = (answer: string): string =>
  withoutLeftSide(foldAnswer(answer))
    .replace(/\\[dt]?frac\s?\{(-?\d{1,60})\}\s?\{(\d{1,60})\}/, "$1/$2")
    .replace(/\\[dt]?frac\s?(\d)\s?(\d)(?!\d)/, "$1/$2")
    .replace(/(\d)\{,\}(?=\d)/g, "$1,")
    .replace(/(\d)_(?=\d{3})/g, "$1")
    .replace(/\u2044/g, "/")
    .replace(/^(?:about|approximately|approx\.?|around|约为?|大约|≈|~|共|一共|total:?)\s?/, "")
    .replace(/^\(([^()]{1,80})\)$/, "$1")
    .replace(/^([+-]?)10\s?(?:\^|\*\*)\s?\{?([+-]?\d{1,3})\}?/, "$11e$2")
    .trim()

// "x = 5": a name before an equals sign is not part of the number.
const withoutLeftSide = (text: string): string =>
  /^[a-z\u3400-\u9fff_ ]{1,20}\s?[=≈]\s?([^=≈]{1,200})$/.exec(text)?.[1] ?? text

/** The unit before or behind the number; of both, only where they are the same. */
const measure = (
  before: string | undefined,
  behind: string
): { readonly isShare: boolean; readonly unit: string | undefined } => {
  const isShare = /^\s?(?:%|percent|per cent)$/.test(behind)
  if (isShare) return { isShare, unit: before === undefined ? "" : undefined }
  const unit = unitOf(behind)
  if (before === undefined) return { isShare, unit }
  const currency = unitOf(before)
  return { isShare, unit: unit === "" || unit === currency ? currency : undefined }
}

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** A decimal times a power of ten. */
const exactly = (decimal: string, exponent: number): Fraction => {
  const [whole = "", part = ""] = decimal.split(".")
  const shift = exponent - part.length
  const numerator = BigInt(`${whole}${part}` || "0")
  return shift >= 0
    ? { numerator: numerator * 10n ** BigInt(shift), denominator: 1n }
    : { numerator, denominator: 10n ** BigInt(-shift) }
}

const written = (numerator: bigint, denominator: bigint): string => {
  const shared = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator)
  const [top, bottom] = [numerator / shared, denominator / shared]
  const places = decimalPlaces(bottom)
  if (places === undefined) return `${top}/${bottom}`
  const sign = top < 0n ? "-" : ""
  const all = String((top < 0n ? -top : top) * (10n ** BigInt(places) / bottom)).padStart(places + 1, "0")
  return places === 0 ? `${sign}${all}` : `${sign}${all.slice(0, -places)}.${all.slice(-places)}`
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint =>
  b === 0n ? (a === 0n ? 1n : a) : greatestCommonDivisor(b, a % b)

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
