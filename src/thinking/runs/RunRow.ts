import { Schema } from "effect"
import { RunUsage } from "../Bill.ts"
import { RunId } from "../RunId.ts"

/** `queued`: it waits for its turn. The last three are ends. */
export const RunStatus = Schema.Literals(["queued", "running", "answered", "failed", "cancelled"])
export type RunStatus = typeof RunStatus.Type

const flag = Schema.BooleanFromBit

/** What is said of a run as a whole. Times are milliseconds since 1970, `cost` micro-USD. Column names are the field names. */
export const RunRow = Schema.Struct({
  id: RunId,
  model: Schema.String,
  background: flag,
  state: RunStatus,
  /** How the last user message begins. */
  title: Schema.String,
  request_id: Schema.String,
  /** Whose it is; null is the house. */
  account_id: Schema.NullOr(Schema.String),
  user_id: Schema.NullOr(Schema.String),
  key_id: Schema.NullOr(Schema.String),
  /** Where it was asked for, as the API describes it; null outside of a request. */
  route: Schema.NullOr(Schema.String),
  created_at: Schema.Finite,
  ended_at: Schema.NullOr(Schema.Finite),
  answer: Schema.NullOr(Schema.String),
  confidence: Schema.NullOr(Schema.Finite),
  degraded: flag,
  /** Why it failed. */
  error: Schema.NullOr(Schema.String),
  ...RunUsage.fields,
  estimated: flag
})
export type RunRow = typeof RunRow.Type

export const isOpen = ({ state }: Pick<RunRow, "state">): boolean => state === "queued" || state === "running"
