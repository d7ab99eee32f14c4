import { Fraction } from "fraction.js"
import { decimalFraction, exactNumber } from "./exactNumber.ts"
import { plainAnswer } from "./foldAnswer.ts"
import { numberInWords } from "./numberInWords.ts"
import { measureOf, unitOf } from "./units.ts"

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
  String.raw`^(?<currency>us\$|[$¥€£]|(?:usd|cny|rmb|eur|gbp)(?= ?\d))?\s?(?<sign>[+-]?)\s?(?<currencyAfter>[$¥€£])?(?:(?<whole>\d{1,9}) (?=\d{1,9}\s?/))?(?<top>${digits})` +
    String.raw`(?:\s?(?:e|(?:[x×*·]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)?\s?)\{?(?<exponent>[+-]?\d{1,3})\}?)?` +
    String.raw`(?:\s?/\s?(?<bottom>\d{1,${mostDigits}}))?\s?(?<scale>[十百千]?[万亿]亿?|[十百千](?![米克瓦帕焦卡伏赫位])|thousand|million|billion|trillion|dozen|bn\b|k\b)?(?<behind>\s?[^\d](?:[^\d]|\d(?!\d)){0,40})?$`,
  "i"
)

const scales: Readonly<Record<string, number>> = {
  十: 1,
  百: 2,
  千: 3,
  万: 4,
  亿: 8,
  k: 3,
  bn: 9,
  thousand: 3,
  million: 6,
  billion: 9,
  trillion: 12
}

/** The power of ten that a scale stands for: `万亿` is twelve. */
const powerOf = (scale: string): number =>
  scales[scale.toLowerCase()] ?? [...scale].reduce((sum, sign) => sum + (scales[sign] ?? 0), 0)

/**
 * A number with or without a unit, exactly: `1,000`, `1e3`, `１０００`, `\frac{1}{2}`, `1 1/2`, `50%` (a half), `3万元`, `$5`, `x = 5`. `undefined`
 * for anything else.
 */
export const readNumber = (answer: string): Quantity | undefined => {
  const plain = plainNumber(answer)
  const whole = readPlain(plain) ?? readPlain(numberInWords(plain) ?? "")
  return whole ?? readCompound(plain)
}

const readPlain = (plain: string): Quantity | undefined => {
  const groups = quantity.exec(plain)?.groups
  if (groups === undefined || groups["top"] === undefined || groups["top"] === "") return undefined
  const scale = groups["scale"] ?? ""
  // 5 K are kelvins and 5 Bn is nobody's billion.
  const isCapital = /^[A-Z]/.test(scale) && scale.length < 3
  const isDozen = scale.toLowerCase() === "dozen"
  const exponent = Number(groups["exponent"] ?? 0) + (isCapital || isDozen ? 0 : powerOf(scale))
  const bottom = BigInt(groups["bottom"] ?? 1)
  if (Math.abs(exponent) > largestExponent || bottom === 0n) return undefined
  const behind = `${isCapital ? ` ${scale}` : ""}${groups["behind"] ?? ""}`
  const { isShare, unit } = measure(groups["currency"] ?? groups["currencyAfter"], behind)
  if (unit === undefined) return undefined
  const top = decimalFraction(groups["top"].replace(/[, ]/g, ""), exponent - (isShare ? 2 : 0))
  const size = top
    .div(new Fraction(bottom, 1n))
    .add(new Fraction(BigInt(groups["whole"] ?? 0), 1n))
    .mul(isDozen ? 12 : 1)
  return { value: exactNumber(groups["sign"] === "-" ? size.neg() : size), unit }
}

const part = /^(\d{1,12}(?:\.\d{1,12})?) ?([^\d\s.,][^\d,]{0,20}?)(?:,? and |,? |(?=\d)|$)/

