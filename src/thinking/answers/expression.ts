// Expressions as exact polynomials: two spellings of one value come out as one text.
import { Fraction } from "fraction.js"
import { decimalFraction, exactNumber } from "./exactNumber.ts"

// Bounds of what is worked out; anything beyond is no expression.
const longest = 160
const mostTerms = 40
const largestPower = 64
const largestPowerOfSum = 8
const mostDigits = 120
const largestRoot = 1_000_000n

/** Names and radicals with their powers, by name: `{ x: 2, "√3": 1 }`. */
type Powers = ReadonlyMap<string, number>

interface Term {
  readonly coefficient: Fraction
  readonly powers: Powers
}

/** Terms by the key of their powers; none of them is zero. */
type Sum = ReadonlyMap<string, Term>

/**
 * One text for all spellings of an expression over +, −, ×, ÷, whole powers, square roots of numbers, π and one-letter names: `2√3` of
 * `2\sqrt{3}` and `√12`, `x^2+2x+1` of `(x+1)^2`. `undefined` for anything else, and for what is too large to work out.
 */
export const canonicalExpression = (text: string): string | undefined => {
  if (!looksLikeMaths(text)) return undefined
  const sum = parse(text)
  return sum === undefined ? undefined : written(sum)
}

/** The value of an expression without names or roots, exactly. */
export const valueOfExpression = (text: string): Fraction | undefined => {
  const sum = text.length > longest ? undefined : parse(text)
  if (sum === undefined || sum.size > 1) return undefined
  const [term] = sum.values()
  if (term === undefined) return new Fraction(0)
  return term.powers.size === 0 ? term.coefficient : undefined
}

// Words, formulas of chemistry (H2O) and products of matrices (AB) are no products of numbers.
const looksLikeMaths = (text: string): boolean => {
  // 5-6 is a range, 1/2/3 a date.
  if (/^\d+(?:\s?[-–/]\s?\d+)+$/.test(text)) return false
  if (text.length > longest || !/[\d+*/^√π=\\−-]/.test(text)) return false
  const bare = text.replace(/\\[a-z]{2,9}/gi, " ").replace(/pi/g, "π")
  return !/[a-z]{3}|[a-z]\d/i.test(bare) && new Set(bare.match(/[A-Z]/g)).size < 2
}

class Unreadable extends Error {}

const unreadable = (): never => {
  throw new Unreadable()
}

const parse = (text: string): Sum | undefined => {
  try {
    const tokens = tokensOf(text)
    const parser = new Parser(tokens)
    return parser.whole()
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

const token =
  /\s*(?:(?<number>\d+(?:\.\d+)?|\.\d+)|(?<command>\\[a-zA-Z]+|\\[ ,;!]|\\\{|\\\})|(?<name>[a-zA-Zα-ωΑ-Ω])|(?<mark>[+*/^√(){}-]))/gy

interface Token {
  readonly kind: "number" | "name" | "mark" | "frac" | "root"
  readonly text: string
}

const commands: Readonly<Record<string, Token | undefined>> = {
  "\\frac": { kind: "frac", text: "" },
  "\\dfrac": { kind: "frac", text: "" },
  "\\tfrac": { kind: "frac", text: "" },
  "\\sqrt": { kind: "root", text: "" },
  "\\pi": { kind: "name", text: "π" },
  "\\cdot": { kind: "mark", text: "*" },
  "\\times": { kind: "mark", text: "*" },
  "\\div": { kind: "mark", text: "/" }
}
const idle = new Set(["\\ ", "\\,", "\\;", "\\!", "\\left", "\\right", "\\displaystyle", "\\quad"])

const tokensOf = (raw: string): ReadonlyArray<Token> => {
  const text = raw
    .replace(/[−–]/g, "-")
    .replace(/[×·⋅∙]/g, "*")
    .replace(/÷/g, "/")
    .replace(/(?<!\\)pi(?![a-z])/g, "π")
    .trim()
  const tokens: Array<Token> = []
  token.lastIndex = 0
  let at = 0
  while (at < text.length) {
    token.lastIndex = at
    const groups = token.exec(text)?.groups
    if (groups === undefined) return unreadable()
    at = token.lastIndex
    const { command, mark, name, number } = groups
    if (number !== undefined) tokens.push({ kind: "number", text: number })
    else if (name !== undefined) tokens.push({ kind: "name", text: name })
    else if (mark === "√") tokens.push({ kind: "root", text: "√" })
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark === "{" ? "(" : mark === "}" ? ")" : mark })
    else if (command !== undefined && !idle.has(command)) tokens.push(commands[command] ?? unreadable())
  }
  return tokens.length === 0 ? unreadable() : tokens
}

