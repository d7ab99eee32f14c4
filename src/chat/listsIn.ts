// How long the lists within a message are, before anything of it is decoded.
import { Predicate, Result } from "effect"
import { BadBody } from "./BadBody.ts"
import { type BodyPath, bodyPath } from "./bodyPath.ts"

/** Parts that one message may have. */
const mostParts = 1000
/** Calls of tools in one message. */
const mostCalls = 256

const lengthOf = (input: unknown, field: string): number => {
  const list = Predicate.isObject(input) ? input[field] : undefined
  return Array.isArray(list) ? list.length : 0
}

/** About how much work it is to decode a message. */
export const weightOf = (input: unknown): number =>
  1 + lengthOf(input, "content") + lengthOf(input, "tool_calls") + lengthOf(input, "output")

/** The first list of a message that is longer than it may be. */
export const tooLongList = (input: unknown, at: BodyPath): Result.Result<void, BadBody> => {
  for (const [field, most] of [
    ["content", mostParts],
    ["output", mostParts],
    ["tool_calls", mostCalls]
  ] as const) {
    if (lengthOf(input, field) > most)
      return Result.fail(new BadBody({ param: bodyPath([...at, field]), detail: `at most ${most} can be had here` }))
  }
  return Result.void
}
