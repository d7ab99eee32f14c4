import { alike, similarity } from "./similarity.ts"
import type { TickedAnswer } from "./chooseForm.ts"

// Nothing is taken off such a text, and nothing in it is taken for anything else, by either line.
const isBare = /^[\u4e00-\u9fa5a-z0-9]+$/
const letterBefore = /^[A-Z][.．:：)\s]{1,3}$/

/**
 * Whether both lines are sure to tick these texts of the options right, by a look at texts of letters and ideographs only: most pages
 * have no others, and to try the rules of both lines on them costs ten times as much. What this does not see may still be right.
 */
export const isPlainlyRight = ({ options, places, type }: TickedAnswer, bare: ReadonlyArray<string>): boolean => {
  if (type === "judgement" || bare.length < 3 || bare.length > 12 || bare.length !== options.length) return false
  for (const [place, text] of bare.entries()) {
    if (text.length > 60 || !isBare.test(text)) return false
    const sent = options[place] ?? ""
    if (sent.length !== text.length && !(sent.endsWith(text) && letterBefore.test(sent.slice(0, -text.length))))
      return false
    for (let next = place + 1; next < bare.length; next++) {
      const other = bare[next] ?? ""
      const [isWanted, isOtherWanted] = [places.includes(place), places.includes(next)]
      if (!isWanted && !isOtherWanted) {
        if (text === other) return false
        continue
      }
      if (type === "single" ? mayBeTheSame(text, other) : mayBeTaken(text, other, isWanted && isOtherWanted))
        return false
    }
  }
  return places.length > 0
}

const mayBeTheSame = (text: string, other: string): boolean =>
  text.length === other.length && sumOf(text) === sumOf(other)

const sumOf = (text: string): number => {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at)
  return sum
}

const mayBeTaken = (text: string, other: string, areBothRight: boolean): boolean =>
  (!areBothRight && (text.includes(other) || other.includes(text))) || similarity(text, other, { left: 1000 }) > alike
