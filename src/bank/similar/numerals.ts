// Chinese numerals as digits, so that 第一次 and 第1次, 一九四九年 and 1949年 are one wording.
const digits: ReadonlyMap<string, number> = new Map(
  [..."零一二三四五六七八九"].map((char, value): [string, number] => [char, value])
)
const digitOf = (char: string): number | undefined => (char === "〇" ? 0 : char === "两" ? 2 : digits.get(char))
const places: ReadonlyMap<string, number> = new Map([
  ["十", 10],
  ["百", 100],
  ["千", 1000]
])
const myriads: ReadonlyMap<string, number> = new Map([
  ["万", 1e4],
  ["亿", 1e8]
])

// A place without a digit before it is a word (千克, 百姓, 万有引力), but for 十.
const run = /[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*/g
const percent = /百分之(\d+(?:\.\d+)?)/g
const fraction = /(\d+)分之(\d+)/g

/** The text with its Chinese numerals in digits, percentages and fractions in signs. */
export const arabicNumerals = (text: string): string =>
  text
    .replace(run, (numeral) => String(valueOf(numeral) ?? numeral))
    .replace(percent, "$1%")
    .replace(fraction, "$2/$1")

// 一九四九 is read digit by digit, 一百二十 by places; anything else (三五十) is left as it is.
const valueOf = (numeral: string): string | undefined => {
  const chars = [...numeral]
  if (chars.every((char) => digitOf(char) !== undefined)) return chars.map(digitOf).join("")
  let total = 0
  let section = 0
  let digit: number | undefined
  for (const char of chars) {
    const value = digitOf(char)
    const place = places.get(char)
    const myriad = myriads.get(char)
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined
      digit = value
    } else if (place !== undefined) {
      section += (digit ?? 1) * place
      digit = undefined
    } else if (myriad !== undefined) {
      total = (total + section + (digit ?? 0)) * myriad
      section = 0
      digit = undefined
    }
  }
  return String(total + section + (digit ?? 0))
}
