import type { IndexedRow, SearchIndex } from "./SearchIndex.ts"

/** What the follower reads of the bank; each call is short. */
export interface BankRows {
  /** Rows behind a rowid, in the order of their rowids. */
  readonly after: (rowid: number, limit: number) => ReadonlyArray<IndexedRow>
  /** A number that changes when somebody has written to the bank. */
  readonly version: () => number
}

/** Keeps an index up with a bank, a few milliseconds at a time. */
export interface Follower {
  /** Does one step; false when there is nothing to do at the moment. */
  readonly step: (now: number) => boolean
  /** Makes the next steps go through the whole bank, however lately that was done. */
  readonly sweepSoon: () => void
  /** Whether everything in the bank when it last changed is in the index, edits and deletions included. */
  readonly isUpToDate: () => boolean
}

const rowsPerNewStep = 50
const rowsPerSweepStep = 200
const rowsPerCommit = 5000
// A sweep reads the whole bank, so edits and deletions are looked for at most once a minute, and for 5 % of the time.
const millisBetweenSweeps = 60_000
const restPerSweep = 20

/**
 * New rows come first, each once. Edited and deleted ones are found by a sweep through all rows: at the start, and now
 * and then after the bank has changed. Until then the index is behind, which costs a miss and never a wrong answer.
 */
export const makeFollower = (index: SearchIndex, bank: BankRows): Follower => {
  let seen = NaN
  let isBehind = true
  let sweepAt: number | undefined
  let needsSweep = true
  let nextSweep = 0
  let sweepBegan = 0
  let uncommitted = 0

  const commitAfter = (changed: number) => {
    uncommitted += changed
    if (uncommitted < rowsPerCommit) return
    index.commit()
    uncommitted = 0
  }

  const step = (now: number): boolean => {
    const version = bank.version()
    if (version !== seen) {
      seen = version
      isBehind = true
      needsSweep = true
    }
    if (isBehind) {
      const { rowid } = index.last()
      const rows = bank.after(rowid, rowsPerNewStep)
      if (rows.length > 0) commitAfter(index.put(rowid, rows))
      isBehind = rows.length === rowsPerNewStep
      return true
    }
    if (sweepAt === undefined && needsSweep && now >= nextSweep) {
      sweepAt = 0
      sweepBegan = now
      needsSweep = false
    }
    if (sweepAt !== undefined) {
      const rows = bank.after(sweepAt, rowsPerSweepStep)
      commitAfter(index.put(sweepAt, rows))
      sweepAt = rows.at(-1)?.rowid
      if (sweepAt === undefined) nextSweep = now + Math.max(millisBetweenSweeps, restPerSweep * (now - sweepBegan))
      return true
    }
    index.commit()
    uncommitted = 0
    return false
  }

  return {
    step,
    sweepSoon: () => {
      nextSweep = 0
      needsSweep = true
    },
    isUpToDate: () => !isBehind && sweepAt === undefined && !needsSweep
  }
}