/** Several quantities of one kind as one, in the unit of the last: `5 hours 30 minutes`. */
const readCompound = (plain: string): Quantity | undefined => {
  let rest = plain
  let sum: Fraction | undefined
  let last: { readonly unit: string; readonly factor: Fraction; readonly kind: string } | undefined
  for (let at = 0; at < 4 && rest !== ""; at++) {
    const [all, size, said] = part.exec(rest) ?? []
    const unit = said === undefined ? undefined : unitOf(said)
    const found = unit === undefined ? undefined : measureOf(unit)
    if (all === undefined || size === undefined || unit === undefined || found === undefined) return undefined
    const kind = JSON.stringify([...found.dimensions])
    // From the larger unit to the smaller.
    if (last !== undefined && (last.kind !== kind || found.factor.gte(last.factor))) return undefined
    sum = (sum ?? new Fraction(0)).add(decimalFraction(size).mul(found.factor))
    last = { unit, factor: found.factor, kind }
    rest = rest.slice(all.length)
  }
  return sum === undefined || last === undefined || rest !== ""
    ? undefined
    : { value: exactNumber(sum.div(last.factor)), unit: last.unit }
}

// Dots at the end of a decimal say that it goes on.
const goesOn = /\d\s?(?:\.{3,6}|…|⋯|\\[lc]?dots)[\s$)]{0,4}$/

const plainNumber = (answer: string): string =>
  withoutLeftSide(`${plainAnswer(answer.replace(goesOn, ($0) => $0.slice(0, 1)))}${goesOn.test(answer) ? "..." : ""}`)
    .replace(/(\d)\s?\\[dt]?frac\s?\{(\d{1,9})\}\s?\{(\d{1,9})\}/, "$1 $2/$3")
    .replace(/(\d)\s?\\[dt]?frac\s?(\d)\s?(\d)(?!\d)/, "$1 $2/$3")
    .replace(/\\[dt]?frac\s?\{(-?\d{1,60})\}\s?\{(\d{1,60})\}/, "$1/$2")
    .replace(/\\[dt]?frac\s?(\d)\s?(\d)(?!\d)/, "$1/$2")
    .replace(/(\d)\{,\}(?=\d)/g, "$1,")
    .replace(/(\d)_(?=\d{3})/g, "$1")
    .replace(/\u2044/g, "/")
    .replace(/^(-?)0,(?=\d{1,20}$)/, "$10.")
    .replace(/^(\d{1,3}) ?: ?(\d)$/, "$1/$2")
    .replace(/^(?:about|approximately|approx\.?|around|roughly|约为?|大约|≈|~|共|一共|total:?)\s?/i, "")
    .replace(/ ?\((?:about|approx(?:imately|\.)?|rounded|约|大约|近似)\)$/i, "")
    .replace(/^负(?=\d)/, "-")
    .replace(/^\(([^()]{1,80})\)$/, "$1")
    .replace(/^([+-]?)10\s?(?:\^|\*\*)\s?\{?([+-]?\d{1,3})\}?/, "$11e$2")
    .replace(/^(-?\d{0,20})\.(\d{0,20}?)(?:\(?(\d{1,20})\)|\\(?:overline|dot|bar)\{(\d{1,20})\})$/, repeating)
    .replace(/^(-?\d{0,20})\.(\d{0,20}?)(\d{1,6}?)\3{2,20}\.{3}$/, repeating)
    .trim()

/** `0.1(6)` and `0.1666...` as the fraction that they are. */
const repeating = (said: string, whole: string, fixed: string, ...periods: ReadonlyArray<unknown>): string => {
  const period = periods.find((each) => typeof each === "string" && each !== "")
  if (typeof period !== "string") return said
  const sign = whole.startsWith("-") ? "-" : ""
  const digits = `${whole.replace("-", "")}${fixed}`
  const bottom = `${"9".repeat(period.length)}${"0".repeat(fixed.length)}`
  return `${sign}${BigInt(`${digits}${period}`) - BigInt(digits || "0")}/${bottom}`
}

// "x = 5": a name before an equals sign is not part of the number.
const withoutLeftSide = (text: string): string =>
  /^[a-z\u3400-\u9fff_ ]{1,20}\s?[=≈]\s?([^=≈]{1,200})$/i.exec(text)?.[1] ?? text

/** The unit before or behind the number; of both, only where they are the same. */
const measure = (
  before: string | undefined,
  behind: string
): { readonly isShare: boolean; readonly unit: string | undefined } => {
  const isShare = /^\s?(?:%|percent|per cent)$/i.test(behind)
  if (isShare) return { isShare, unit: before === undefined ? "" : undefined }
  const unit = unitOf(behind)
  if (before === undefined) return { isShare, unit }
  const currency = unitOf(before)
  return { isShare, unit: unit === "" || unit === currency ? currency : undefined }
}
