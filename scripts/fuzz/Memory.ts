// Whether the service keeps what requests leave behind.

/** What was taken after so many requests. */
export interface MemorySample {
  readonly requests: number
  /** Of the heap after a collection of all garbage. */
  readonly heapBytes: number
  /** Of the whole process. */
  readonly rssBytes: number
  /** Rows in the bank: what is kept on purpose has a price in memory. */
  readonly rows: number
}

export interface MemoryFinding {
  readonly isGrowing: boolean
  /** Medians of the first and the last third of the samples behind the warm-up, less what the rows may take. */
  readonly heapBefore: number
  readonly heapAfter: number
  readonly rssBefore: number
  readonly rssAfter: number
}

// The index of similar questions: grams and wording of a row.
const bytesPerRow = 4 * 1024
const heapAllowance = 24 * 1024 * 1024
const rssAllowance = 96 * 1024 * 1024
const rssFactor = 1.35
// Code that is compiled, caches that fill.
const warmUpShare = 0.25

/**
 * The heap grows when its median in the last third is more than 24 MB above that in the first; the process, when it is more
 * than 96 MB and 35 % above. The first quarter of the samples does not count. Undefined for less than six.
 */
export const memoryFinding = (samples: ReadonlyArray<MemorySample>): MemoryFinding | undefined => {
  const counted = samples.slice(Math.floor(samples.length * warmUpShare))
  const third = Math.floor(counted.length / 3)
  if (third < 1 || samples.length < 6) return undefined
  const first = counted.slice(0, third)
  const last = counted.slice(-third)
  const heap = ({ heapBytes, rows }: MemorySample) => heapBytes - rows * bytesPerRow
  const rss = ({ rows, rssBytes }: MemorySample) => rssBytes - rows * bytesPerRow
  const [heapBefore, heapAfter] = [median(first.map(heap)), median(last.map(heap))]
  const [rssBefore, rssAfter] = [median(first.map(rss)), median(last.map(rss))]
  return {
    heapBefore,
    heapAfter,
    rssBefore,
    rssAfter,
    isGrowing:
      heapAfter - heapBefore > heapAllowance ||
      (rssAfter - rssBefore > rssAllowance && rssAfter > rssBefore * rssFactor)
  }
}

const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
