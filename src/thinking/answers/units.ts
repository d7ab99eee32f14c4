// Units of measure: one spelling of each, and what it is in base units, exactly.
import { Fraction } from "fraction.js"

/** What one of a unit is: a factor, and the powers of base units. */
export interface Measure {
  readonly factor: Fraction
  readonly dimensions: ReadonlyMap<string, number>
}

type Definition = readonly [factor: string, dimensions: string]

// Case tells symbols apart: mW and MW, g and G.
const prefixes: Readonly<Record<string, number>> = { n: -9, µ: -6, m: -3, c: -2, d: -1, h: 2, k: 3, M: 6, G: 9, T: 12 }
const prefixed: Readonly<Record<string, Definition>> = {
  m: ["1", "m"],
  g: ["1/1000", "kg"],
  s: ["1", "s"],
  A: ["1", "A"],
  mol: ["1", "mol"],
  L: ["1/1000", "m^3"],
  l: ["1/1000", "m^3"],
  Hz: ["1", "s^-1"],
  N: ["1", "kg m s^-2"],
  Pa: ["1", "kg m^-1 s^-2"],
  J: ["1", "kg m^2 s^-2"],
  W: ["1", "kg m^2 s^-3"],
  V: ["1", "kg m^2 s^-3 A^-1"],
  Ω: ["1", "kg m^2 s^-3 A^-2"],
  F: ["1", "kg^-1 m^-2 s^4 A^2"],
  C: ["1", "s A"],
  Wh: ["3600", "kg m^2 s^-2"]
}
const single: Readonly<Record<string, Definition>> = {
  K: ["1", "K"],
  min: ["60", "s"],
  h: ["3600", "s"],
  d: ["86400", "s"],
  week: ["604800", "s"],
  t: ["1000", "kg"],
  ha: ["10000", "m^2"],
  亩: ["2000/3", "m^2"],
  in: ["127/5000", "m"],
  ft: ["381/1250", "m"],
  yd: ["1143/1250", "m"],
  mi: ["201168/125", "m"],
  lb: ["45359237/100000000", "kg"],
  oz: ["45359237/1600000000", "kg"],
  斤: ["1/2", "kg"],
  里: ["500", "m"],
  "°": ["1", "°"],
  "°c": ["1", "°c"],
  "°f": ["1", "°f"]
}

const dimensionsOf = (text: string): ReadonlyMap<string, number> =>
  new Map(text.split(" ").map((part): [string, number] => [part.split("^")[0] ?? "", Number(part.split("^")[1] ?? 1)]))

const measures: ReadonlyMap<string, Measure> = new Map([
  ...Object.entries(prefixed).flatMap(([symbol, [factor, dimensions]]) => [
    [symbol, { factor: new Fraction(factor), dimensions: dimensionsOf(dimensions) }] as const,
    ...Object.entries(prefixes).map(
      ([prefix, power]) =>
        [
          `${prefix}${symbol}`,
          { factor: new Fraction(factor).mul(new Fraction(10).pow(power)), dimensions: dimensionsOf(dimensions) }
        ] as const
    )
  ]),
  ...Object.entries(single).map(
    ([symbol, [factor, dimensions]]) =>
      [symbol, { factor: new Fraction(factor), dimensions: dimensionsOf(dimensions) }] as const
  )
])

/** Words for units, in lower case, by their symbol. What has no measure is only ever the same as itself. */
const words: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: "$|usd|dollar|dollars|us dollars|美元|us$",
    元: "元|¥|yuan|rmb|cny|人民币|块|块钱|圆",
    "€": "€|euro|euros|eur|欧元",
    "£": "£|gbp|pound sterling|pounds sterling|英镑",
    m: "米|metre|metres|meter|meters",
    km: "千米|公里|kilometre|kilometres|kilometer|kilometers",
    dm: "分米|decimetre|decimeters|decimeter",
    cm: "厘米|centimetre|centimetres|centimeter|centimeters",
    mm: "毫米|millimetre|millimetres|millimeter|millimeters",
    in: "英寸|inch|inches",
    ft: "英尺|foot|feet",
    yd: "码|yard|yards",
    mi: "英里|mile|miles",
    ha: "公顷|hectare|hectares",
    kg: "千克|公斤|kilogram|kilograms|kilo|kilos|kgs",
    g: "克|gram|grams",
    mg: "毫克|milligram|milligrams",
    t: "吨|tonne|tonnes|metric ton|metric tons",
    lb: "磅|lbs|pound|pounds",
    oz: "盎司|ounce|ounces",
    s: "秒|秒钟|second|seconds|sec|secs",
    ms: "毫秒|millisecond|milliseconds",
    min: "分钟|minute|minutes|mins",
    h: "小时|时|个小时|hour|hours|hr|hrs",
    d: "天|日|day|days",
    week: "周|星期|个星期|weeks",
    L: "升|litre|litres|liter|liters",
    mL: "毫升|millilitre|millilitres|milliliter|milliliters",
    mol: "摩尔|mole|moles",
    N: "牛|牛顿|newton|newtons",
    J: "焦|焦耳|joule|joules",
    kJ: "千焦|kilojoule|kilojoules",
    W: "瓦|瓦特|watt|watts",
    kW: "千瓦|kilowatt|kilowatts",
    kWh: "千瓦时|kilowatt hour|kilowatt hours|kilowatt-hours",
    Pa: "帕|帕斯卡|pascal|pascals",
    kPa: "千帕|kilopascal|kilopascals",
    V: "伏|伏特|volt|volts",
    A: "安|安培|ampere|amperes|amp|amps",
    Ω: "欧|欧姆|ohm|ohms|\\omega",
    C: "库|库仑|coulomb|coulombs",
    Hz: "赫|赫兹|hertz",
    K: "开|开尔文|kelvin|kelvins",
    "°": "度|degree|degrees|\\circ|{\\circ}|\\degree",
    "°c": "°c|摄氏度|degrees celsius|degree celsius|celsius|\\circ c|\\circc|{\\circ}c",
    "°f": "°f|华氏度|degrees fahrenheit|fahrenheit",
    "m/s": "米/秒|米每秒|metres per second|meters per second",
    "km/h": "千米/时|千米/小时|公里/小时|公里每小时|千米每小时|kmh|kph|kilometers per hour|kilometres per hour",
    "mi/h": "mph|miles per hour|英里每小时"
  }).flatMap(([unit, others]) => others.split("|").map((other): [string, string] => [other, unit]))
)

