// Reasoning as the oracle's models write it.
import { applied, type Operation, type Problem } from "./Problem.ts"
import type { Slip } from "./Slip.ts"
import { stated } from "./spoken.ts"
import { workOf } from "./workOf.ts"

/** A step in words, with the value that it states. */
export interface WrittenStep {
  readonly text: string
  readonly value: number
}

/** How a thread writes: under a name, so that no two threads say the same in the same words, and with a slip or none. */
export interface Hand {
  readonly name: string
  readonly slip: Slip | undefined
}

/** A step from the value before it; its value is off where the thread slips there, or is the one that is given. */
export const writeStep = (
  problem: Problem,
  step: number,
  before: number,
  { name, slip }: Hand,
  given?: number
): WrittenStep => {
  const operation = problem.operations[step - 1]
  if (operation === undefined) return { text: `There are ${before} boxes.`, value: before }
  const value = given ?? applied(operation, before) + (slip?.step === step ? slip.offset : 0)
  return {
    text: `Step ${step} (${name}): the stock is ${before}, and it ${verbOf(operation)}: ${workOf(operation, before)} comes to ${value}.\n${stated(step, value)}`,
    value
  }
}

/** All steps from one on to the end. */
export const writeRest = (problem: Problem, from: number, before: number, hand: Hand): WrittenStep => {
  let value = before
  const texts: Array<string> = []
  for (let step = from; step <= problem.operations.length; step++) {
    const written = writeStep(problem, step, value, hand)
    texts.push(written.text)
    value = written.value
  }
  return { text: texts.join("\n"), value }
}

const verbOf = ({ kind }: Operation): string => {
  switch (kind) {
    case "receives":
      return "goes up"
    case "sells":
      return "goes down"
    case "grows":
      return "multiplies"
  }
}
