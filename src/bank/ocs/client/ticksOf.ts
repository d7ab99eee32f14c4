// What a client ticks or fills in for an answer: a model of the rules of both lines, so that an answer can be tried before it is sent.
import { type ClientLine, lettersIn, normalised, partsOf, textRulesOf } from "./lines.ts"
import { alike, type Effort, similarity } from "./similarity.ts"

/** The kinds of questions that the client ticks or fills in by itself. */
export type TickedType = "single" | "multiple" | "judgement"

/**
 * The places (from 0) of the options that the client of this page ticks; none where it finds nothing, `undefined` where the page is so
 * large that trying would take too long.
 */
export const ticksOn = (
  page: ClientPage,
  type: TickedType,
  answer: string,
  effort: Effort
): ReadonlyArray<number> | undefined => {
  const isOld = page.line === "4.9"
  const ticks =
    type === "judgement" || (type === "single" && !isOld && isJudgementPage(page))
      ? judgement(page, answer)
      : type === "single"
        ? (isOld ? singleOf49 : singleOf414)(page, answer, effort)
        : (isOld ? multipleOf49 : multipleOf414)(page, answer, effort)
  return effort.left < 0 ? undefined : ticks
}

/** What a client fills into this many boxes; `undefined` where it fills in nothing. */
export const fillsOf = (line: ClientLine, boxes: number, answer: string): ReadonlyArray<string> | undefined => {
  const parts = partsOf(line, answer)
  if (parts.length === 0) return undefined
  return parts.length === boxes ? parts : boxes === 1 ? [parts.join(" ")] : undefined
}

/** A page as a client of a line reads it; what it compares is made when it is needed. */
export class ClientPage {
  readonly line: ClientLine
  readonly options: ReadonlyArray<string>
  /** without letters */
  readonly texts: ReadonlyArray<string>
  #bare: ReadonlyArray<string> | undefined
  #compared: ReadonlyArray<string> | undefined
  #normalised: ReadonlyArray<string> | undefined

  constructor(line: ClientLine, options: ReadonlyArray<string>) {
    this.line = line
    this.options = options
    this.texts = options.map(textRulesOf(line).withoutLetter)
  }

