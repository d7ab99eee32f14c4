/** Spellings of one unit, in lower case, as `unitOf` finds them. */
const spellings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: "usd|dollar|dollars|us dollars|美元",
    元: "¥|yuan|rmb|cny|人民币|块|块钱|圆",
    "€": "euro|euros|eur|欧元",
    "£": "pound|pounds|gbp|英镑",
    m: "米|metre|metres|meter|meters",
    km: "千米|公里|kilometre|kilometres|kilometer|kilometers",
    cm: "厘米|centimetre|centimetres|centimeter|centimeters",
    mm: "毫米|millimetre|millimetres|millimeter|millimeters",
    m2: "平方米|square metres|square meters",
    cm2: "平方厘米|square centimetres|square centimeters",
    m3: "立方米|cubic metres|cubic meters",
    cm3: "立方厘米|cubic centimetres|cubic centimeters",
    kg: "千克|公斤|kilogram|kilograms",
    g: "克|gram|grams",
    s: "秒|秒钟|second|seconds|sec",
    min: "分钟|minute|minutes|mins",
    h: "小时|hour|hours|hr|hrs",
    l: "升|litre|litres|liter|liters",
    ml: "毫升|millilitre|millilitres|milliliter|milliliters",
    "°": "度|degree|degrees|\\circ|{\\circ}|\\degree",
    "°c": "摄氏度|degrees celsius|\\circ c|\\circc",
    "m/s": "米/秒|米每秒|metres per second|meters per second",
    "km/h": "千米/时|千米/小时|公里/小时|公里每小时|千米每小时|kmh|kph"
  }).flatMap(([unit, others]) => others.split("|").map((other): [string, string] => [other, unit]))
)

// Words, with powers and quotients of them. Anything else behind a number is maths: `2π`, `5!`, `3)`.
const word = String.raw`[a-zµω°]{1,20}[23]?`
const isUnit = new RegExp(`^(?:[\\u3400-\\u9fff]{1,12}|[°$€£¥]|${word}(?: ?[·*/ -] ?${word}){0,4})$`)
// A letter that stands for an unknown or a constant, and words that join two answers.
const isName = /^(?:[bdefiopqruxyz]|pi|or|and)$|\b(?:or|and|pi|sqrt|to)\b|或|和|到|至/
// Units when they stand apart from their number (`5 N`), else as likely names (`5n`).
const isAmbiguous = /^[acknt]$/

/**
 * The unit that stands behind a number, in one spelling; empty for none. `undefined` where it is something else, with which the
 * whole is no plain number.
 */
export const unitOf = (behind: string): string | undefined => {
  const said = behind
    .trim()
    .replace(/^[[(](.{1,28})[\])]$/, "$1")
    .replace(/\^(?=[{\\23])/g, "")
    .trim()
  if (said === "") return ""
  const known = spellings.get(said)
  if (known !== undefined) return known
  return !isUnit.test(said) || isName.test(said) || (isAmbiguous.test(said) && !behind.startsWith(" "))
    ? undefined
    : said
}
