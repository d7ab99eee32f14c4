import { Predicate, Record } from "effect"

/** A copy without the keys that hold `undefined`, so that a body shows what is sent and nothing else. */
export const withoutUndefined = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Record.filter(record, Predicate.isNotUndefined)
