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

export const defaultOracleModel: OracleModel = {
  seed: 1,
  thinkerError: 0.35,
  correlation: 0.2,
  wrongAnswers: 4,
  misconception: 0.4,
  insight: 0.7,
  challengerMiss: 0.25,
  challengerFalseAlarm: 0.1,
  voterError: 0.15,
  voterAbstains: 0.05,
  validatorCorrelation: 0.2,
  revisionSuccess: 0.8,
  swayed: 0.15,
  fusionError: 0.3
}
