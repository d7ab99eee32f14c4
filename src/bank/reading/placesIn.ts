// From one expression ("B", "A、C", "B（上海）", "A. 地球 C. 火星", "地球和火星") to the places of the options it names. The
// whole of it has to be understood: an expression that holds anything else names none.
import { nfc, nfkc } from "../../platform/normalForms.ts"
import { optionKey, unified } from "../normalise.ts"
import { optionsIn, type TextForm } from "./optionForms.ts"
import { placeOfText, placeOfWords, withoutPlace } from "./placeOfText.ts"
import { undressings, withoutEnd } from "./undressed.ts"

/** How an author uses letters and numbers. */
export interface ReadingRules {
  /** What a letter stands for that is the text of an option, too: that option, or the place. "texts" by default. */
  readonly letters?: "texts" | "places"
  /** Whether numbers stand for places even where the options are numbers: a column of indexes. "texts" by default. */
  readonly numbers?: "texts" | "places"
  /** The number of the first option; 1 by default. */
  readonly firstNumber?: 0 | 1
  /** The places of letters that are not in their order: columns A, B and D. */
  readonly placeOfLetter?: ReadonlyMap<string, number>
}

/** Places of options (from 0), in the order said, repeats kept; and whether a letter or number alone named one of them. */
export interface Places {
  readonly places: ReadonlyArray<number>
  readonly by: "text" | "place"
}

/** Longest expression that is taken apart, in characters. */
const longest = 8000

/** The places that an expression names; `undefined` where it names none, or something beside them. */
export const placesIn = (
  options: ReadonlyArray<string>,
  expression: string,
  rules: ReadingRules = {}
): Places | undefined => {
  if (options.length === 0) return undefined
  for (const text of undressings(expression)) {
    const places = read(options, text, rules)
    if (places !== undefined) return places
  }
  const most = options.reduce((total, { length }) => total + 2 * length + 16, 64)
  if (expression.length > Math.min(longest, most)) return undefined
  for (const text of undressings(expression)) {
    const places = takenApart(options, text, rules)
    if (places !== undefined) return places
  }
  for (const text of undressings(expression)) {
    const place = nearLetter(options, text, rules)
    if (place !== undefined) return byText(place)
  }
  return undefined
}

const byText = (place: number): Places => ({ places: [place], by: "text" })

const read = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined => {
  if (rules.letters === "places" || rules.numbers === "places") {
    const places = rules.letters === "places" ? lettersIn(options, text, rules) : undefined
    const numbers = rules.numbers === "places" ? numbersIn(options, text, rules) : undefined
    if (places !== undefined || numbers !== undefined) return places ?? numbers
  }
  const whole = placeOfText(options, text) ?? placeOfWords(options, text)
  if (whole !== undefined) return byText(whole)
  return lettered(options, text) ?? lettersIn(options, text, rules) ?? numbersIn(options, text, rules)
}

const letterPlace = (letter: string, { placeOfLetter }: ReadingRules): number =>
  placeOfLetter === undefined
    ? letter.toUpperCase().charCodeAt(0) - 65
    : (placeOfLetter.get(letter.toUpperCase()) ?? Number.POSITIVE_INFINITY)

/** "B. 上海", "B 上海", "B（上海）", "上海（B）": the text decides, whatever letter stands at it. */
const lettered = (options: ReadonlyArray<string>, text: string): Places | undefined => {
  const [, rest] = splitLetter(text) ?? []
  if (rest === undefined) return undefined
  for (const bare of undressings(rest)) {
    const whole = placeOfText(options, bare) ?? placeOfWords(options, bare)
    if (whole !== undefined) return byText(whole)
  }
  return undefined
}

/** "B. 上海市" for the option 上海: the letter helps where letter and text agree but for a word more or less. */
const nearLetter = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): number | undefined => {
  const [letter = "", rest = ""] = splitLetter(text) ?? []
  const place = letterPlace(letter, rules)
  const [key = "", wanted] = [optionsIn(optionKey, options).texts[place], optionKey(rest)]
  if (key.length < 2 || wanted.length < 2 || !(key.includes(wanted) || wanted.includes(key))) return undefined
  const namesAnother = optionsIn(optionKey, options).texts.some(
    (other, at) => at !== place && other !== key && wanted.includes(other)
  )
  return namesAnother || /[A-Z][.、．:：)）]/.test(rest) ? undefined : place
}

