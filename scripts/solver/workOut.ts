import { draw, drawWhole } from "../oracle/draw.ts"
import { applied, type Exercise, type Line, questionOf, valueOf, type Working } from "./Exercise.ts"
import type { SolverModel } from "./SolverModel.ts"

/** A line of a working as it was written down: its figures, and what it says they come to. */
export interface Written {
  readonly line: Line
  readonly left: number
  readonly right: number
  readonly value: number
}

/** Whoever works an exercise out; `self` tells one from another. */
export interface Mind {
  readonly model: SolverModel
  readonly exercise: Exercise
  readonly self: string
}

/** Whether it falls into the trap: where all share the blind spot, nearly everybody does. */
export const isTrapped = ({ exercise, model, self }: Mind): boolean => {
  const question = questionOf(exercise)
  const isBlind = draw(model.seed, question, "blind spot") < model.blindSpots
  return draw(model.seed, question, self, "trap") < (isBlind ? model.fall : model.stumble)
}

/** A sum as it stands in a text. */
export interface Sum {
  readonly sign: string | undefined
  readonly value: number
}

/** Who goes on from lines that are written keeps to their method. */
const methodOf = (mind: Mind, so: ReadonlyArray<Sum>): Working => {
  const { right, trap } = mind.exercise.kind
  const fits = [right, trap].filter(({ lines }) => so.every(({ sign }, at) => lines[at]?.sign === sign))
  const own = isTrapped(mind) ? trap : right
  return fits.length === 1 ? (fits[0] ?? own) : own
}

/**
 * The lines of a working from the first that is not written yet. A slip, if there is one, stands in one line: its sum comes out
 * wrong, or one of its figures is not the one that was meant.
 */
export const workOut = (mind: Mind, so: ReadonlyArray<Sum> = [], mayslip = true): ReadonlyArray<Written> => {
  const { exercise, model, self } = mind
  const question = questionOf(exercise)
  const { lines } = methodOf(mind, so)
  const slips = mayslip && draw(model.seed, question, self, "slips") < model.slip
  const slipAt = slips ? drawWhole(0, lines.length - 1, model.seed, question, self, "where") : -1
  const isCopy = draw(model.seed, question, self, "copy") < 0.5
  const off =
    drawWhole(1, 9, model.seed, question, self, "off") * (draw(model.seed, question, self, "sign") < 0.5 ? 1 : -1)
  const values = so.map(({ value }) => value)
  const written: Array<Written> = []
  for (const [at, line] of lines.entries()) {
    if (at < so.length) continue
    const left = valueOf(line.left, exercise.numbers, values) + (at === slipAt && isCopy ? Math.abs(off) : 0)
    const right = valueOf(line.right, exercise.numbers, values)
    const value = applied(line.sign, left, right) + (at === slipAt && !isCopy ? off : 0)
    values.push(value)
    written.push({ line, left, right, value })
  }
  return written
}
