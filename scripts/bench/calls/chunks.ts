// What the long streams say: each something of its own, so that a piece that is lost, doubled or another's is seen.

/** The pieces of the stream with this name. */
export const chunksOf = (name: string, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, at) => `${name}#${at} 选项甲符合题意，故选甲。\n`)

/** How many pieces are missing in a text, or at least one where it is not made of exactly these, in their order. */
export const lostChunks = (chunks: ReadonlyArray<string>, text: string): number => {
  if (text === chunks.join("")) return 0
  let lost = 0
  let from = 0
  for (const chunk of chunks) {
    const at = text.indexOf(chunk, from)
    if (at < 0) lost++
    else from = at + chunk.length
  }
  return Math.max(1, lost)
}
