import { hashOf } from "./Probe.ts"

/**
 * About how many rows hold a gram: a count-min sketch of 4 MB, never below the truth up to 65535, rarely above it. Good
 * enough to choose the rarest with, and cheap where asking the index would read every posting.
 */
export interface GramCounts {
  readonly add: (gram: string) => void
  readonly of: (gram: string) => number
  /** The bytes of the sketch, to keep and to start from again. */
  readonly bytes: Uint8Array
}

const cells = 2 ** 21
const most = 0xffff

export const makeGramCounts = (kept?: Uint8Array): GramCounts => {
  const counts = new Uint16Array(cells)
  const bytes = new Uint8Array(counts.buffer)
  if (kept?.length === bytes.length) bytes.set(kept)
  const add = (cell: number) => {
    const count = counts[cell] ?? 0
    if (count < most) counts[cell] = count + 1
  }
  return {
    bytes,
    add: (gram) => {
      const [first, second] = hashOf(gram)
      add(first % cells)
      if (second % cells !== first % cells) add(second % cells)
    },
    of: (gram) => {
      const [first, second] = hashOf(gram)
      return Math.min(counts[first % cells] ?? 0, counts[second % cells] ?? 0)
    }
  }
}
