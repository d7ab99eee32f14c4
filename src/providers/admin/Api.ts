import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { entryFields } from "./entryFields.ts"

/** The settings of a provider as in the configuration file. They are checked where the file is, with the same words. */
const settingFields = Object.fromEntries(
  entryFields.map(({ allowed, description, name, secret }) => [
    name,
    Schema.optionalKey(
      Schema.Unknown.annotate({
        description: `${description} Allowed: ${allowed}.${secret ? " A masked value leaves what is stored." : ""}`
      })
    )
  ])
)

const AnyField = Schema.Record(Schema.String, Schema.Unknown)

const ProviderChange = Schema.StructWithRest(Schema.Struct(settingFields), [AnyField]).annotate({
  identifier: "ProviderChange",
  description: "Fields that are to change; null takes back what was set here, so that the configuration holds again."
})

const NewProvider = Schema.StructWithRest(Schema.Struct({ id: Schema.String, ...settingFields }), [AnyField]).annotate({
  identifier: "NewProvider",
  description: "An id of 1 to 64 letters, digits, dots, hyphens and underscores, and the settings of the provider."
})

/** When and why something failed; `at` is milliseconds since 1970. */
const Failure = Schema.Struct({ at: Schema.Finite, reason: Schema.String, detail: Schema.String })

const Key = Schema.Struct({
  key: Schema.NullOr(Schema.String).annotate({ description: "Masked; null where the platform takes none." }),
  state: Schema.Literals(["ready", "resting", "put_aside", "unused"]).annotate({
    description:
      "resting: the platform asked for a pause; put_aside: it refused the key; unused: the provider is not in use."
  }),
  breaker: Schema.Literals(["closed", "open", "half_open"]),
  retry_in_ms: Schema.NullOr(Schema.Finite).annotate({
    description: "Milliseconds until it is used again; null when it is in use."
  }),
  in_flight: Schema.Finite,
  waiting: Schema.Finite,
  last_success_at: Schema.NullOr(Schema.Finite),
  last_failure: Schema.NullOr(Failure)
})

const Price = Schema.Struct({
  input: Schema.Finite,
  cached_input: Schema.optionalKey(Schema.Finite),
  cache_write: Schema.optionalKey(Schema.Finite),
  cache_write_1h: Schema.optionalKey(Schema.Finite),
  output: Schema.Finite
})

export const Provider = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  preset: Schema.NullOr(Schema.String),
  state: Schema.Literals(["ready", "disabled", "without_key", "wrong"]),
  problem: Schema.NullOr(Schema.String).annotate({ description: "Why what was stored cannot be used." }),
  default: Schema.Boolean.annotate({ description: "Whether it is asked first." }),
  source: Schema.Literals(["configuration", "stored", "both"]).annotate({
    description: "Where it was set: in the configuration, here, or in the one and changed in the other."
  }),
  enabled: Schema.Boolean,
  base_url: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  keys: Schema.Array(Key),
  max_tokens: Schema.NullOr(Schema.Finite),
  temperature: Schema.NullOr(Schema.Finite),
  timeout: Schema.NullOr(Schema.Finite).annotate({ description: "In seconds." }),
  stall_timeout: Schema.NullOr(Schema.Finite).annotate({ description: "In seconds." }),
  max_retries: Schema.NullOr(Schema.Finite),
  concurrency: Schema.NullOr(Schema.Finite),
  proxy: Schema.NullOr(Schema.String).annotate({ description: "Masked where it holds who may use it." }),
  fallback: Schema.NullOr(Schema.Array(Schema.String)),
  prices: Schema.Record(Schema.String, Price)
}).annotate({ identifier: "Provider" })

export const Providers = Schema.Struct({
  providers: Schema.Array(Provider),
  roles: Schema.Record(Schema.String, Schema.Array(Schema.String)).annotate({
    description: "Which models are asked in each role, in this order."
  })
}).annotate({ identifier: "Providers" })

export const ProviderTestReply = Schema.Struct({
  ok: Schema.Boolean,
  model: Schema.String,
  elapsed_ms: Schema.Finite,
  text: Schema.NullOr(Schema.String),
  cost: Schema.NullOr(Schema.Finite).annotate({ description: "In micro-USD; null where no price is known." }),
  failure: Schema.NullOr(
    Schema.Struct({ reason: Schema.String, detail: Schema.String, retryable: Schema.Boolean, remedy: Schema.String })
  )
}).annotate({ identifier: "ProviderTestReply" })

const params = { id: Schema.String }
const path = "/api/v1/providers"

/** Management of the providers, for the scope admin. */
export const ProvidersApi = HttpApiGroup.make("providers")
  .add(
    HttpApiEndpoint.get("listProviders", path, { success: Providers }).annotate(
      OpenApi.Summary,
      "Every provider with its state, its keys (masked), its breakers and its last error"
    )
  )
  .add(
    HttpApiEndpoint.post("addProvider", path, {
      payload: NewProvider,
      success: Provider.pipe(HttpApiSchema.status(201)),
      error: [ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Add a provider")
  )
  .add(
    HttpApiEndpoint.get("readProvider", `${path}/:id`, { params, success: Provider, error: NotFoundProblem }).annotate(
      OpenApi.Summary,
      "One provider"
    )
  )
  .add(
    HttpApiEndpoint.patch("changeProvider", `${path}/:id`, {
      params,
      payload: ProviderChange,
      success: Provider,
      error: [NotFoundProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Change a provider, switch it on or off")
  )
  .add(
    HttpApiEndpoint.delete("removeProvider", `${path}/:id`, {
      params,
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Take out what was set here")
  )
  .add(
    HttpApiEndpoint.post("makeDefaultProvider", `${path}/:id/default`, {
      params,
      success: Provider,
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Ask this provider first")
  )
  .add(
    HttpApiEndpoint.post("testProvider", `${path}/:id/test`, {
      params,
      query: { model: Schema.optionalKey(Schema.NonEmptyString) },
      success: ProviderTestReply,
      error: [NotFoundProblem, ConflictProblem]
    }).annotate(OpenApi.Summary, "Ask the provider something small; costs what that costs")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Providers",
      description: "AI providers while the service runs. Changes lie over the configuration and are stored."
    })
  )
