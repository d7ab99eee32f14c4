import type { Vote } from "./ThoughtEvent.ts"

export interface Votes {
  readonly accept: number
  readonly reject: number
  readonly abstain: number
}

export const noVotes: Votes = { accept: 0, reject: 0, abstain: 0 }

export const withVote = (votes: Votes, vote: Vote): Votes => ({ ...votes, [vote]: votes[vote] + 1 })

/** Whether the share of votes for it is enough; `undefined` where everybody abstained. */
export const passes = ({ accept, reject }: Votes, threshold: number): boolean | undefined =>
  accept + reject === 0 ? undefined : accept / (accept + reject) >= threshold

/** Whether the votes that are still out, however they fall, change nothing any more. */
export const isCertain = (votes: Votes, out: number, threshold: number): boolean => {
  if (out === 0) return true
  const { accept, reject } = votes
  if (accept + reject === 0) return false
  // Whoever is still out leaves the share of votes for it between these two.
  const atWorst = accept / (accept + reject + out)
  const atBest = (accept + out) / (accept + reject + out)
  return atWorst >= threshold || atBest < threshold
}
