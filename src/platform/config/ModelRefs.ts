import { Effect, Schema, SchemaGetter, SchemaIssue } from "effect"
import { isProviderId } from "./ProviderId.ts"
import { ListOf, Text } from "./SettingValues.ts"

const Ref = Schema.Struct({ provider: Schema.String, model: Schema.UndefinedOr(Schema.String) })

/** A model as `provider` or `provider/model`; a model id may hold further slashes, the id of a provider holds none. */
const RefFromText = Text.pipe(
  Schema.decodeTo(Ref, {
    decode: SchemaGetter.transformEffect((text: string) => {
      const slash = text.indexOf("/")
      const provider = slash === -1 ? text : text.slice(0, slash)
      const model = slash === -1 ? undefined : text.slice(slash + 1).trim()
      return isProviderId(provider) && model !== ""
        ? Effect.succeed({ provider, model })
        : Effect.fail(new SchemaIssue.InvalidValue())
    }),
    encode: SchemaGetter.transform(({ model, provider }) => (model === undefined ? provider : `${provider}/${model}`))
  })
)

/** Models in the order they are asked, as a list or as one text with commas. */
export const ModelRefs = ListOf(RefFromText)
