// The sentences by which the oracle's models know each other's parts again, whatever prompts stand around them.

/** What a thinker states at the end of a step. */
export const stated = (step: number, value: number): string => `Value after step ${step}: ${value}`

/** A step's value that somebody stated, in the order of the text. */
export interface Stated {
  readonly step: number
  readonly value: number
}

/** All of them. */
export const findStated = (text: string): ReadonlyArray<Stated> =>
  [...text.matchAll(/Value after step (\d{1,4}): (-?\d{1,15})/g)].map(([, step, value]) => ({
    step: Number(step),
    value: Number(value)
  }))

/** What a challenger says of a step; `value` is what it ought to be. */
export const objected = (step: number, work: string, value: number): string =>
  `Objection to step ${step}: ${work} comes to ${value}, which is not the figure that is given.`

/** What a voter says of a step that it rejects. */
export const rejected = (step: number): string => `Objection to step ${step}: its figure does not follow.`

/** An objection in a text; `value` where it says what is right. */
export interface Objection {
  readonly step: number
  readonly value: number | undefined
}

/** All of them, in the order of the text. */
export const findObjections = (text: string): ReadonlyArray<Objection> =>
  [...text.matchAll(/Objection to step (\d{1,4}): (?:[^\n]{1,200}? comes to (-?\d{1,15}))?/g)].map(
    ([, step, value]) => ({
      step: Number(step),
      value: value === undefined ? undefined : Number(value)
    })
  )
