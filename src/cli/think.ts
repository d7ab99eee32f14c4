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
import { DEMO } from "../providers/demo/demoModel.ts"
import { presetNames, settingsFor } from "../thinking/presets.ts"
import { languageOf } from "../thinking/prompts/language.ts"
import { Reasoner } from "../thinking/Reasoner.ts"
import type { ReasoningRequest } from "../thinking/ReasoningRequest.ts"
import { RunLog } from "../thinking/RunLog.ts"
import { whoThinks } from "../thinking/whoThinks.ts"
import { configuration } from "./root.ts"
import { billLine } from "./think/runView.ts"
import { showRun } from "./think/showRun.ts"
import { wordsIn } from "./think/words.ts"

/** Nothing is thought through under this name. */
class NoSuchModel extends Schema.TaggedError<NoSuchModel>()("NoSuchModel", { model: Schema.String }) {
  override get message(): string {
    const names = presetNames.map(({ name }) => name).join(", ")
    return `there is no model ${this.model}; there are ${names}, and siku:<lite|standard|max>@<provider>/<model>`
  }
}

const quiet = Layer.succeed(References.MinimumLogLevel, "Error" as const)

const thinking = Reasoner.layer.pipe(
  Layer.provideMerge(SettingsAdmin.layer),
  Layer.provideMerge(ProviderAdmin.layer),
  Layer.provideMerge(
    Layer.mergeAll(Catalog.layer, PromptFiles.layer, ProviderStore.layer, RunLog.layer, SettingsStore.layer)
  ),
  Layer.provideMerge(Layer.mergeAll(CallLedger.layer, Credit.layer, Outbound.layer, Vault.layerOfDatabase)),
  Layer.provideMerge(Sql.layer),
  Layer.provideMerge(configuration),
  Layer.provideMerge(NodeServices.layer),
  Layer.provideMerge(quiet)
)

export const think = Command.make(
  "think",
  {
    question: Argument.String("question").pipe(Argument.withDescription("What to think about.")),
    model: Flag.String("model").pipe(
      Flag.withDescription(`${presetNames.map(({ name }) => name).join(", ")}, or siku:<preset>@<provider>/<model>.`),
      Flag.withDefault("siku")
    ),
    effort: Flag.Literals("effort", ["minimal", "low", "medium", "high"]).pipe(
      Flag.withDescription("How deep to think."),
      Flag.withDefault("medium")
    ),
    calls: Flag.Int("calls").pipe(Flag.withDescription("Most requests to models."), Flag.optional)
  },
  Effect.fn("cli.think")(function* (given) {
    const { current: settings } = yield* LiveSettings
    const catalog = yield* Catalog
    const named = settingsFor(settings.thinking, { model: given.model })
    const thinkers = named && (yield* whoThinks(catalog, { model: given.model, through: named.through }))
    if (thinkers === undefined) return yield* new NoSuchModel({ model: given.model })
    const { model, through } = thinkers
    const found = settingsFor(settings.thinking, {
      model,
      effort: given.effort,
      overrides: Option.match(given.calls, { onNone: () => ({}), onSome: (calls) => ({ budget: { calls } }) })
    })
    if (found === undefined) return yield* new NoSuchModel({ model })
    const request: ReasoningRequest = {
      model,
      ...(through === undefined ? {} : { through }),
      messages: [{ role: "user", content: given.question }],
      sampling: {},
      settings: found.settings
    }
    const words = wordsIn(languageOf(request))
    if (through === DEMO) process.stderr.write(`${words.demo}\n\n`)
    const reasoner = yield* Reasoner
    const id = yield* reasoner.makeId
    const state = yield* showRun(
      reasoner.run({ id, request, background: false }),
      {
        isTerminal: process.stderr.isTTY,
        columns: process.stderr.columns ?? 80,
        rows: process.stderr.rows ?? 24,
        write: (text) => process.stderr.write(text)
      },
      words
    )
    if (state.outcome === undefined) return
    const { answer, confidence, text } = state.outcome
    process.stdout.write(`\n${text.trimEnd()}\n\n`)
    const isSaid = answer !== undefined && text.trimEnd().split("\n").at(-1)?.includes(answer)
    if (answer !== undefined && isSaid !== true) process.stdout.write(`${words.answer}: ${answer}\n`)
    process.stdout.write(`${words.confidence}: ${Math.round(confidence * 100)}%\n`)
    process.stderr.write(`${billLine(state, state.endedAt ?? 0, words)} · ${id}\n`)
  }, Effect.provide(thinking))
).pipe(Command.withDescription("Thinks a question through before your eyes; ends with the answer and the bill."))
