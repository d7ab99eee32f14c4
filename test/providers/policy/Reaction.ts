import { Schema } from "effect"

/** What a platform does that gives no answer but may give one later. */
export const passingFaults = [
  "limited",
  "wait",
  "busy",
  "down",
  "garbage",
  "reset",
  "hang",
  "silent",
  "cut",
  "breaksOff",
  "stalls"
] as const
/** What it says that no other try changes; the first two are about the key. */
export const finalFaults = ["refused", "noBalance", "badRequest", "noModel", "filtered", "tooLong"] as const
export const answers = ["answers", "unmetered"] as const

/**
 * How a platform treats one request. `unmetered` answers without a word about tokens; `wait` is a 429 that says for how
 * long; `hang` sends nothing, `silent` headers alone; `cut` ends after the headers. `breaksOff` and `stalls` send the first
 * piece of a stream (of a whole reply: a part) and then end, or go silent.
 */
export type Does = (typeof passingFaults)[number] | (typeof finalFaults)[number] | (typeof answers)[number]

export interface Reaction {
  readonly does: Does
  /** Until the headers, in milliseconds. */
  readonly after: number
}

const After = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))

export const reactionOf = (does: ReadonlyArray<Does>) => Schema.Struct({ does: Schema.Literals(does), after: After })

/** Anything a platform may do. */
export const AnyReaction = reactionOf([...passingFaults, ...finalFaults, ...answers])

/** What a platform does to one request after the other; the last of them for ever. */
export const AnyScript = Schema.NonEmptyArray(AnyReaction).check(Schema.isMaxLength(5))
