/** Longer names are not compared: nobody mistypes forty characters, and comparing costs length times length. */
const LONGEST_NAME = 40

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "")

/** Letters to insert, drop, replace or swap with their neighbour. */
const editDistance = (left: string, right: string): number => {
  const rows: Array<ReadonlyArray<number>> = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1]
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current.push(
        Math.min(
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          isSwap ? at(row - 2, column - 2) + 1 : Infinity
        )
      )
    }
  }
  return at(left.length, right.length)
}

/** The known name that was probably meant, if one is close: at most a third of its letters differ. */
export const suggest = (name: string, known: Iterable<string>): string | undefined => {
  if (name.length > LONGEST_NAME) return undefined
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(plain(name), plain(candidate))
    if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && distance < (best?.distance ?? Infinity))
      best = { name: candidate, distance }
  }
  return best?.name
}
