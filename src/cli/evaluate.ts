import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Option, References, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Credit } from "../accounts/credit/Credit.ts"
import { Outbound } from "../platform/Outbound.ts"
import { PromptFiles } from "../platform/PromptFiles.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import { SettingsAdmin } from "../platform/settings/SettingsAdmin.ts"
import { SettingsStore } from "../platform/settings/SettingsStore.ts"
import * as Sql from "../platform/Sql.ts"
import { Vault } from "../platform/Vault.ts"
import { CallLedger } from "../providers/accounting/CallLedger.ts"
import { ProviderAdmin } from "../providers/admin/ProviderAdmin.ts"
import { ProviderStore } from "../providers/admin/ProviderStore.ts"
import { Catalog } from "../providers/Catalog.ts"
import { readDataset } from "../thinking/evaluation/Dataset.ts"
import { strategies, usualStrategies } from "../thinking/evaluation/strategies.ts"
import { settingsFor } from "../thinking/presets.ts"
import { Reasoner } from "../thinking/Reasoner.ts"
import { RunLog } from "../thinking/RunLog.ts"
import { compareStrategies } from "./compareStrategies.ts"
import { configuration } from "./root.ts"

/** There is no strategy of this name. */
class NoSuchStrategy extends Schema.TaggedError<NoSuchStrategy>()("NoSuchStrategy", { strategy: Schema.String }) {
  override get message(): string {
    return `there is no strategy ${this.strategy}; there are ${strategies.map(({ name }) => name).join(", ")}`
  }
}

/** Nobody can be asked. */
class NoModelToEvaluate extends Schema.TaggedError<NoModelToEvaluate>()("NoModelToEvaluate", {}) {
  override get message(): string {
    return "no AI provider is set up; see ai.providers in the configuration"
  }
}

// Only what goes wrong: the progress is on the screen.
const quiet = Layer.succeed(References.MinimumLogLevel, "Warn" as const)
// Spans that no exporter takes would still be made.
const untraced = Layer.succeed(References.TracerEnabled, false)

const thinking = Reasoner.layer.pipe(
  Layer.provideMerge(RunLog.layer),
  Layer.provideMerge(SettingsAdmin.layer),
  Layer.provideMerge(ProviderAdmin.layer),
  Layer.provideMerge(Layer.mergeAll(Catalog.layer, PromptFiles.layer, ProviderStore.layer, SettingsStore.layer)),
  Layer.provideMerge(Layer.mergeAll(CallLedger.layer, Credit.layer, Vault.layerOfDatabase)),
  Layer.provideMerge(Layer.mergeAll(Sql.layer, Outbound.layer)),
  Layer.provideMerge(configuration),
  Layer.provideMerge(Layer.mergeAll(NodeServices.layer, quiet, untraced))
)

const unlimited = Number.MAX_SAFE_INTEGER

export const evaluate = Command.make(
  "eval",
  {
    dataset: Argument.String("dataset").pipe(
      Argument.withDescription('A JSONL file of {"question", "answer"}, with "id", "options" and "type" where needed.')
    ),
    strategies: Flag.String("strategies").pipe(
      Flag.withDescription(`Names with commas, of ${strategies.map(({ name }) => name).join(", ")}.`),
      Flag.withDefault(usualStrategies.join(","))
    ),
    limit: Flag.Int("limit").pipe(Flag.withDescription("Only so many problems."), Flag.withDefault(unlimited)),
    concurrency: Flag.Int("concurrency").pipe(
      Flag.withDescription("Runs at the same time, 1 to 256."),
      Flag.withDefault(4)
    ),
    through: Flag.String("through").pipe(
      Flag.withDescription("A provider, or <provider>/<model>, to ask in every part."),
      Flag.optional
    ),
    json: Flag.String("json").pipe(Flag.withDescription("Writes all figures there."), Flag.optional),
    html: Flag.String("html").pipe(Flag.withDescription("Writes a page with plots there."), Flag.optional)
  },
  Effect.fn("cli.eval")(function* (given) {
    const { thinking } = (yield* LiveSettings).current
    const chosen = yield* Effect.forEach(given.strategies.split(","), (text) => {
      const name = text.trim()
      const found = strategies.find((strategy) => strategy.name === name)
      return found === undefined ? Effect.fail(new NoSuchStrategy({ strategy: name })) : Effect.succeed(found)
    })
    const problems = yield* readDataset(given.dataset, Math.max(1, given.limit))
    const through = Option.getOrUndefined(given.through)
    const catalog = yield* Catalog
    const model = yield* through === undefined ? catalog.forRole("thinker") : catalog.find("thinker", through)
    const preset = settingsFor(thinking, { model: "siku" })
    if (Option.isNone(model) || preset === undefined) return yield* new NoModelToEvaluate()
    yield* compareStrategies({
      dataset: given.dataset,
      problems,
      strategies: chosen,
      configured: preset.settings,
      through,
      concurrency: Math.min(256, Math.max(1, given.concurrency)),
      json: Option.getOrUndefined(given.json),
      html: Option.getOrUndefined(given.html)
    })
  }, Effect.provide(thinking))
).pipe(
  Command.withDescription(
    "Thinks the questions of a dataset through in several ways and compares how often each is right, and what it takes."
  )
)
