import { Schema } from "effect"
import { RunUsage } from "../Bill.ts"
import { RunId } from "../RunId.ts"
import { AnswerForm } from "../AnswerForm.ts"
import { RunStatus } from "./RunRow.ts"

const millis = Schema.Finite.annotate({ description: "Milliseconds since 1970." })
const Confidence = Schema.Finite.annotate({ description: "0 to 1." })

const identity = {
  id: RunId,
  object: Schema.Literal("run"),
  status: RunStatus,
  model: Schema.String,
  created: Schema.Int.annotate({ description: "Seconds since 1970." })
}

export const RunAccepted = Schema.Struct(identity).annotate({ identifier: "RunAccepted" })

const summary = {
  ...identity,
  title: Schema.String.annotate({ description: "How the last user message begins." }),
  background: Schema.Boolean.annotate({ description: "Whether it goes on when nobody listens, and after a restart." }),
  created_at: millis,
  ended_at: Schema.NullOr(millis),
  answer: Schema.NullOr(Schema.String),
  confidence: Schema.NullOr(Confidence),
  degraded: Schema.Boolean.annotate({ description: "Whether less was done than was asked for." }),
  usage: RunUsage.annotate({ description: "Of all model calls; cost in micro-USD, null where no price is known." })
}

export const RunSummary = Schema.Struct({
  ...summary,
  error: Schema.NullOr(Schema.String)
}).annotate({ identifier: "RunSummary" })

export const RunPage = Schema.Struct({
  runs: Schema.Array(RunSummary),
  next: Schema.NullOr(RunId).annotate({ description: "`before` of the next page; null on the last one." })
}).annotate({ identifier: "RunPage" })

const ThreadView = Schema.Struct({
  thread: Schema.Int,
  strategy: Schema.String,
  status: Schema.Literals(["running", "concluded", "failed", "stopped"]),
  steps: Schema.Int.annotate({ description: "Steps that stand." }),
  revised: Schema.Int.annotate({ description: "Steps that lost their vote and were thought anew, or given up." }),
  answer: Schema.NullOr(Schema.String),
  confidence: Schema.NullOr(Confidence),
  tested: Schema.Boolean.annotate({ description: "Whether its conclusion was challenged or voted on." }),
  reason: Schema.NullOr(Schema.String).annotate({ description: "Why it failed or was stopped." })
})

export const RunReply = Schema.Struct({
  ...summary,
  short_answer: Schema.NullOr(Schema.String).annotate({
    description: "The answer alone, where the question has one of few words."
  }),
  error: Schema.NullOr(Schema.Struct({ reason: Schema.String, detail: Schema.String })),
  request_id: Schema.String,
  plan: Schema.NullOr(Schema.Struct({ difficulty: Schema.String, form: AnswerForm })),
  threads: Schema.Array(ThreadView),
  open_calls: Schema.Int.annotate({ description: "Model calls under way." }),
  degraded_because: Schema.Array(Schema.Struct({ why: Schema.String, detail: Schema.String })),
  budget_spent: Schema.Array(Schema.Struct({ what: Schema.String, limit: Schema.Finite, used: Schema.Finite })),
  last_event: Schema.Int.annotate({ description: "The number of its last event; `after` of those to come." })
}).annotate({ identifier: "Run" })