const letterAndText = /^[([（【［]?([A-Za-zＡ-Ｚａ-ｚ])(?:[.、．:：)\]）】］,，]\s*|\s+|(?=[(（【[「“"]))(.+)$/s
const textAndLetter = /^(.+?)\s*[(（【[]\s*([A-ZＡ-Ｚ])\s*[)）】\]]$/s

const splitLetter = (text: string): readonly [letter: string, rest: string] | undefined => {
  const before = letterAndText.exec(text)
  if (before?.[1] !== undefined && before[2] !== undefined) return [before[1].normalize("NFKC"), before[2]]
  const after = textAndLetter.exec(text)
  return after?.[1] === undefined || after[2] === undefined ? undefined : [after[2].normalize("NFKC"), after[1]]
}

const between = /[\s,，、.。．;；:：#|&+/()（）[\]【】{}"'“”*]+|以及|和|与|及|and|→|->|=+|-+|>|---/gi

/** "C", "AC", "A,C", "A C", "C、A", "Ｂ", "(A)(C)", "C→A→B": letters that are places, and nothing else. */
const lettersIn = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined => {
  if (text.length > 400) return undefined
  const plain = nfkc(text)
  if (!/[A-Za-z]/.test(plain)) return undefined
  // A-D may be all from A to D
  if (/^\s*[A-Z]\s*[-~—]\s*[A-Z]\s*$/.test(plain)) return undefined
  // "C+" is no letter with a mark behind it
  if (!/^[(（[【]?(?:选项|option\s*)?[A-Za-z]/i.test(plain) || !/[A-Za-z](?:选?项)?[)）\]】]?$/.test(plain))
    return undefined
  const letters = plain
    .split(between)
    .map((part) => part.replace(/^(?:选项|option)\s*/i, "").replace(/(?:选项|项)$/, ""))
    .filter((part) => part !== "")
  const isApart = letters.every((part) => part.length === 1)
  const joined = letters.join("")
  if (
    !/^[A-Z]+$/.test(joined) &&
    !(isApart && /^[a-z]+$/.test(joined)) &&
    !(isRising(joined) && letters.length === 1)
  ) {
    return undefined
  }
  const texts = rules.letters === "places" ? undefined : textsOfLetters(options, joined)
  // "A. D": the option D, if options are letters
  if (texts !== undefined && /[A-Za-z]\s*[.．、:：)）]\s*[A-Za-z]/.test(plain)) return undefined
  const places = texts ?? Array.from(joined, (letter) => letterPlace(letter, rules))
  if (places.length === 0 || places.some((place) => place >= options.length)) return undefined
  // "AAB" glued is no list of letters, "A,A,B" is one: the blanks of a cloze.
  if (!isApart && new Set(places).size !== places.length) return undefined
  return { places, by: "place" }
}

/** The options that these letters are ("D", "C", "B", "A"); `undefined` where one is none: then all are places. */
const textsOfLetters = (options: ReadonlyArray<string>, letters: string): ReadonlyArray<number> | undefined => {
  const found = Array.from(letters, (letter) => options.indexOf(letter))
  return found.includes(-1) ? undefined : found
}

// "acd": a word is seldom written in the order of the alphabet, without a letter twice.
const isRising = (text: string): boolean =>
  /^[a-h]{2,8}$/.test(text) && Array.from(text).every((letter, at) => at === 0 || letter > (text[at - 1] ?? ""))

const circled = "①②③④⑤⑥⑦⑧⑨⑩"
const chinese = "一二三四五六七八九十"
const number = /^(?:第|选项|option\s*|no\.?\s*)?(?:(\d{1,2})|([①-⑩])|([一二三四五六七八九十]))(?:个|项|选项)?$/i

/** "2", "1,3", "第二项", "②": numbers of places, where no option is a number itself. */
const numbersIn = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined => {
  if (text.length > 200) return undefined
  const first = rules.firstNumber ?? 1
  const parts = text.split(/[\s,，、;；#|]+/).filter((part) => part !== "")
  const numbers = parts.map((part) => {
    const [, digits, circle, word] = number.exec(part) ?? []
    if (digits !== undefined) return Number(digits) - first
    if (circle !== undefined) return circled.indexOf(circle)
    // 一 alone may be a word; 第一项 is a place
    return word !== undefined && part.length > 1 ? chinese.indexOf(word) : -1
  })
  if (numbers.length === 0 || numbers.some((place) => place < 0 || place >= options.length)) return undefined
  const areNumbered = options.every((option, place) => withoutPlace(option, place) !== option)
  if (rules.numbers !== "places" && !areNumbered && options.some(beginsWithNumber)) return undefined
  return { places: numbers, by: "place" }
}
const beginsWithNumber = (option: string): boolean => /^[-+±<>≤≥=约]?\s*[\d①-⑩]/.test(nfc(option))

/** Several options in one text: glued, joined by any marks or words, with or without their letters. */
const takenApart = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined =>
  byParts(options, text, rules) ?? bySegments(options, text, rules)

// "A.地球\nC.火星", "北京###广州", "北京; 广州": every part is read by itself.
const separators: ReadonlyArray<RegExp> = [/###|===|---/, /[\r\n]+/, /[#|]/, /[;；]/, /[,，、]/]

const byParts = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined => {
  for (const separator of separators) {
    const parts = text
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== "")
    if (parts.length < 2 || parts.length > 500) continue
    const found: Array<Places> = []
    for (const part of parts) {
      const places = readPart(options, part, rules)
      if (places === undefined) break
      found.push(places)
    }
    if (found.length === parts.length) return joinedPlaces(found)
  }
  return undefined
}

const readPart = (options: ReadonlyArray<string>, part: string, rules: ReadingRules): Places | undefined => {
  for (const text of undressings(part)) {
    const places = read(options, text, rules)
    if (places !== undefined) return places
  }
  return undefined
}

/** The places that several parts name, each by itself; letters among which one is no option are places all of them. */
export const placesInAll = (
  options: ReadonlyArray<string>,
  parts: ReadonlyArray<string>,
  rules: ReadingRules
): Places | undefined => {
  if (parts.length > 1 && parts.every((part) => /^\s*[A-Z]\s*$/.test(part))) {
    return lettersIn(options, parts.join(","), rules)
  }
  const found: Array<Places> = []
  for (const part of parts) {
    const places = placesIn(options, part, rules)
    if (places === undefined) return undefined
    found.push(places)
  }
  return joinedPlaces(found)
}

/** Places of several parts as those of one. */
const joinedPlaces = (found: ReadonlyArray<Places>): Places => ({
  places: found.flatMap(({ places }) => places),
  by: found.every(({ by }) => by === "text") ? "text" : "place"
})

// "北京广州", "A. 地球 C. 火星", "地球和火星": the text as options one after the other, with nothing but idle marks between them.
// Of several ways to take it apart the one with the fewest options counts, if it is one.
const mostToSegment = 60_000

const bySegments = (options: ReadonlyArray<string>, text: string, rules: ReadingRules): Places | undefined => {
  if (options.length > 100 || text.length > 2000 || options.length * text.length > mostToSegment) return undefined
  for (const form of [compact, compactInLowerCase, compactWithoutPlace]) {
    const { areDistinct, texts } = optionsIn(form, options)
    if (!areDistinct || texts.includes("")) return undefined
    const found = segments(texts, form(text), rules, form !== compactInLowerCase)
    if (found !== undefined) return found
  }
  return undefined
}

const compact: TextForm = (text) => {
  const line = unified(text).replace(/\s+/g, "")
  return withoutEnd(line, ".;,") || line
}
const compactInLowerCase: TextForm = (text) => compact(text).toLowerCase()
const compactWithoutPlace: TextForm = (text, place) => compact(withoutPlace(text, place))

interface Way {
  readonly places: ReadonlyArray<number>
  readonly by: Places["by"]
  readonly isSure: boolean
  /** What it begins with: whether another option may stand right before it. */
  readonly head: "end" | "mark" | "lettered" | "long" | "short"
}

const letterBefore = /^[([]?([A-Z])[.,:)\]]?/
const idleAt = /^(?:以及|还有|and|[\s,.;:#|&/和与及"'()[\]])/

const segments = (
  keys: ReadonlyArray<string>,
  text: string,
  rules: ReadingRules,
  mayHaveLetters: boolean
): Places | undefined => {
  const ways: Array<Way | undefined> = Array(text.length + 1).fill(undefined)
  ways[text.length] = { places: [], by: "text", isSure: true, head: "end" }
  const better = (one: Way | undefined, other: Way | undefined): Way | undefined => {
    if (one === undefined || other === undefined) return one ?? other
    if (one.places.length !== other.places.length) return one.places.length < other.places.length ? one : other
    const isSame = one.places.every((place, at) => place === other.places[at])
    return isSame ? one : { ...one, isSure: false }
  }
  // Options of one character are not glued to one another: "13" is not 1 and 3.
  const followed = (end: number, place: number, head: Way["head"]): Way | undefined => {
    const rest = ways[end]
    const isGlued = rest?.head === "short" || (rest?.head === "long" && (keys[place]?.length ?? 0) < 2)
    return rest === undefined || isGlued ? undefined : { ...rest, places: [place, ...rest.places], head }
  }
  for (let at = text.length - 1; at >= 0; at--) {
    let best: Way | undefined
    const mark = mayHaveLetters ? letterBefore.exec(text.slice(at, at + 3)) : null
    for (const [place, key] of keys.entries()) {
      if (text.startsWith(key, at))
        best = better(best, followed(at + key.length, place, key.length > 1 ? "long" : "short"))
      // the text decides, whatever letter stands before it
      if (mark !== null && text.startsWith(key, at + mark[0].length)) {
        best = better(best, followed(at + mark[0].length + key.length, place, "lettered"))
      }
    }
    const idle = at === 0 ? undefined : idleAt.exec(text.slice(at, at + 3))?.[0]
    const rest = idle === undefined ? undefined : ways[at + idle.length]
    if (rest !== undefined && rest.head !== "end") best = better(best, { ...rest, head: "mark" })
    // A letter between options is a place of its own.
    if (best === undefined && mark !== null) {
      const place = letterPlace(mark[1] ?? "", rules)
      const way = place < keys.length ? followed(at + mark[0].length, place, "short") : undefined
      if (way !== undefined) best = { ...way, by: "place" }
    }
    ways[at] = best
  }
  const whole = ways[0]
  return whole?.isSure === true && whole.places.length > 0 ? whole : undefined
}
