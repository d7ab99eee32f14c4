const small = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
].flatMap((words) => words.split(" "))
const tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
const english: ReadonlyMap<string, number> = new Map([
  ...small.map((word, value) => [word, value] as const),
  ...tens.flatMap((word, ten) => (word === "" ? [] : [[word, ten * 10] as const]))
])
const scales: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000 }
const chinese = "零一二三四五六七八九"
const chineseScales: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 }
const longest = 80

/**
 * The text with the number word it begins with in digits (`twelve boxes` → `12 boxes`, `二十五` → `25`); `undefined` where it
 * begins with none. Below a hundred million.
 */
export const numberInWords = (text: string): string | undefined =>
  text.length > longest ? undefined : (inEnglish(text) ?? inChinese(text))

const inEnglish = (text: string): string | undefined => {
  const sign = /^(?:minus|negative) /i.exec(text)?.[0] ?? ""
  const words = text.slice(sign.length).split(/([ -])/)
  let total = 0
  let part: number | undefined
  let used = 0
  for (const [at, word] of words.entries()) {
    const lower = word.toLowerCase()
    if (lower === " " || lower === "-" || (lower === "and" && part !== undefined)) continue
    const value = english.get(lower)
    const scale = scales[lower]
    if (value !== undefined) part = (part ?? 0) + value
    else if (scale === 100 && part !== undefined) part *= 100
    else if (scale !== undefined && part !== undefined) {
      total += part * scale
      part = 0
    } else break
    used = at + 1
  }
  if (part === undefined) return undefined
  return `${sign === "" ? "" : "-"}${total + part}${words.slice(used).join("")}`
}

const inChinese = (text: string): string | undefined => {
  const share = /^(负?)([零一二三四五六七八九十百千万两\d]{1,12})分之([零一二三四五六七八九十百千万两\d]{1,12})$/.exec(
    text
  )
  if (share !== null) {
    const [bottom, top] = [share[2] ?? "", share[3] ?? ""].map((part) =>
      /^\d+$/.test(part) ? part : part === "百" ? "100" : inChinese(part)
    )
    return bottom === undefined || top === undefined ? undefined : `${share[1] === "" ? "" : "-"}${top}/${bottom}`
  }
  const said = /^(负?)([零一二三四五六七八九十百千万两]{1,12})/.exec(text)
  if (said === null) return undefined
  let total = 0
  let section = 0
  let digit: number | undefined
  for (const sign of (said[2] ?? "").replace(/两/g, "二")) {
    const value = chinese.indexOf(sign)
    if (value === 0) continue
    if (value > 0) {
      // 一九四九: digits one after the other are no number word.
      if (digit !== undefined) return undefined
      digit = value
    } else if (sign === "万") {
      total += (section + (digit ?? 0)) * 10_000
      section = 0
      digit = undefined
    } else {
      section += (digit ?? 1) * (chineseScales[sign] ?? 0)
      digit = undefined
    }
  }
  return `${said[1] === "" ? "" : "-"}${total + section + (digit ?? 0)}${text.slice(said[0].length)}`
}
