import { Duration, Effect, Layer, Option, Redacted, Result } from "effect"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Credit } from "../../accounts/credit/Credit.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import type { ProviderStatus, Settings } from "../../platform/config/Settings.ts"
import { Durability } from "../../platform/Durability.ts"
import { makeLiveSettings, LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { SettingsAdmin } from "../../platform/settings/SettingsAdmin.ts"
import { SettingsStore } from "../../platform/settings/SettingsStore.ts"
import * as Sql from "../../platform/Sql.ts"
import { CannotOpen, Vault } from "../../platform/Vault.ts"
import { CallLedger } from "../../providers/accounting/CallLedger.ts"
import { ProviderAdmin, type Providers } from "../../providers/admin/ProviderAdmin.ts"
import { ProviderStore } from "../../providers/admin/ProviderStore.ts"
import { Catalog } from "../../providers/Catalog.ts"
import { remedyFor } from "../../providers/remedyFor.ts"
import { type Finding, findingsOf, type Findings } from "./Finding.ts"

const providers = findingsOf("providers")
const settingsFindings = findingsOf("settings")

/** A vault that opens nothing, where there is no key and none is to be made. */
const shut = Layer.succeed(
  Vault,
  Vault.of({
    seal: () => Effect.die(new Error("nothing is stored by the doctor")),
    open: (_, context) => Effect.fail(new CannotOpen({ context })),
    derive: () => Effect.die(new Error("the doctor has no key"))
  })
)

/**
 * What is stored of providers and settings, over the configuration, as the service would have it. The database is only read; calls that are
 * made go into a ledger in memory.
 */
export const storedOver = (settings: Settings, database: string | undefined, hasKey: boolean) => {
  const inMemory = Layer.fresh(Sql.layer).pipe(
    Layer.provide(Layer.succeed(AppConfig, { ...settings, database: { ...settings.database, filename: ":memory:" } }))
  )
  const stored =
    database === undefined
      ? inMemory
      : Layer.merge(
          SqliteClient.layer({ filename: database, readonly: true, disableWAL: true }),
          Layer.succeed(Durability, Durability.of({ flush: Effect.void, tryFlush: Effect.void }))
        )
  return SettingsAdmin.layer.pipe(
    Layer.provideMerge(ProviderAdmin.layer),
    Layer.provideMerge(
      Layer.mergeAll(
        Catalog.layer.pipe(Layer.provide(Layer.merge(CallLedger.layer, Credit.layer).pipe(Layer.provide(inMemory)))),
        Layer.merge(ProviderStore.layer, SettingsStore.layer).pipe(Layer.provide(stored))
      )
    ),
    Layer.provide(hasKey ? Vault.layer : shut),
    Layer.provide(
      Layer.merge(Layer.succeed(AppConfig, settings), Layer.succeed(LiveSettings, makeLiveSettings(settings)))
    )
  )
}

/** What was changed while running and hides what the configuration says, and what of it does not hold. */
export const examineSettings = Effect.gen(function* () {
  const { configured, settings, unused } = yield* (yield* SettingsAdmin).all
  const changed = settings.filter(({ layer }) => layer === "stored")
  return [
    ...changed.map(({ setting: { path }, value }) => {
      const before = configured.get(path)
      const text = `${path} was changed while running, to ${JSON.stringify(value)}`
      return before === undefined || before.layer === "default"
        ? settingsFindings.ok(text)
        : settingsFindings.warning(
            `${text}, which hides ${before.source}`,
            `to go back: PATCH /api/v1/settings {"${path}": null}`
          )
    }),
    ...[...unused].map(([path, why]) =>
      settingsFindings.warning(
        `${path} was changed while running, which does not hold: ${why}`,
        `to forget it: PATCH /api/v1/settings {"${path}": null}`
      )
    )
  ] satisfies Findings
})

/** Every provider: whether it can be asked, and with `online` whether it answers, at the cost of a few tokens each. */
export const examineProviders = Effect.fn("doctor.providers")(function* (online: boolean) {
  const admin = yield* ProviderAdmin
  const all = yield* admin.all
  const stored = [...all.unusable].map(([id, why]) =>
    providers.problem(`${id}: what was stored is not used: ${why}`, `enter it anew: PATCH /api/v1/providers/${id}`)
  )
  if (all.ai.providers.length === 0) stored.push(noneReady(all))
  const each = yield* Effect.forEach(
    all.ai.entries.filter(({ id }) => !all.unusable.has(id)),
    (status) => (status.state === "ready" && online ? ask(status) : Effect.succeed(described(status, all))),
    { concurrency: 4 }
  )
  return [...each, ...stored]
})

const noneReady = ({ ai }: Providers): Finding =>
  providers.warning(
    ai.entries.length === 0 ? "there is no AI provider" : "no AI provider is ready",
    "set the key of one, such as DEEPSEEK_API_KEY; without one only the bank answers"
  )

const described = ({ entry, id, state }: ProviderStatus, { ai }: Providers): Finding => {
  const keys = ai.providers.find((provider) => provider.id === id)?.apiKeys.map(Redacted.value).length ?? 0
  switch (state) {
    case "ready":
      return providers.ok(`${id} has ${keys === 1 ? "a key" : `${keys} keys`}; it was not asked (--online asks it)`)
    case "disabled":
      return providers.ok(`${id} is switched off`)
    case "without_key":
      return providers.warning(
        `${id} has no key`,
        `set ai.providers.${id}.api_key${entry.enabled === true ? ", or enabled to false" : ""}`
      )
    case "wrong":
      return providers.problem(`${id} cannot be used`, "correct its settings")
  }
}

const mostTime = Duration.seconds(65)

const ask = Effect.fnUntraced(function* ({ id }: ProviderStatus) {
  const admin = yield* ProviderAdmin
  const asked = yield* admin.test(id, undefined).pipe(Effect.timeoutOption(mostTime), Effect.option)
  const test = Option.getOrUndefined(Option.flatten(asked))
  if (test === undefined) return providers.problem(`${id} did not answer in time`, "try again later")
  return Result.match(test.result, {
    onSuccess: () => providers.ok(`${id} answers (${test.model}, ${test.elapsedMillis} ms)`),
    onFailure: ({ reason }) =>
      providers.problem(`${id} does not answer: ${reason._tag}: ${reason.detail}`, remedyFor(reason))
  })
})
