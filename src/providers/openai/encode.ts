import { Result } from "effect"
import type { ChatRequest, ResponseFormat, ToolChoice, ToolDefinition } from "../ChatModel.ts"
import type { Family, Target } from "../Family.ts"
import { beginsWithAny, droppedFor, parametersFor } from "../parameters.ts"
import { BadRequest } from "../ProviderError.ts"
import { sentEffort } from "../sentEffort.ts"
import { refusedToolChoice } from "../toolChoice.ts"
import { encodeMessages } from "./messages.ts"

/** Whether a model answers only when streamed: whoever wants a whole reply streams it and folds the events. */
export const mustStream = (target: Target): boolean => beginsWithAny(target.model, target.preset.streamOnlyModels)

/** The call for a request: `POST {base}/chat/completions`. */
export const encode: Family["encode"] = (target, request, { stream }) => {
  const refusal = refusalOf(target, request, stream)
  if (refusal !== undefined) return Result.fail(new BadRequest({ detail: refusal }))
  const { key, model, preset } = target
  const { responseFormat, seed, stop = [], toolChoice, tools = [] } = request
  const effort = sentEffort(request)
  const parameters = parametersFor(preset, model, request)
  return Result.succeed({
    url: `${target.baseUrl}/chat/completions`,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    outputLimit: parameters["max_completion_tokens"] ?? parameters["max_tokens"],
    body: {
      model,
      messages: encodeMessages(preset, request.messages),
      ...parameters,
      ...(stop.length === 0 ? {} : { stop }),
      ...(seed === undefined ? {} : { seed }),
      ...(effort === undefined ? {} : { reasoning_effort: effort }),
      ...(tools.length === 0 ? {} : { tools: tools.map(encodeTool) }),
      ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: encodeToolChoice(toolChoice) }),
      ...(responseFormat === undefined || responseFormat.type === "text"
        ? {}
        : { response_format: encodeResponseFormat(responseFormat) }),
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {})
    }
  })
}

const encodeTool = ({ description, name, parameters, strict }: ToolDefinition) => ({
  type: "function",
  function: {
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
    ...(strict === undefined ? {} : { strict })
  }
})

const encodeToolChoice = (choice: ToolChoice): unknown =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } }

const encodeResponseFormat = (format: Exclude<ResponseFormat, { readonly type: "text" }>): unknown => {
  const { type, ...schema } = format
  return type === "json_schema" ? { type, json_schema: schema } : { type }
}

// What a request asks for and cannot have, named as on the wire. The sampling parameters are not among it: those a model
// does not take are left out.
const refusalOf = (target: Target, request: ChatRequest, stream: boolean): string | undefined => {
  const { model, preset } = target
  if (!stream && mustStream(target)) return `stream: ${preset.key}/${model} answers only when streamed`
  const refused = refusedToolChoice(request)
  if (refused !== undefined) return refused
  const dropped = droppedFor(preset, model)
  const field = wantedFields(request).find((name) => dropped.has(name))
  return field === undefined ? undefined : `${field}: ${preset.key}/${model} does not take it`
}

// Every field in use, and then the use made of it: a list of what a model does not take may name either.
const wantedFields = (request: ChatRequest): ReadonlyArray<string> => {
  const { messages, responseFormat, seed, stop = [], toolChoice, tools = [] } = request
  const fields: Array<string> = []
  if (sentEffort(request) !== undefined) fields.push("reasoning_effort")
  if (seed !== undefined) fields.push("seed")
  if (stop.length > 0) fields.push("stop")
  if (tools.length > 0) fields.push("tools")
  // "auto" is what is done anyway
  if (tools.length > 0 && toolChoice !== undefined && toolChoice !== "auto") {
    fields.push("tool_choice", `tool_choice.${typeof toolChoice === "string" ? toolChoice : "function"}`)
  }
  if (responseFormat !== undefined && responseFormat.type !== "text") {
    fields.push("response_format", `response_format.${responseFormat.type}`)
  }
  const images = messages.flatMap((message) =>
    message.role === "user" && typeof message.content !== "string"
      ? message.content.filter((part) => part.type === "image")
      : []
  )
  if (images.length > 0) fields.push("image_url")
  if (images.some((image) => "url" in image)) fields.push("image_url.url")
  return fields
}
