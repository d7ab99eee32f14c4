import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { ConflictProblem, InvalidProblem } from "../Problems.ts"

const Value = Schema.Json.annotate({
  description: "As it may be written in a file; null where it is not set, … for a secret."
})
const Source = Schema.Literals(["default", "file", "environment", "flag", "changed"]).annotate({
  description: "Where the value comes from; changed: set here while running."
})

const Setting = Schema.Struct({
  path: Schema.String,
  value: Value,
  source: Source,
  from: Schema.String.annotate({ description: "The source by name: a file, a variable, a flag." }),
  live: Schema.Boolean.annotate({ description: "Whether it can be changed here; else it needs a restart." }),
  configured: Schema.NullOr(Schema.Struct({ value: Value, source: Source, from: Schema.String })).annotate({
    description: "What null would go back to, where it was changed here."
  }),
  problem: Schema.NullOr(Schema.String).annotate({ description: "Why what it was changed to does not hold." }),
  default: Schema.NullOr(Schema.String),
  allowed: Schema.String,
  description: Schema.String,
  secret: Schema.Boolean,
  variables: Schema.Array(Schema.String),
  flag: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Setting" })

export const SettingsView = Schema.Struct({
  revision: Schema.Finite.annotate({ description: "Counts the changes made while running." }),
  settings: Schema.Array(Setting),
  warnings: Schema.Array(Schema.String)
}).annotate({ identifier: "Settings" })

export const SettingsChange = Schema.StructWithRest(
  Schema.Struct({
    if_revision: Schema.optionalKey(Schema.Finite).annotate({
      description: "Change only if this is still the revision; else 409."
    })
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
).annotate({
  identifier: "SettingsChange",
  description: 'Values by path, such as {"answering.mode": "think"}; null goes back to the configuration.'
})

const path = "/api/v1/settings"

/** The settings while the service runs; put under the admin key where the API is put together. */
export const SettingsApi = HttpApiGroup.make("settings")
  .add(
    HttpApiEndpoint.get("readSettings", path, { success: SettingsView }).annotate(
      OpenApi.Summary,
      "Every setting with its value, where that comes from and whether it may be changed now"
    )
  )
  .add(
    HttpApiEndpoint.patch("changeSettings", path, {
      payload: SettingsChange,
      success: SettingsView,
      error: [ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Change settings: all that are sent, or none")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Settings",
      description: "Settings while the service runs. Changes lie over the file and the environment, and are stored."
    })
  )
