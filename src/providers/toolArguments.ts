import { Option, Result, Schema } from "effect"
import { decodeJson } from "../platform/decodeJson.ts"
import type { ToolCall } from "./ChatModel.ts"
import { BadRequest } from "./ProviderError.ts"

const decode = decodeJson(Schema.Record(Schema.String, Schema.Unknown))

/** A past call's arguments as the object that native platforms want; "" is what some models write for none. */
export const toolArguments = (call: ToolCall): Result.Result<Readonly<Record<string, unknown>>, BadRequest> =>
  call.arguments.trim() === ""
    ? Result.succeed({})
    : Option.match(decode(call.arguments), {
        onNone: () =>
          Result.fail(new BadRequest({ detail: `tool_calls: the arguments of "${call.name}" are no JSON object` })),
        onSome: Result.succeed
      })
