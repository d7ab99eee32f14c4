// The places of a title where an answer goes: `____`, `（ ）`, `[空1]`, `①____`, `____（第一空）`. Half-width forms are
// expected.

/** Stands for a blank. */
export const blankMark = "\u2581"

/** A title with `blankMark` in the places of its blanks, and how many there are. */
export interface Blanks {
  readonly text: string
  readonly count: number
}

const openBrackets = /（[ \u3000]*）|\([ \u3000]+\)(?!函数|方法|语句|命令|过程)|【[ \u3000]*】|\[[ \u3000]+\]/g

/** Marks the brackets that are blanks beyond doubt, before width and spaces are unified: wide ones, and those that hold a space. */
export const markOpenBrackets = (title: string): string => title.replace(openBrackets, blankMark)

const mayBeBlank = /[_([{\u2581]/
// Narrow brackets behind a name are a call or an array: `main()`, `int a[]`.
const blank =
  /_{2,}|(?<![a-z0-9])\(\)|(?<=(?<![a-z])(?:is|are|was|were|be|of|to|in|on|at|for|by|the|an?|and|with|from|as))\(\)|(?<!^|[a-z0-9\])}=])\[\]|(?<!^|[a-z0-9\])}=])\{\}|(?<![a-z0-9])_(?![a-z0-9])/gi
const numeral = "(?:\\d{1,2}|[一二三四五六七八九十]{1,3})"
const ordinal = `[[({](?:第${numeral}个?空|(?:填?空|空格|blank)[_ ]?${numeral})[\\])}]`
const named = new RegExp(ordinal, "gi")
const namedBlank = new RegExp(`\u2581\\s*${ordinal}|${ordinal}\\s*\u2581`, "gi")
const mayBeNamed = /空|blank/i
const label = "(?:\\(\\d{1,2}\\)|\\[\\d{1,2}\\]|\\d{1,2}|[\u2460-\u2473])"
const wedged = new RegExp(`\u2581${label}\u2581`, "g")
const before = new RegExp(`(\\(\\d{1,2}\\)|[\u2460-\u2473])\u2581`, "g")

/** Finds the blanks of a title; what only numbers them goes. */
export const markBlanks = (title: string): Blanks => {
  if (!mayBeBlank.test(title)) return { text: title, count: 0 }
  let text = title.replace(blank, blankMark)
  if (mayBeNamed.test(text)) text = text.replace(namedBlank, blankMark).replace(named, blankMark)
  if (!text.includes(blankMark)) return { text, count: 0 }
  text = text.replace(wedged, blankMark)
  const labels = [...text.matchAll(before)].map(([, label = ""]) => numberOf(label))
  const count = text.split(blankMark).length - 1
  if (labels.length === count && count > 1 && labels.every((number, at) => number === at + 1)) {
    text = text.replace(before, blankMark)
  }
  return { text, count }
}

const numberOf = (label: string): number => {
  const code = label.charCodeAt(0)
  return code >= 0x2460 && code <= 0x2473 ? code - 0x245f : Number(label.slice(1, -1))
}
