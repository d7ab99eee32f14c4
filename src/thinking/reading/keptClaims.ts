// What `compress` keeps of a text: sentences that claim something. No model is asked.

const conclusion =
  /因此|所以|故(?=[，,有得知此])|于是|可得|得到|得出|可知|说明|综上|从而|即(?=[，,:：为是有得])|必须|不可能|矛盾|假设|设(?=[a-zA-Z$\\])|\b(?:therefore|thus|hence|so|implies|follows|conclude[ds]?|conclusion|must|cannot|contradiction|assume|suppose|let|because|since|iff|holds)\b/i
const equation = /[=≠≈≡≤≥<>∈⇒→∴]|\\(?:frac|sqrt|sum|int|le|ge|ne|in|to|implies|equiv|cdot)\b/
const number = /\d/

const weightOf = (sentence: string): number =>
  (conclusion.test(sentence) ? 4 : 0) + (equation.test(sentence) ? 3 : 0) + (number.test(sentence) ? 1 : 0)

const shortestClaim = 3

const sentencesOf = (text: string): ReadonlyArray<string> =>
  text.split(/(?<=[。！？!?；;])|(?<=\.)\s|\n/).flatMap((raw) => {
    const sentence = raw.trim()
    return sentence.length < shortestClaim ? [] : [sentence]
  })

/**
 * The sentences of a text that claim something (equations, numbers, conclusions), in their order, as long as they fit into `most`
 * characters, the weightiest first; of a single one that is too long, its beginning. Prose is dropped even where there is room.
 */
export const keptClaims = (text: string, most: number): string => {
  const claims = sentencesOf(text)
    .map((sentence, place) => ({ sentence, place, weight: weightOf(sentence) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.place - a.place)
  let left = most
  const kept = claims.filter(({ sentence }) => {
    const fits = sentence.length < left
    if (fits) left -= sentence.length + 1
    return fits
  })
  const [weightiest] = claims
  if (kept.length === 0 && weightiest !== undefined) return cut(weightiest.sentence, most)
  return kept
    .sort((a, b) => a.place - b.place)
    .map(({ sentence }) => sentence)
    .join("\n")
}

// Less than this says nothing.
const shortestCut = 20

const cut = (sentence: string, most: number): string =>
  sentence.length <= most ? sentence : most < shortestCut ? "" : `${sentence.slice(0, most - 1)}…`
