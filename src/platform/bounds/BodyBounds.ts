// How much a body may say, declared by each route in its contract and looked at in one place (`BoundedBodies`), before anything of it
// is parsed, split or decoded.
import { Context } from "effect"

/** The most that a body may hold. */
export interface BodyBounds {
  /** In bytes; `undefined`: as much as `server.body_limit`, which no body exceeds. */
  readonly bytes: number | undefined
  /** Lists and objects within each other. */
  readonly depth: number
  /** Members of all lists and objects together, and the lists and objects themselves. */
  readonly values: number
  /** Members of all objects together. */
  readonly keys: number
}

/** For routes on which nobody has more to say, and which people reach who have no key yet. */
export const smallBody: BodyBounds = { bytes: 64 * 1024, depth: 16, values: 2000, keys: 1000 }

/** Annotation of an endpoint or a group, the endpoint's going first: what its body may hold. A route that says nothing takes little. */
export const BodyBound = Context.Reference<BodyBounds>("siku/platform/bounds/BodyBound", {
  defaultValue: () => smallBody
})

/**
 * For conversations, of a million tokens as well: two thousand messages with a call of a tool in each have some twenty thousand keys, and
 * JSON schemas take three levels for each of theirs. So much is parsed, and then decoded, in some ten milliseconds.
 */
export const conversationBody: BodyBounds = { bytes: undefined, depth: 128, values: 100_000, keys: 25_000 }