class Parser {
  private at = 0
  private readonly tokens: ReadonlyArray<Token>

  constructor(tokens: ReadonlyArray<Token>) {
    this.tokens = tokens
  }

  whole(): Sum {
    const sum = this.sum()
    return this.at === this.tokens.length ? sum : unreadable()
  }

  private takes(mark: string): boolean {
    const next = this.tokens[this.at]
    if (next?.kind !== "mark" || next.text !== mark) return false
    this.at++
    return true
  }

  private sum(): Sum {
    let sum = this.signed()
    for (;;) {
      if (this.takes("+")) sum = add(sum, this.product())
      else if (this.takes("-")) sum = add(sum, negated(this.product()))
      else return sum
    }
  }

  private signed(): Sum {
    if (this.takes("-")) return negated(this.product())
    this.takes("+")
    return this.product()
  }

  private product(): Sum {
    let product = this.power()
    for (;;) {
      if (this.takes("*")) product = multiply(product, this.factor())
      else if (this.takes("/")) {
        product = multiply(product, inverse(this.factor()))
        // 1/2x may be meant either way.
        if (this.isAtFactor()) return unreadable()
      } else if (this.isAtFactor()) {
        // 2 1/4 and 2\frac{1}{4} are no products.
        const [before, next] = [this.tokens[this.at - 1], this.tokens[this.at]]
        if (next?.kind === "number" || (next?.kind === "frac" && before?.kind === "number")) return unreadable()
        product = multiply(product, this.power())
      } else return product
    }
  }

  private factor(): Sum {
    return this.takes("-") ? negated(this.power()) : this.power()
  }

  private isAtFactor(): boolean {
    const next = this.tokens[this.at]
    return next !== undefined && (next.kind !== "mark" || next.text === "(")
  }

  private power(): Sum {
    const base = this.atom()
    if (!this.takes("^")) return base
    const isNegative = this.takes("-")
    const exponent = constant(this.atom())
    if (exponent === undefined || exponent.d !== 1n) return unreadable()
    const power = Number(exponent.s * exponent.n)
    return raise(base, isNegative ? -power : power)
  }

  private atom(): Sum {
    const next = this.tokens[this.at++]
    switch (next?.kind) {
      case "number":
        return next.text.length > mostDigits ? unreadable() : number(decimalFraction(next.text))
      case "name":
        return new Map([[next.text, { coefficient: new Fraction(1), powers: new Map([[next.text, 1]]) }]])
      case "frac":
        return multiply(this.group(), inverse(this.group()))
      case "root":
        return root(constant(this.group()) ?? unreadable())
      case "mark": {
        if (next.text !== "(") return unreadable()
        const inner = this.sum()
        return this.takes(")") ? inner : unreadable()
      }
      case undefined:
        return unreadable()
    }
  }

  /** What a command takes: a group, or one digit or name; a number of several digits only behind the sign √. */
  private group(): Sum {
    const [before, next] = [this.tokens[this.at - 1], this.tokens[this.at]]
    if (next?.kind === "number" && next.text.length > 1 && before?.text !== "√") return unreadable()
    return this.atom()
  }
}

const keyOf = (powers: Powers): string =>
  [...powers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, power]) => `${name}^${power}`)
    .join(" ")

const sumOf = (terms: Iterable<Term>): Sum => {
  const sum = new Map<string, Term>()
  for (const term of terms) {
    const key = keyOf(term.powers)
    const known = sum.get(key)
    const coefficient = known === undefined ? term.coefficient : known.coefficient.add(term.coefficient)
    if (coefficient.n.toString().length > mostDigits || coefficient.d.toString().length > mostDigits) unreadable()
    if (coefficient.n === 0n) sum.delete(key)
    else sum.set(key, { coefficient, powers: term.powers })
    if (sum.size > mostTerms) unreadable()
  }
  return sum
}

