/**
 * Whether a step says again what an earlier one said: the same words but for numbering and marks, or nearly all of them, with the same
 * figures in the same order. A step that only differs in a figure is another step.
 */
export const isSameStep = (earlier: string, later: string): boolean => {
  const [one, two] = [plainWords(earlier), plainWords(later)]
  if (one === two) return true
  if (figures(one) !== figures(two)) return false
  const [shorter, longer] = one.length <= two.length ? [one, two] : [two, one]
  if (shorter.length < shortestCompared || shorter.length < longer.length * nearly) return false
  const pieces = piecesOf(longer)
  const shared = [...piecesOf(shorter)].filter((piece) => pieces.has(piece)).length
  return shared >= pieces.size * nearly
}

const nearly = 0.85
// Of fewer characters a changed word is more than a detail.
const shortestCompared = 40
const longestCompared = 8000
const pieceLength = 4

const numbering =
  /^\W{0,6}(?:(?:step|schritt|étape|paso|第)\s{0,2})?[\d一二三四五六七八九十]{1,3}\s{0,2}(?:步|步骤)?\s{0,2}[.:：、)）]/i

const plainWords = (text: string): string =>
  text
    .slice(0, longestCompared)
    .trim()
    .replace(numbering, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+\-*/=<>^√%.]+/gu, " ")
    .replace(/[.\s]+(?=\s|$)/g, " ")
    .trim()

const figures = (text: string): string => (text.match(/\d+(?:\.\d+)?/g) ?? []).join(" ")

const piecesOf = (text: string): ReadonlySet<string> => {
  const pieces = new Set<string>()
  for (let at = 0; at + pieceLength <= text.length; at++) pieces.add(text.slice(at, at + pieceLength))
  return pieces
}
