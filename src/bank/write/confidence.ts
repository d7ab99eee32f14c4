/** The surest that anything in the bank can be: nobody is right always. */
export const surest = 0.99

/** How sure a row is to begin with where nothing else is said, by who brought it. */
export const confidenceOf = { user: surest, pack: 0.95, import: 0.9, ai: 0.7 } as const

export const bounded = (confidence: number): number => Math.min(surest, Math.max(0, confidence))

// Less than this is not worth a change: the same file imported again and again comes to an end.
const leastGain = 0.005

/** Another source says the same: half of the doubt goes. */
export const afterAgreement = (confidence: number): number => {
  const raised = confidence + (surest - confidence) / 2
  return raised - confidence < leastGain ? confidence : raised
}

// What a row is believed to be weighs as much as so many votes.
const weightOfPrior = 4

/**
 * The mean of what the row was worth and its votes, the former counting for four votes: the mean of a beta distribution,
 * taken one vote at a time. `votes` is how many there were before. Right never lowers, wrong never raises.
 */
export const afterVote = (confidence: number, votes: number, isRight: boolean): number => {
  const before = weightOfPrior + votes
  const after = bounded((confidence * before + (isRight ? 1 : 0)) / (before + 1))
  return isRight ? Math.max(after, Math.min(confidence, surest)) : Math.min(after, confidence)
}

/** Whether the votes say that a row is wrong: two at least, more than there are for it, and less than even odds left. */
export const isVotedDown = (row: {
  readonly confidence: number
  readonly right_votes: number
  readonly wrong_votes: number
}): boolean => row.wrong_votes >= 2 && row.wrong_votes > row.right_votes && row.confidence < 0.5
