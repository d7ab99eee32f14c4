import { Array as Arr, Context, Effect, Layer, Option } from "effect"
import type { HttpClient } from "effect/http"
import { AppConfig } from "../platform/config/AppConfig.ts"
import type { ChatModel } from "./ChatModel.ts"
import { withFallback } from "./policy/fallback.ts"
import { makeProviderModel } from "./ProviderModel.ts"

/** The models that are set up, and the default: the first, with the others behind it unless `ai.fallback` is off. */
export class Catalog extends Context.Service<
  Catalog,
  {
    readonly models: ReadonlyArray<ChatModel>
    readonly default: Option.Option<ChatModel>
  }
>()("siku/providers/Catalog") {
  static readonly layer: Layer.Layer<Catalog, never, AppConfig | HttpClient.HttpClient> = Layer.effect(
    Catalog,
    Effect.gen(function* () {
      const { ai } = yield* AppConfig
      const models = yield* Effect.forEach(ai.providers, (settings) =>
        makeProviderModel(settings, { maxRetries: ai.maxRetries })
      )
      return Catalog.of({
        models,
        default: Arr.isArrayNonEmpty(models)
          ? Option.some(ai.fallback ? withFallback(models) : models[0])
          : Option.none()
      })
    })
  )
}
