// How well the models of the oracle think. All shares are between 0 and 1.

/** See docs/evaluation.md for what each share means to the whole. */
export interface OracleModel {
  /** Of everything that is drawn. */
  readonly seed: number
  /** Chance that a thread comes to a wrong answer when nobody checks it; that of a plain call too. */
  readonly thinkerError: number
  /** Pearson correlation between the errors of any two threads on one problem. */
  readonly correlation: number
  /** How many wrong answers a problem has that threads come to. */
  readonly wrongAnswers: number
  /** Share of the threads that err on their own which fall for the problem's common misconception. */
  readonly misconception: number
  /** How much a thinker's stated confidence tells: 1 always, 0 never whether its step is right. */
  readonly insight: number
  /** Share of the problems whose misconception neither challengers nor voters ever see: the blind spot of thinkers is theirs, too. */
  readonly blindSpot: number
  /** Chance that a challenger sees that a step is wrong, but not what its figure ought to be. */
  readonly challengerVague: number
  /** Chance that a challenger overlooks a wrong step. */
  readonly challengerMiss: number
  /** Chance that a challenger objects to a right step. */
  readonly challengerFalseAlarm: number
  /** Chance that a voter votes for a wrong step, or against a right one. */
  readonly voterError: number
  readonly voterAbstains: number
  /** Pearson correlation between the errors of two challengers, or two voters, on one flaw. */
  readonly validatorCorrelation: number
  /** Chance that a wrong step becomes right once a right objection is heard. */
  readonly revisionSuccess: number
  /** Chance that a right step becomes wrong once a wrong objection is heard. */
  readonly swayed: number
  /** Chance that whoever fuses threads that stand even against each other picks a wrong one. */
  readonly fusionError: number
}

/** Critics that see far more than thinkers do, know the right figure, and confidence that tells. */
export const generousOracleModel: OracleModel = {
  seed: 1,
  thinkerError: 0.35,
  correlation: 0.2,
  wrongAnswers: 4,
  misconception: 0.4,
  insight: 0.7,
  blindSpot: 0,
  challengerVague: 0,
  challengerMiss: 0.25,
  challengerFalseAlarm: 0.1,
  voterError: 0.15,
  voterAbstains: 0.05,
  validatorCorrelation: 0.2,
  revisionSuccess: 0.8,
  swayed: 0.15,
  fusionError: 0.3
}

/**
 * Critics that are no better than thinkers and share their blind spots, as published measurements find them (Huang et al.,
 * arXiv 2310.01798), and confidence that tells next to nothing.
 */
export const defaultOracleModel: OracleModel = {
  ...generousOracleModel,
  insight: 0.1,
  blindSpot: 0.6,
  challengerVague: 0.7,
  challengerMiss: 0.4,
  challengerFalseAlarm: 0.25,
  voterError: 0.3,
  voterAbstains: 0.1,
  validatorCorrelation: 0.4,
  revisionSuccess: 0.6,
  swayed: 0.3
}
