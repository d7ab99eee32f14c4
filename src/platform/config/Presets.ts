import { Effect, Schema } from "effect"
import presetsFile from "../../../config/presets.json" with { type: "json" }

const TokenParameter = Schema.Literals(["max_tokens", "max_completion_tokens"])

/** The range a request parameter must lie in; the ends belong to it unless they are called exclusive. */
const Range = Schema.Struct({
  min: Schema.Finite,
  minExclusive: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(false))),
  max: Schema.Finite,
  maxExclusive: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(false)))
}).pipe(Schema.encodeKeys({ minExclusive: "min_exclusive", maxExclusive: "max_exclusive" }))

/**
 * What a model does not take. Model ids are matched by their beginning; no `models` at all means every model of the
 * provider. Sampling parameters are left out of a request; anything else that is in use is refused by name.
 */
const DroppedParameters = Schema.Struct({
  models: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  parameters: Schema.Array(Schema.NonEmptyString)
})

const emptyList = Effect.succeed([])

/**
 * What is known of an AI provider before anyone configures it: its address, a default model and its quirks.
 * The data is `config/presets.json`; model ids retire quickly, so every entry of the configuration may name another.
 */
const PresetEntry = Schema.Struct({
  name: Schema.NonEmptyString,
  family: Schema.Literals(["openai", "gemini", "anthropic"]),
  /** Null where the address must be given. */
  baseUrl: Schema.NullOr(Schema.NonEmptyString),
  /** Null where the model must be given. */
  model: Schema.NullOr(Schema.NonEmptyString),
  keyRequired: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(true))),
  homepage: Schema.NullOr(Schema.NonEmptyString),
  /** Further environment variables, by the field of a provider's settings they stand for. */
  environmentAliases: Schema.Record(Schema.String, Schema.Array(Schema.NonEmptyString)).pipe(
    Schema.withDecodingDefaultTypeKey(Effect.succeed({}))
  ),
  /** The most output tokens a request may ask for; null where the provider sets no limit of its own. */
  maxTokensLimit: Schema.NullOr(Schema.Int).pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(null))),
  /** How many tokens a model may think beside that limit, where the platform counts thoughts apart from it. */
  thoughtsOnTop: Schema.Int.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(0))),
  /** Whether what a reply took comes with what it cost, in USD (`usage.cost`). */
  tellsCost: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(false))),
  temperature: Schema.optionalKey(Range),
  topP: Schema.optionalKey(Range),
  /** Under which name the limit on output tokens is sent, for models whose id begins with one of the prefixes. */
  tokenParameter: Schema.Struct({
    default: TokenParameter,
    models: Schema.Array(Schema.Struct({ prefixes: Schema.Array(Schema.NonEmptyString), parameter: TokenParameter }))
  }).pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed({ default: "max_tokens", models: [] }))),
  droppedParameters: Schema.Array(DroppedParameters).pipe(Schema.withDecodingDefaultTypeKey(emptyList)),
  /** Beginnings of the ids of models that refuse a request without streaming. */
  streamOnlyModels: Schema.Array(Schema.NonEmptyString).pipe(Schema.withDecodingDefaultTypeKey(emptyList)),
  /** Whether the provider lists its models at `/models`. */
  modelsEndpoint: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(true))),
  /** How thinking is turned on and off: `enable_thinking: boolean`, `thinking: { type }`, or not at all (null). */
  thinkingControl: Schema.NullOr(Schema.Literals(["enable_thinking", "thinking_type"])).pipe(
    Schema.withDecodingDefaultTypeKey(Effect.succeed(null))
  ),
  rejectsEmptyAssistant: Schema.Boolean.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(false))),
  /** What an error code in a reply's body means where the HTTP status alone misleads. */
  errorCodes: Schema.Record(
    Schema.String,
    Schema.Literals([
      "AuthFailed",
      "BadRequest",
      "ContentFiltered",
      "ContextTooLong",
      "ModelNotFound",
      "NoBalance",
      "Overloaded",
      "RateLimited",
      "Unavailable"
    ])
  ).pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed({})))
}).pipe(
  Schema.encodeKeys({
    baseUrl: "base_url",
    keyRequired: "key_required",
    environmentAliases: "environment_aliases",
    maxTokensLimit: "max_tokens_limit",
    thoughtsOnTop: "thoughts_on_top",
    tellsCost: "tells_cost",
    topP: "top_p",
    tokenParameter: "token_parameter",
    droppedParameters: "dropped_parameters",
    streamOnlyModels: "stream_only_models",
    modelsEndpoint: "models_endpoint",
    thinkingControl: "thinking_control",
    rejectsEmptyAssistant: "rejects_empty_assistant",
    errorCodes: "error_codes"
  })
)

/** The schema of `config/presets.json`. A misspelt key is an error there, so that no quirk is lost silently. */
export const PresetsFile = Schema.Record(Schema.String, PresetEntry)

export interface Preset extends Schema.Schema.Type<typeof PresetEntry> {
  readonly key: string
}

/** All presets by key, in the order of the file, which is the order of preference among providers from the environment. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  Object.entries(Schema.decodeUnknownSync(PresetsFile, { onExcessProperty: "error" })(presetsFile)).map(
    ([key, entry]): [string, Preset] => [key, { key, ...entry }]
  )
)
