import { differingGuard, type GuardName } from "./guards.ts"
import { isMisspelling, isOtherSpelling, isSlipOfCharacter, isStutter } from "./typos.ts"
import type { Token, Wording } from "./Wording.ts"

/** How near two titles are, or what tells them apart. */
export type Comparison =
  | { readonly _tag: "Near"; readonly similarity: number }
  | { readonly _tag: "Different"; readonly by: GuardName | "blanks" | "words" | "length" }

const different = (by: GuardName | "blanks" | "words" | "length"): Comparison => ({ _tag: "Different", by })

// Further apart than this, or longer, and no few slips account for it; it bounds the work to `longest * (2 * band + 1)`.
const band = 12
const longest = 1500

const slipCost = 0.8
const misspellingCost = 1.2
const spellingCost = 0.15
const mostSlips = 2

/**
 * Compares two titles by what differs between them. The parts that differ must each be of no weight: fillers, a question
 * word at the end, blanks that one side does not show, another spelling of the same word, at most two slips of the hand. Then
 *
 *     similarity = 1 - cost / weight
 *
 * with the weight of the heavier title (an ideograph weighs 1, a number 2, a word half its letters, 1 to 4; a filler 0.15) and the
 * cost of the parts that differ: their own weight for fillers, 0.8 for a wrong ideograph, 1.2 for a misspelt word, 0.15
 * for a spelling. A wrong ideograph thus takes a title of at least eight to be 0.90 similar. Anything else that differs, and any
 * guard, makes two questions of them, however much agrees.
 */
export const compareWordings = (a: Wording, b: Wording): Comparison => {
  const [left, right] = [a.tokens, b.tokens]
  if (Math.max(left.length, right.length) > longest) return different("length")
  if (Math.abs(left.length - right.length) > band) return different("length")
  if (a.blanks > 0 && b.blanks > 0 && a.blanks !== b.blanks) return different("blanks")
  const guard = differingGuard(a, b)
  if (guard !== undefined) return different(guard)
  let cost = 0
  let slips = 0
  for (const part of differingParts(left, right)) {
    const own = costOf(part, a, b)
    if (own === undefined) return different("words")
    cost += own
    if (own >= slipCost && isSlip(part)) slips++
  }
  if (slips > mostSlips) return different("words")
  return { _tag: "Near", similarity: Math.max(0, 1 - cost / Math.max(a.weight, b.weight, 1)) }
}

/** A run of tokens of one title that stands where the other has another run; one of them may be empty. */
interface Part {
  readonly left: ReadonlyArray<Token>
  readonly right: ReadonlyArray<Token>
  readonly leftAt: number
  readonly rightAt: number
}

const isSlip = ({ left, right }: Part): boolean =>
  [...left, ...right].some(({ kind }) => kind === "ideograph" || kind === "word")

const costOf = (part: Part, a: Wording, b: Wording): number | undefined => {
  // 事 for 是: a slip may hit a filler too.
  const whole =
    part.left.length === 1 && part.right.length === 1 ? realCost(part.left, part.right, part, a, b) : undefined
  if (whole !== undefined) return whole
  const isLast = (side: Wording, at: number) =>
    side.tokens.slice(at + 1).every(({ kind }) => kind === "filler" || kind === "blank")
  // A blank at the very end is gone already, so one before a last particle stands for that.
  const idle = ({ kind }: Token, side: Wording, other: Wording, at: number): boolean =>
    kind === "filler" ||
    (kind === "blank" && (other.blanks === 0 || isLast(side, at))) ||
    (kind === "asking" && isLast(side, at))
  const left = part.left.filter((token, place) => !idle(token, a, b, part.leftAt + place))
  const right = part.right.filter((token, place) => !idle(token, b, a, part.rightAt + place))
  const idleCost = fillerCost * (part.left.length - left.length + part.right.length - right.length)
  // 什么 for 谁 asks for something else, even at the end.
  const asks = (tokens: ReadonlyArray<Token>) => tokens.find(({ kind }) => kind === "asking")?.text
  const [askedLeft, askedRight] = [asks(part.left), asks(part.right)]
  if (askedLeft !== undefined && askedRight !== undefined && askedLeft !== askedRight) return undefined
  const real = realCost(left, right, part, a, b)
  return real === undefined ? undefined : idleCost + real
}
const fillerCost = 0.15

const realCost = (
  left: ReadonlyArray<Token>,
  right: ReadonlyArray<Token>,
  part: Part,
  a: Wording,
  b: Wording
): number | undefined => {
  if (left.length === 0 && right.length === 0) return 0
  const [one, ...moreLeft] = left
  const [other, ...moreRight] = right
  if (one === undefined || other === undefined) {
    if (isStutter(right, b.tokens, part.rightAt) || isStutter(left, a.tokens, part.leftAt)) return slipCost
    return undefined
  }
  if (moreLeft.length > 0 || moreRight.length > 0) return undefined
  if (one.kind === "word" && other.kind === "word") {
    if (isOtherSpelling(one.text, other.text)) return spellingCost
    return isMisspelling(one.text, other.text) ? misspellingCost : undefined
  }
  if (!isOneCharacter(one) || !isOneCharacter(other)) return undefined
  const around: [string, string] = [nearby(a.tokens, part.leftAt), nearby(b.tokens, part.rightAt)]
  return isSlipOfCharacter(one.text, other.text, around) ? slipCost : undefined
}

const isOneCharacter = ({ kind, text }: Token): boolean =>
  (kind === "ideograph" || kind === "filler") && text.length === 1 && text > "\u2e80"

const nearby = (tokens: ReadonlyArray<Token>, at: number): string =>
  tokens
    .slice(Math.max(0, at - 2), at + 4)
    .map(({ text }) => text)
    .join("")

/** The shortest edit script of two titles that are no more than `band` tokens apart, as runs that differ. */
const differingParts = (left: ReadonlyArray<Token>, right: ReadonlyArray<Token>): ReadonlyArray<Part> => {
  const width = 2 * band + 1
  const far = 1e9
  const costs = new Float64Array((left.length + 1) * width).fill(far)
  const cell = (i: number, j: number): number => {
    const offset = j - i + band
    return offset < 0 || offset >= width || j < 0 || i < 0 ? far : (costs[i * width + offset] ?? far)
  }
  for (let i = 0; i <= left.length; i++) {
    for (let j = Math.max(0, i - band); j <= Math.min(right.length, i + band); j++) {
      costs[i * width + j - i + band] =
        i === 0 && j === 0
          ? 0
          : Math.min(
              i > 0 ? cell(i - 1, j) + (left[i - 1]?.weight ?? 1) : far,
              j > 0 ? cell(i, j - 1) + (right[j - 1]?.weight ?? 1) : far,
              i > 0 && j > 0 && left[i - 1]?.text === right[j - 1]?.text ? cell(i - 1, j - 1) : far
            )
    }
  }
  const parts: Array<Part> = []
  let [i, j] = [left.length, right.length]
  let [endLeft, endRight] = [i, j]
  const close = () => {
    if (endLeft > i || endRight > j) {
      parts.push({ left: left.slice(i, endLeft), right: right.slice(j, endRight), leftAt: i, rightAt: j })
    }
  }
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && left[i - 1]?.text === right[j - 1]?.text && cell(i, j) === cell(i - 1, j - 1)) {
      close()
      i--
      j--
      endLeft = i
      endRight = j
    } else if (i > 0 && cell(i, j) === cell(i - 1, j) + (left[i - 1]?.weight ?? 1)) i--
    else if (j > 0) j--
    else return [{ left, right, leftAt: 0, rightAt: 0 }]
  }
  close()
  return parts
}
