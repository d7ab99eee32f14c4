import { Context, Effect, Layer, Schema } from "effect"
import { CurrentUser, mayName } from "../../platform/Caller.ts"
import { Credit } from "../../accounts/credit/Credit.ts"
import { Outbound } from "../../platform/Outbound.ts"
import { accounted } from "../accounting/accounted.ts"
import { CallLedger } from "../accounting/CallLedger.ts"
import { ProviderAdmin } from "../admin/ProviderAdmin.ts"
import { Catalog } from "../Catalog.ts"
import type { ProviderError } from "../ProviderError.ts"
import { embeddingModel } from "./embeddingModel.ts"
import type { EmbeddingRequest } from "./EmbeddingRequest.ts"

/** No provider in use has a model of this name. */
export class UnknownEmbeddingModel extends Schema.TaggedError<UnknownEmbeddingModel>()("UnknownEmbeddingModel", {
  model: Schema.String
}) {
  override get message(): string {
    return `The model \`${this.model}\` does not exist; vectors come from <provider>/<model>.`
  }
}

/** The provider is of a kind that is not asked for vectors. */
export class NoEmbeddings extends Schema.TaggedError<NoEmbeddings>()("NoEmbeddings", {
  provider: Schema.String,
  family: Schema.String
}) {
  override get message(): string {
    return `${this.provider} (${this.family}) gives no vectors here; providers of OpenAI's kind do.`
  }
}

/** Vectors of texts, from the platforms of OpenAI's kind that are set up. */
export class Embeddings extends Context.Service<
  Embeddings,
  {
    /** The reply as the platform sent it, as JSON; it was asked by `<provider>/<model>`, and the ledger has the call. */
    readonly embed: (
      name: string,
      request: EmbeddingRequest
    ) => Effect.Effect<string, UnknownEmbeddingModel | NoEmbeddings | ProviderError>
  }
>()("siku/providers/embeddings/Embeddings") {
  static readonly layer: Layer.Layer<Embeddings, never, CallLedger | Catalog | Credit | Outbound | ProviderAdmin> =
    Layer.effect(
      Embeddings,
      Effect.suspend(() => make)
    )
}

const limits = { timeout: undefined, maxRetries: undefined }

const make = Effect.gen(function* () {
  const catalog = yield* Catalog
  const credit = yield* Credit
  const ledger = yield* CallLedger
  const outbound = yield* Outbound
  const providers = yield* ProviderAdmin

  const embed = Effect.fn("Embeddings.embed")(function* (name: string, request: EmbeddingRequest) {
    const unknown = new UnknownEmbeddingModel({ model: name })
    const slash = name.indexOf("/")
    const [id, model] = [name.slice(0, Math.max(0, slash)), name.slice(slash + 1)]
    const { ai } = yield* providers.all
    const settings = ai.providers.find((provider) => provider.id === id)
    const keys = yield* catalog.keysOf(id)
    if (settings === undefined || keys === undefined || model === "" || !mayName(yield* CurrentUser, name)) {
      return yield* unknown
    }
    const { family } = settings.preset
    if (family !== "openai") return yield* new NoEmbeddings({ provider: settings.name, family })
    const exchange = outbound.exchangeFor(settings.baseUrl, settings.proxy, settings.guarded)
    const asked = accounted(embeddingModel({ settings, model, keys, exchange }, request), {
      role: "embedding",
      limits,
      ledger,
      credit
    })
    return (yield* asked.complete({ messages: [] })).text
  })

  return Embeddings.of({ embed })
})
