// What the process that makes the calls has found, before it is summed up. CPU is user and system time of all threads.
import { Schema } from "effect"

/** A whole reply, or one piece by piece. */
const Form = Schema.Literals(["whole", "stream"])
export type Form = typeof Form.Type

/** By what a call is made: undici alone, or all that the service has around it. */
const Way = Schema.Literals(["raw", "policy"])
export type Way = typeof Way.Type

/** So many calls with undici alone, and as many through the policy, one right after the other. */
const Pass = Schema.Struct({
  form: Form,
  /** Calls in flight at the same time. */
  concurrency: Schema.Int,
  round: Schema.Int,
  /** The way that came first. */
  first: Way,
  rawMicros: Schema.Finite,
  policyMicros: Schema.Finite
})
export type Pass = typeof Pass.Type

/** After a full garbage collection, but at the peak. In megabytes of 1024 KB. */
const Memory = Schema.Struct({ rss: Schema.Finite, heap: Schema.Finite })
export type Memory = typeof Memory.Type

/** Many streams at the same time, once. */
const Streams = Schema.Struct({
  /** The most that had begun and not ended. */
  atOnce: Schema.Int,
  /** In all of them together. */
  chunks: Schema.Int,
  lost: Schema.Int,
  firstLost: Schema.NullOr(Schema.String),
  millis: Schema.Finite,
  cpuMillis: Schema.Finite,
  before: Memory,
  peak: Memory,
  /** All streams are over; their connections are kept. */
  idle: Memory,
  /** The client, the models and the ledger are closed too. */
  closed: Memory
})
export type Streams = typeof Streams.Type

/** All of it. */
export const Result = Schema.Struct({
  passes: Schema.Array(Pass),
  streams: Schema.Array(Streams),
  /** Calls made by both ways, warm-up included, whose answer was not the one given; and how the first of them ended. */
  wrong: Schema.Int,
  firstWrong: Schema.NullOr(Schema.String),
  /** Calls made by both ways, warm-up included. */
  made: Schema.Int,
  /** Those made through the policy, streams included, and those that are in the ledgers as answered at the first attempt. */
  throughPolicy: Schema.Int,
  recorded: Schema.Int
})
export type Result = typeof Result.Type