const number = (value: Fraction): Sum => sumOf([{ coefficient: value, powers: new Map() }])

const constant = (sum: Sum): Fraction | undefined => {
  const [term] = sum.values()
  if (term === undefined) return new Fraction(0)
  return sum.size === 1 && term.powers.size === 0 ? term.coefficient : undefined
}

const add = (a: Sum, b: Sum): Sum => sumOf([...a.values(), ...b.values()])

const negated = (sum: Sum): Sum =>
  sumOf([...sum.values()].map(({ coefficient, powers }) => ({ coefficient: coefficient.neg(), powers })))

const multiply = (a: Sum, b: Sum): Sum =>
  sumOf([...a.values()].flatMap((one) => [...b.values()].map((other) => product(one, other))))

const product = (one: Term, other: Term): Term => {
  const powers = new Map(one.powers)
  let coefficient = one.coefficient.mul(other.coefficient)
  for (const [name, power] of other.powers) powers.set(name, (powers.get(name) ?? 0) + power)
  for (const [name, power] of powers) {
    if (Math.abs(power) > largestPower) unreadable()
    if (name.startsWith("√")) {
      // Two roots of one prime are the prime; under a fraction bar a root moves up.
      const whole = Math.floor(power / 2)
      if (whole !== 0) coefficient = coefficient.mul(new Fraction(BigInt(name.slice(1)), 1n).pow(whole))
      powers.set(name, power - 2 * whole)
    }
    if (powers.get(name) === 0) powers.delete(name)
  }
  return { coefficient, powers }
}

const inverse = (sum: Sum): Sum => {
  const [term] = sum.values()
  if (term === undefined || sum.size > 1) return unreadable()
  const powers = new Map([...term.powers].map(([name, power]) => [name, -power]))
  return sumOf([
    product({ coefficient: term.coefficient.inverse(), powers }, { coefficient: new Fraction(1), powers: new Map() })
  ])
}

const raise = (base: Sum, power: number): Sum => {
  const most = base.size > 1 ? largestPowerOfSum : largestPower
  if (Math.abs(power) > most) return unreadable()
  let result = number(new Fraction(1))
  const factor = power < 0 ? inverse(base) : base
  for (let times = 0; times < Math.abs(power); times++) result = multiply(result, factor)
  return result
}

/** The square root of a positive fraction: what comes out of it times the roots of primes that stay in. */
const root = (value: Fraction): Sum => {
  if (value.s < 0n) return unreadable()
  // √(a/b) is √(ab) / b.
  let rest = value.n * value.d
  if (rest === 0n) return number(new Fraction(0))
  if (rest > largestRoot) return unreadable()
  let outside = 1n
  const powers = new Map<string, number>()
  for (let prime = 2n; rest > 1n; prime++) {
    if (prime * prime > rest) prime = rest
    let times = 0
    for (; rest % prime === 0n; rest /= prime) times++
    outside *= prime ** BigInt(times >> 1)
    if (times % 2 === 1) powers.set(`√${prime}`, 1)
  }
  return sumOf([{ coefficient: new Fraction(outside, value.d), powers }])
}

const degree = ({ powers }: Term): number =>
  [...powers].reduce((sum, [name, power]) => sum + (name.startsWith("√") ? 0 : power), 0)

const written = (sum: Sum): string => {
  if (sum.size === 0) return "0"
  const terms = [...sum.values()].sort((a, b) => degree(b) - degree(a) || (keyOf(a.powers) < keyOf(b.powers) ? -1 : 1))
  return terms.map((term, at) => writtenTerm(term, at === 0)).join("")
}

const writtenTerm = ({ coefficient, powers }: Term, isFirst: boolean): string => {
  const sign = coefficient.s < 0n ? "-" : isFirst ? "" : "+"
  const radicand = [...powers].reduce((all, [name]) => (name.startsWith("√") ? all * BigInt(name.slice(1)) : all), 1n)
  const names = [...powers]
    .filter(([name]) => !name.startsWith("√"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, power]) => (power === 1 ? name : `${name}^${power}`))
    .join("")
  const symbols = `${radicand === 1n ? "" : `√${radicand}`}${names}`
  const size = exactNumber(coefficient.abs())
  return `${sign}${size === "1" && symbols !== "" ? "" : size}${symbols}`
}
