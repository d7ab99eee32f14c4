import { Option, Result, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { Malformed } from "../../providers/ProviderError.ts"

const decode = decodeJson(Schema.Record(Schema.String, Schema.Unknown))

/** The arguments that a model wrote for a call, as the object that Anthropic's clients get; "" is what some write for none. */
export const toolInput = (call: {
  readonly name: string
  readonly arguments: string
}): Result.Result<Readonly<Record<string, unknown>>, Malformed> =>
  call.arguments.trim() === ""
    ? Result.succeed({})
    : Option.match(decode(call.arguments), {
        onNone: () =>
          Result.fail(new Malformed({ detail: `the arguments of the call of ${call.name} are no JSON object` })),
        onSome: Result.succeed
      })
