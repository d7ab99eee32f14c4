// How alike two texts are, as the clients count it: pairs of neighbouring characters that both have, among all that they have
// (Sørensen and Dice), spaces left out.

/** What may still be compared, in characters: a page of hundreds of long options must not hold up everybody else. */
export interface Effort {
  left: number
}

/** Above this a client takes two texts for the same. */
export const alike = 0.6

/**
 * The likeness of two texts, 0 to 1; 0 for all that is not above `alike`, which no client tells apart. NaN where there is no effort
 * left.
 */
export const similarity = (one: string, other: string, effort: Effort): number => {
  const [a, b] = [withoutSpaces(one), withoutSpaces(other)]
  if (a === b) return 1
  if (a.length < 2 || b.length < 2) return 0
  const [pairsOfA, pairsOfB] = [a.length - 1, b.length - 1]
  const most = (2 * Math.min(pairsOfA, pairsOfB)) / (pairsOfA + pairsOfB)
  if (most <= alike) return 0
  effort.left -= a.length + b.length
  if (effort.left < 0) return Number.NaN
  const counts = new Map<number, number>()
  for (let at = 0; at < pairsOfA; at++) {
    const pair = pairAt(a, at)
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  let shared = 0
  for (let at = 0; at < pairsOfB; at++) {
    const pair = pairAt(b, at)
    const count = counts.get(pair) ?? 0
    if (count === 0) continue
    counts.set(pair, count - 1)
    shared++
  }
  const likeness = (2 * shared) / (pairsOfA + pairsOfB)
  return likeness > alike ? likeness : 0
}

const pairAt = (text: string, at: number): number => text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1)
const withoutSpaces = (text: string): string => (/\s/.test(text) ? text.replace(/\s+/g, "") : text)