const powers: ReadonlyArray<readonly [RegExp, number]> = [
  [/^(?:square|sq\.?) (.+)$/, 2],
  [/^cubic (.+)$/, 3],
  [/^平方(.+)$/, 2],
  [/^立方(.+)$/, 3],
  [/^(.+) squared$/, 2],
  [/^(.+) cubed$/, 3]
]

/** A symbol as it stands (its case counts), or a word for one in any case, also with a word for its power. */
const symbolOf = (said: string): string | undefined => {
  if (measures.has(said)) return said
  const lower = said.toLowerCase()
  const known = words.get(lower)
  if (known !== undefined) return known
  for (const [form, power] of powers) {
    const base = form.exec(lower)?.[1]
    const unit = base === undefined ? undefined : symbolOf(base)
    if (unit !== undefined) return `${unit}${power}`
  }
  return undefined
}

const part = /^(?<unit>.+?)(?:\^?\{?(?<power>-?[1-9])\}?)?$/

/** The parts of a product or quotient of units, each in its spelling; `undefined` where one of them is not known. */
const partsOf = (said: string): ReadonlyArray<readonly [unit: string, power: number]> | undefined => {
  const [over = "", ...under] = said.split(/\s?(?:\/|\bper\b|每)\s?/)
  const read = (product: string, sign: number) =>
    product.split(/\s?[·*.]\s?|(?<=[\dA-Za-zΩ}]) (?=[A-Za-zΩ])/).map((each) => {
      const groups = part.exec(each.trim())?.groups
      const whole = symbolOf(each.trim())
      if (whole !== undefined && measures.has(whole)) return [whole, sign] as const
      const unit = groups?.["unit"] === undefined ? undefined : symbolOf(groups["unit"])
      return unit === undefined ? undefined : ([unit, sign * Number(groups?.["power"] ?? 1)] as const)
    })
  const parts = [...read(over, 1), ...under.flatMap((each) => read(each.replace(/^\((.*)\)$/, "$1"), -1))]
  const known = parts.filter((each) => each !== undefined)
  return known.length === parts.length ? known : undefined
}

const spelled = (parts: ReadonlyArray<readonly [string, number]>): string => {
  const side = (sign: number) =>
    parts
      .filter(([, power]) => Math.sign(power) === sign)
      .map(([unit, power]) => (Math.abs(power) === 1 ? unit : `${unit}${Math.abs(power)}`))
      .join("·")
  const [over, under] = [side(1), side(-1)]
  return under === "" ? over : `${over === "" ? "1" : over}/${under}`
}

// Words of things that are counted: 12 boxes, 3 red apples. Anything else behind a number is maths or another thought.
const counted = /^(?:[\u3400-\u9fff]{1,8}|[a-z]{3,20}(?:[ -][a-z]{3,20}){0,2})$/
const notCounted =
  /\b(?:and|or|than|more|less|least|most|over|under|minus|plus|times|mod|the|not|from|pi|sqrt|dozen|bil|mil|million|percent|percentage|point|points|remainder|out|per|to)\b|[或和到至以余多第倍折成]|次方|次幂|分之/

/**
 * The unit that stands behind a number, in one spelling; empty for none. `undefined` where it is something else, with which the
 * whole is no plain number.
 */
export const unitOf = (behind: string): string | undefined => {
  const said = behind
    .trim()
    .replace(/^[[(](.{1,28})[\])]$/, "$1")
    .trim()
  if (said === "") return ""
  const symbol = symbolOf(said.replace(/\^(?=\{?\\)/g, ""))
  if (symbol !== undefined) return symbol
  const parts = partsOf(said)
  if (parts !== undefined) return spelled(parts)
  const lower = said.toLowerCase()
  return counted.test(lower) && !notCounted.test(lower) ? lower : undefined
}

/** What one of a unit, as `unitOf` spells it, is in base units; `undefined` for what is only counted. */
export const measureOf = (unit: string): Measure | undefined => {
  const whole = measures.get(unit)
  if (whole !== undefined) return whole
  let factor = new Fraction(1)
  const dimensions = new Map<string, number>()
  for (const [symbol, power] of partsOf(unit) ?? []) {
    const measure = measures.get(symbol)
    if (measure === undefined) return undefined
    factor = factor.mul(measure.factor.pow(power))
    for (const [base, times] of measure.dimensions) dimensions.set(base, (dimensions.get(base) ?? 0) + times * power)
  }
  for (const [base, power] of dimensions) if (power === 0) dimensions.delete(base)
  return dimensions.size === 0 ? undefined : { factor, dimensions }
}

/** Whether a bare number may stand for the same number with this unit: `5` for `5 kg`, never for `5°` or `5 in`. */
export const mayBeLeftOut = (unit: string): boolean =>
  unit.length > 1 ? !unit.startsWith("°") : /[^°"A-Za-z]|[mgshLNJWV]/.test(unit)
