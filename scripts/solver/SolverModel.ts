/** How well the solver's models think. All are chances from 0 to 1. No role knows the truth: each works the exercise out for itself. */
export interface SolverModel {
  readonly seed: number
  /** That an exercise has a blind spot: one that thinkers, challengers and voters share. */
  readonly blindSpots: number
  /** That whoever works on it falls into the trap of an exercise with a blind spot. */
  readonly fall: number
  /** The same of an exercise without one. */
  readonly stumble: number
  /** That one working has a slip: a sum worked out wrongly, or a figure copied wrongly, each as often. */
  readonly slip: number
  /** That a challenger or voter does not look closely enough to see what its own working would show it. */
  readonly overlook: number
  /** That a challenger objects to a step, or a voter votes against one, that its own working agrees with. */
  readonly falseAlarm: number
  /** That a thinker takes up an objection which its own working bears out, and one which it does not. */
  readonly takesUp: number
  readonly giveWay: number
  /** That a thinker says that it needs more information, in place of an answer. */
  readonly refuse: number
}

/** Blind spots that all roles share, and slips besides. */
export const sharedBlindSpots: SolverModel = {
  seed: 1,
  blindSpots: 0.25,
  fall: 0.8,
  stumble: 0.06,
  slip: 0.28,
  overlook: 0.35,
  falseAlarm: 0.12,
  takesUp: 0.85,
  giveWay: 0.15,
  refuse: 0.01
}

/** Slips that every call makes for itself, and nothing else. */
export const independentSlips: SolverModel = { ...sharedBlindSpots, blindSpots: 0, stumble: 0, slip: 0.3, refuse: 0 }

export const worlds = { shared: sharedBlindSpots, independent: independentSlips } as const
export type World = keyof typeof worlds
