// Word problems whose truth can be computed from their text, and whose steps have values that can be checked one by one.
import { drawWhole } from "./draw.ts"

/** What happens to the stock in one step. */
export interface Operation {
  readonly kind: "receives" | "sells" | "grows"
  readonly by: number
}

/** A stock, and what happens to it. */
export interface Problem {
  readonly id: number
  readonly start: number
  readonly operations: ReadonlyArray<Operation>
}

/** The problem of a number: the same for the same seed. It has between `least` and `most` steps, and no value below 20. */
export const makeProblem = (seed: number, id: number, [least, most]: readonly [number, number]): Problem => {
  const start = drawWhole(40, 99, seed, id, "start")
  const operations: Array<Operation> = []
  let value = start
  const count = drawWhole(least, most, seed, id, "steps")
  for (let step = 1; step <= count; step++) {
    const operation = makeOperation(value, seed, id, step)
    operations.push(operation)
    value = applied(operation, value)
  }
  return { id, start, operations }
}

const makeOperation = (value: number, seed: number, id: number, step: number): Operation => {
  const by = drawWhole(11, 19, seed, id, step, "by")
  switch (drawWhole(1, 3, seed, id, step, "kind")) {
    case 1:
      return value < 40 ? { kind: "receives", by } : { kind: "sells", by }
    case 2:
      return { kind: "grows", by: drawWhole(2, 4, seed, id, step, "factor") }
    default:
      return { kind: "receives", by }
  }
}

/** The stock after a step. */
export const applied = ({ by, kind }: Operation, value: number): number => {
  switch (kind) {
    case "receives":
      return value + by
    case "sells":
      return value - by
    case "grows":
      return value * by
  }
}

/** The stock after each step. */
export const valuesOf = ({ operations, start }: Problem): ReadonlyArray<number> => {
  let value = start
  return operations.map((operation) => (value = applied(operation, value)))
}

/** The right answer. */
export const truthOf = (problem: Problem): number => valuesOf(problem).at(-1) ?? problem.start

/** The problem in words. */
export const questionOf = ({ id, operations, start }: Problem): string => {
  const happenings = operations.map((operation, at) => `${at === 0 ? "First" : "Then"} ${wordsOf(operation)}.`)
  return `Problem ${id}. A shop has ${start} boxes in stock. ${happenings.join(" ")} How many boxes are in stock in the end?`
}

const wordsOf = ({ by, kind }: Operation): string => {
  switch (kind) {
    case "receives":
      return `it receives ${by} boxes`
    case "sells":
      return `it sells ${by} boxes`
    case "grows":
      return `its stock grows to ${by} times what it was`
  }
}

/** The problem that stands in a text, wherever in it; undefined where there is none. */
export const findProblem = (text: string): Problem | undefined => {
  const found = /Problem (\d+)\. A shop has (\d+) boxes in stock\. ([\w\s.]{1,4000}?) How many boxes/.exec(text)
  const [, id, start, happenings = ""] = found ?? []
  if (id === undefined || start === undefined) return undefined
  const operations = [...happenings.matchAll(/it (receives|sells) (\d+) boxes|stock grows to (\d+) times/g)].map(
    ([, verb, by, factor]): Operation =>
      factor !== undefined
        ? { kind: "grows", by: Number(factor) }
        : { kind: verb === "sells" ? "sells" : "receives", by: Number(by) }
  )
  return { id: Number(id), start: Number(start), operations }
}
