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
  if (one === other) return 1
  const [a, b] = [withoutSpaces(one), withoutSpaces(other)]
  if (a === b) return 1
  const [pairsOfA, pairsOfB] = [a.length - 1, b.length - 1]
  if (pairsOfA < 1 || pairsOfB < 1 || (2 * Math.min(pairsOfA, pairsOfB)) / (pairsOfA + pairsOfB) <= alike) return 0
  effort.left -= a.length + b.length
  if (effort.left < 0) return Number.NaN
  const likeness = (2 * (pairsOfB <= 31 ? sharedOfShort(a, b) : sharedOfLong(a, b))) / (pairsOfA + pairsOfB)
  return likeness > alike ? likeness : 0
}

// Most options are short: to look at each pair of both is less work than to count them in a map.
const sharedOfShort = (a: string, b: string): number => {
  let [shared, taken] = [0, 0]
  for (let at = 0; at < a.length - 1; at++) {
    const [first, second] = [a.charCodeAt(at), a.charCodeAt(at + 1)]
    for (let place = 0; place < b.length - 1; place++) {
      if (b.charCodeAt(place) !== first || b.charCodeAt(place + 1) !== second || ((taken >>> place) & 1) === 1) continue
      taken |= 1 << place
      shared++
      break
    }
  }
  return shared
}

const sharedOfLong = (a: string, b: string): number => {
  const counts = new Map<number, number>()
  for (let at = 0; at < a.length - 1; at++) {
    const pair = pairAt(a, at)
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  let shared = 0
  for (let at = 0; at < b.length - 1; at++) {
    const pair = pairAt(b, at)
    const count = counts.get(pair) ?? 0
    if (count === 0) continue
    counts.set(pair, count - 1)
    shared++
  }
  return shared
}

const pairAt = (text: string, at: number): number => text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1)
const withoutSpaces = (text: string): string => (/\s/.test(text) ? text.replace(/\s+/g, "") : text)
