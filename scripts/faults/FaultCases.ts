// The faults of the matrix. What is expected is the same for all families: a caller must not have to know who answers.
import type { Fault } from "../upstream/Faults.ts"
import {
  authFailed,
  contentFiltered,
  contextTooLong,
  forbidden,
  modelNotFound,
  noBalance,
  quotaExhausted,
  rateLimited,
  serverError
} from "../upstream/StatusFaults.ts"
import type { FaultCase } from "./FaultCase.ts"
import type { Outcome } from "./Outcome.ts"

const reply = (name: string, upstream: Fault | "ok", outcome: Outcome): FaultCase => ({
  name,
  upstream,
  callerLeaves: false,
  endedBy: "reply",
  whole: outcome,
  stream: outcome
})

const broken = (name: string, upstream: Fault | "refused"): FaultCase => ({
  name,
  upstream,
  callerLeaves: false,
  endedBy: "upstream",
  whole: "Network",
  stream: "Network"
})

const stall = (name: string, upstream: Fault, stream: Outcome): FaultCase => ({
  name,
  upstream,
  callerLeaves: false,
  endedBy: "caller",
  whole: "Timeout/total",
  stream
})

/** Every fault once. */
export const faultCases: ReadonlyArray<FaultCase> = [
  reply("ok", "ok", "answered"),
  reply("429", rateLimited(), "RateLimited"),
  reply("429 with Retry-After", rateLimited({ retryAfterSeconds: 2 }), "RateLimited/2000ms"),
  reply("quota exhausted", quotaExhausted, "NoBalance"),
  reply("500", serverError(500), "Unavailable"),
  reply("503", serverError(503), "Overloaded"),
  reply("401", authFailed, "AuthFailed"),
  reply("402", noBalance, "NoBalance"),
  reply("403", forbidden, "AuthFailed"),
  reply("unknown model", modelNotFound, "ModelNotFound"),
  reply("context too long", contextTooLong, "ContextTooLong"),
  reply("content filtered", contentFiltered, "ContentFiltered"),
  reply("other 400", { kind: "status", status: 400 }, "BadRequest"),
  stall("stall before headers", { kind: "stallBeforeHeaders" }, "Timeout/firstByte"),
  stall("stall after headers", { kind: "stallAfterHeaders" }, "Timeout/stall"),
  stall("stall mid body", { kind: "stallMidBody" }, "Timeout/stall"),
  broken("cut mid body", { kind: "cutBody" }),
  { ...broken("cut between events", { kind: "cutStream" }), whole: undefined },
  reply("early end", { kind: "endStreamEarly" }, "Malformed"),
  reply("error under 200", { kind: "errorIn200" }, "Malformed"),
  { ...reply("error mid-stream", { kind: "errorMidStream" }, "Malformed"), whole: undefined },
  reply("empty completion", { kind: "emptyCompletion" }, "Malformed"),
  reply("no choices", { kind: "noChoices" }, "Malformed"),
  reply("broken JSON", { kind: "badJson" }, "Malformed"),
  reply("web page under 200", { kind: "html" }, "Malformed"),
  reply("reasoning only", { kind: "reasoningOnly" }, "Malformed"),
  broken("reset on connect", { kind: "resetOnConnect" }),
  broken("refused connection", "refused"),
  {
    name: "caller leaves mid body",
    upstream: { kind: "stallMidBody" },
    callerLeaves: true,
    endedBy: "caller",
    whole: "interrupted",
    stream: "interrupted"
  }
]
