import { Schema } from "effect"
import { ConfigProblem } from "../../platform/config/ConfigProblems.ts"

/** There is no provider of this id. */
export class UnknownProvider extends Schema.TaggedError<UnknownProvider>()("UnknownProvider", { id: Schema.String }) {}
/** There is one of this id already. */
export class ProviderExists extends Schema.TaggedError<ProviderExists>()("ProviderExists", { id: Schema.String }) {}
/** It stands in the configuration, which is not ours to change. */
export class ProviderConfigured extends Schema.TaggedError<ProviderConfigured>()("ProviderConfigured", {
  id: Schema.String
}) {}
/** It is switched off, has no key, or its settings are wrong. */
export class ProviderNotReady extends Schema.TaggedError<ProviderNotReady>()("ProviderNotReady", {
  id: Schema.String,
  state: Schema.Literals(["disabled", "without_key", "wrong"])
}) {}
/** The settings would be wrong; nothing was changed. */
export class BadProvider extends Schema.TaggedError<BadProvider>()("BadProvider", {
  problems: Schema.Array(ConfigProblem)
}) {}