  /** The clients take letters off twice, before they compare with an answer. */
  get bare(): ReadonlyArray<string> {
    return (this.#bare ??= this.texts.map(textRulesOf(this.line).withoutLetter))
  }
  /** As they are compared for likeness. */
  get compared(): ReadonlyArray<string> {
    return (this.#compared ??= this.bare.map(textRulesOf(this.line).compared))
  }
  /** As they are compared for being the same. */
  get normalised(): ReadonlyArray<string> {
    return (this.#normalised ??= this.bare.map(normalised))
  }
}

/** The answer's parts as they are compared with the options. */
const comparedParts = ({ line }: ClientPage, parts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { compared, withoutLetter } = textRulesOf(line)
  return parts.map((part) => compared(withoutLetter(part)))
}

/** How alike each option is to the part that is most like it. */
const ratings = (page: ClientPage, parts: ReadonlyArray<string>, effort: Effort): ReadonlyArray<number> => {
  const said = comparedParts(page, parts)
  return page.compared.map((option) => {
    if (option.trim() === "") return 0
    let best = 0
    for (const part of said) {
      if (part === option) return 1
      best = Math.max(best, similarity(option, part, effort))
    }
    return best
  })
}

const mostAlike = (page: ClientPage, parts: ReadonlyArray<string>, effort: Effort): number | undefined => {
  let [best, place]: [number, number | undefined] = [alike, undefined]
  for (const [at, rating] of ratings(page, parts, effort).entries()) {
    if (rating > best) [best, place] = [rating, at]
  }
  return place
}

const firstOf = (page: ClientPage, place: number): number => page.options.indexOf(page.options[place] ?? "")

const oneLine = (answer: string): string => answer.replace(/\n/g, "").trim()

// ------------------------------------------------------------------------------------------------------------------ single

const singleOf49 = (page: ClientPage, answer: string, effort: Effort): ReadonlyArray<number> => {
  const place = mostAlike(page, partsOf("4.9", answer), effort)
  if (place !== undefined) return [place]
  const letter = oneLine(answer)
  const byLetter = /^[A-Z]$/.test(letter) ? letter.charCodeAt(0) - 65 : -1
  return byLetter >= 0 && byLetter < page.options.length ? [byLetter] : []
}

const singleOf414 = (page: ClientPage, answer: string, effort: Effort): ReadonlyArray<number> => {
  const parts = partsOf("4.14", answer)
  const same = sameOrContained(page, parts)[0]?.place ?? mostAlike(page, parts, effort)
  if (same !== undefined) return [firstOf(page, page.texts.indexOf(page.texts[same] ?? ""))]
  for (const part of parts) {
    const letter = lettersIn("4.14", oneLine(part))
    const place = letter?.length === 1 ? letter.charCodeAt(0) - 65 : -1
    if (place >= 0 && place < page.options.length) return [firstOf(page, place)]
  }
  return parts.length > 1 ? singleOf414(page, parts.join(""), effort) : []
}

interface Found {
  readonly place: number
  /** 1: the first part that has it is the option; 0.8: it holds more. */
  readonly rating: number
}

/** The options that a part of the answer is, or contains: those first that it is. */
const sameOrContained = (page: ClientPage, parts: ReadonlyArray<string>): ReadonlyArray<Found> => {
  const { withoutLetter } = textRulesOf(page.line)
  const said = parts.map((part) => normalised(withoutLetter(part)))
  const [same, contained]: [Array<Found>, Array<Found>] = [[], []]
  for (const [place, option] of page.normalised.entries()) {
    if (option === "") continue
    const first = said.find((part) => part.includes(option))
    if (first === undefined) continue
    ;(said.includes(option) ? same : contained).push({ place, rating: first === option ? 1 : 0.8 })
  }
  return [...same, ...contained]
}

// ---------------------------------------------------------------------------------------------------------------- multiple

const multipleOf49 = (page: ClientPage, answer: string, effort: Effort): ReadonlyArray<number> => {
  const parts = partsOf("4.9", answer)
  const contained = page.texts.flatMap((text, place) => (parts.some((part) => part.includes(text)) ? [place] : []))
  const rated = ratings(page, parts, effort)
  const similar = rated.flatMap((rating, place) => (rating > alike ? [place] : []))
  const sum = similar.reduce((total, place) => total + (rated[place] ?? 0), 0)
  const found = contained.length > sum ? contained : similar
  return found.length > 0 ? found : byLetters(page, answer)
}

const multipleOf414 = (page: ClientPage, answer: string, effort: Effort): ReadonlyArray<number> => {
  const parts = partsOf("4.14", answer)
  const same = withoutLookalikes(page, sameOrContained(page, parts).map(firstWithText(page)), effort)
  const similar = withoutLookalikes(
    page,
    ratings(page, parts, effort).flatMap((rating, place) => (rating > alike ? [{ place, rating }] : [])),
    effort
  )
  // In this order of sums, for 100 + 0.8 - 100 - 0.8 is not nothing.
  const isMore = 100 * same.length + sumOf(same) - 100 * similar.length - sumOf(similar) < 0
  const found = isMore ? similar : same
  return found.length > 0 ? [...new Set(found.map(({ place }) => firstOf(page, place)))] : byLetters(page, answer)
}

const firstWithText =
  (page: ClientPage) =>
  ({ place, rating }: Found): Found => ({ place: page.texts.indexOf(page.texts[place] ?? ""), rating })

const sumOf = (found: ReadonlyArray<Found>): number => found.reduce((total, { rating }) => total + rating, 0)

// Of options that are alike only the best stays, the first of equals: it takes "用电", "用水" and "用气" for one answer.
const withoutLookalikes = (page: ClientPage, found: ReadonlyArray<Found>, effort: Effort): ReadonlyArray<Found> => {
  // With one another they are compared without their first letter only.
  const texts = found.length < 2 ? [] : page.texts.map(normalised)
  const gone = new Set<number>()
  for (const [at, one] of found.entries()) {
    for (let next = at + 1; next < found.length && !gone.has(at); next++) {
      const other = found[next]
      if (other === undefined || gone.has(next)) continue
      if (similarity(texts[one.place] ?? "", texts[other.place] ?? "", effort) <= alike) continue
      gone.add(one.rating >= other.rating ? next : at)
    }
  }
  return found.filter((_, at) => !gone.has(at))
}

const byLetters = (page: ClientPage, answer: string): ReadonlyArray<number> => {
  const text = oneLine(answer)
  if (lettersIn(page.line, text) === undefined) return []
  const places = Array.from(text, (letter) => letter.charCodeAt(0) - 65)
  const found = places.filter((place) => place >= 0 && place < page.options.length)
  // 4.14 looks the option up by its text once more.
  return [...new Set(page.line === "4.14" ? found.map((place) => firstOf(page, place)) : found)]
}

// --------------------------------------------------------------------------------------------------------------- judgement

const rightWords = new Set("是 对 正确 确定 √ 对的 是的 正确的 true t yes 1".split(" "))
const wrongWords = new Set("非 否 错 错误 × x 错的 不对 不正确的 不正确 不是 不是的 false f no 0".split(" "))

const valueOf = ({ line }: ClientPage, text: string): boolean | undefined => {
  const { judged, withoutLetter } = textRulesOf(line)
  const word = judged(withoutLetter(text))
  return rightWords.has(word) ? true : wrongWords.has(word) ? false : undefined
}

const isJudgementPage = (page: ClientPage): boolean => {
  if (page.options.length !== 2) return false
  const values = page.options.map((option) => valueOf(page, option))
  return values.includes(true) && values.includes(false)
}

const judgement = (page: ClientPage, answer: string): ReadonlyArray<number> => {
  const value = answer.trim() === "" ? undefined : valueOf(page, answer)
  const place = value === undefined ? -1 : page.options.findIndex((option) => valueOf(page, option) === value)
  return place < 0 ? [] : [place]
}
