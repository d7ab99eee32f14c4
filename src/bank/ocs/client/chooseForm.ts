// In which form an answer is sent, so that the client ticks it: each form is tried by the rules of both lines before one is sent.
import { splitBlanks } from "../../reading/readBlanks.ts"
import { clientLines, type ClientLine, partsOf } from "./lines.ts"
import type { Effort } from "./similarity.ts"
import { ClientPage, fillsOf, type TickedType, ticksOn } from "./ticksOf.ts"

/** What comes of a form in one line: the right ticks, none, or wrong ones (of which too few are some). */
export type Outcome = "right" | "nothing" | "wrong"

/** An answer to be ticked: places (from 0) among the options as the page has them. */
export interface TickedAnswer {
  readonly type: TickedType
  readonly options: ReadonlyArray<string>
  readonly places: ReadonlyArray<number>
}

/** Most characters compared for one answer, and most of a page that is looked at for each of its right options: some milliseconds. */
const mostEffort = 100_000
const largestPage = 60_000

/** What a client makes of a form; `undefined` where the page is too large to try. */
export const outcomeOf = (
  line: ClientLine,
  answer: TickedAnswer,
  form: string,
  effort: Effort = { left: mostEffort }
): Outcome | undefined => outcomeOn(new ClientPage(line, answer.options), answer, form, effort)

const outcomeOn = (
  page: ClientPage,
  { options, places, type }: TickedAnswer,
  form: string,
  effort: Effort
): Outcome | undefined => {
  const ticks = ticksOn(page, type, form, effort)
  if (ticks === undefined) return undefined
  if (ticks.length === 0) return "nothing"
  // Of two options with the same text either is right.
  const isWanted = (place: number): boolean => places.some((wanted) => options[wanted] === options[place])
  const isTicked = (place: number): boolean => ticks.some((ticked) => options[ticked] === options[place])
  return ticks.every(isWanted) && places.every(isTicked) ? "right" : "wrong"
}

/**
 * The first of some forms that both lines tick right; else one that the newer line does and the older one leaves alone, else the other
 * way round, else the first form where no line ticks anything. `undefined` where every form that ticks anything ticks something wrong
 * in a line. What a page is too large for counts as right for the first form, which is the answer's own text.
 */
export const chooseForm = (answer: TickedAnswer, forms: Iterable<string>): string | undefined => {
  const size = answer.options.reduce((total, { length }) => total + length, 0)
  const effort: Effort = { left: size * (answer.places.length + 2) > largestPage ? -1 : mostEffort }
  const pages = clientLines.map((line) => new ClientPage(line, answer.options))
  let [newer, older, first]: [string | undefined, string | undefined, string | undefined] = [
    undefined,
    undefined,
    undefined
  ]
  let [isFirst, isHarmless] = [true, false]
  for (const form of forms) {
    if (effort.left < 0) return isFirst ? form : (newer ?? older ?? first)
    const [before, now] = pages.map((page) => outcomeOn(page, answer, form, effort))
    if (before === undefined || now === undefined) return isFirst ? form : (newer ?? older ?? first)
    if (before === "right" && now === "right") return form
    if (now === "right" && before === "nothing") newer ??= form
    if (before === "right" && now === "nothing") older ??= form
    if (isFirst) {
      first = form
      isHarmless = before === "nothing" && now === "nothing"
    }
    isFirst = false
  }
  return newer ?? older ?? (isHarmless ? first : undefined)
}

/** Texts as one: a lone one as it is, where both lines leave it alone; else a list in JSON. */
export const asOne = (texts: ReadonlyArray<string>): string => {
  const [only, ...more] = texts
  const isLeftAlone = (text: string): boolean =>
    clientLines.every((line) => {
      const [part, ...others] = partsOf(line, text)
      return part === text && others.length === 0
    })
  return only !== undefined && more.length === 0 && isLeftAlone(only) ? only : JSON.stringify(texts)
}

/**
 * What is to be filled in, as one text: as many parts as there are boxes, where that many are in it. A page that shows no number of
 * boxes gets the parts that there are.
 */
export const asFills = (texts: ReadonlyArray<string>, boxes: number): string => {
  const [only, ...more] = texts
  const parts = boxes > 1 && only !== undefined && more.length === 0 ? splitBlanks(only, boxes) : texts
  return asOne(parts.length === boxes ? parts : texts)
}

/** Whether both lines fill in these texts for a form. */
export const fillsRight = (form: string, texts: ReadonlyArray<string>, boxes: number): boolean =>
  clientLines.every((line) => fillsOf(line, boxes, form)?.join("\n") === texts.join("\n"))
