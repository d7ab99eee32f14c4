import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { CostSource } from "./CostSource.ts"

const Tokens = {
  prompt_tokens: Schema.Finite,
  completion_tokens: Schema.Finite,
  cached_tokens: Schema.Finite,
  cache_write_tokens: Schema.Finite.annotate({ description: "Of the prompt, what the platform put into its cache." }),
  reasoning_tokens: Schema.Finite,
  estimated: Schema.Boolean.annotate({ description: "Whether some of the tokens are an estimate." }),
  cost: Schema.NullOr(Schema.Finite).annotate({ description: "In micro-USD; null where no price is known." }),
  cost_source: Schema.NullOr(CostSource).annotate({
    description:
      "platform: it told the cost; prices: its count of tokens by the prices that are set; estimate: tokens that nobody counted, by those prices. Null where no price is known."
  }),
  unsound: Schema.Boolean.annotate({
    description: "Whether the database has numbers for it that cannot be; those count as nothing."
  }),
  elapsed_ms: Schema.Finite,
  first_byte_ms: Schema.NullOr(Schema.Finite)
}

const outcome = Schema.String.annotate({
  description: "answered, interrupted, defect, or the reason why it failed, such as RateLimited."
})

const Attempt = Schema.Struct({
  at: Schema.Finite.annotate({ description: "Milliseconds since 1970." }),
  provider: Schema.String,
  model: Schema.String,
  api_key: Schema.NullOr(Schema.String).annotate({ description: "Masked." }),
  outcome,
  detail: Schema.NullOr(Schema.String),
  ...Tokens
})

const Call = Schema.Struct({
  id: Schema.String,
  at: Schema.Finite.annotate({ description: "Milliseconds since 1970." }),
  role: Schema.String,
  request_id: Schema.String,
  account_id: Schema.NullOr(Schema.String).annotate({ description: "Who pays; null is the house." }),
  user_id: Schema.NullOr(Schema.String),
  key_id: Schema.NullOr(Schema.String),
  route: Schema.NullOr(Schema.String),
  provider: Schema.NullOr(Schema.String).annotate({ description: "Who answered; null where nobody did." }),
  model: Schema.NullOr(Schema.String),
  stream: Schema.Boolean,
  outcome,
  ...Tokens,
  attempts: Schema.Array(Attempt)
}).annotate({ identifier: "ModelCall" })

export const Calls = Schema.Struct({
  calls: Schema.Array(Call),
  next: Schema.NullOr(Schema.String).annotate({ description: "`before` of the next page; null on the last one." })
}).annotate({ identifier: "ModelCalls" })

const Limit = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))

/** The ledger, for the scope admin. */
export const CallsApi = HttpApiGroup.make("calls")
  .add(
    HttpApiEndpoint.get("listCalls", "/api/v1/calls", {
      query: {
        limit: Schema.optionalKey(Limit),
        before: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^call_[\w-]{1,43}$/)))
      },
      success: Calls
    }).annotate(OpenApi.Summary, "Model calls with all their attempts, the newest first")
  )
  .annotateMerge(
    OpenApi.annotations({ title: "Calls", description: "What was asked of models, what came of it and what it cost." })
  )
