import { Result } from "effect"
import type { ChatRequest, ToolChoice } from "../ChatModel.ts"
import type { Family, Target } from "../Family.ts"
import { parametersFor } from "../parameters.ts"
import { BadRequest } from "../ProviderError.ts"
import { sentEffort } from "../sentEffort.ts"
import { refusedToolChoice } from "../toolChoice.ts"
import { withoutUndefined } from "../withoutUndefined.ts"
import { conversationOf } from "./messages.ts"

/** Tokens of thought for an effort, the least that the API takes for a low one. */
const thoughtsFor = { minimal: 0, low: 1024, high: 16_384 }

/** The API knows no default; one that every model takes, and room for more than an answer to a quiz. */
const defaultMaxTokens = 4096

/** A call of `/v1/messages`, whole or streamed. */
export const encode: Family["encode"] = (target, request, { stream }) =>
  Result.gen(function* () {
    const parameters = yield* parametersOf(target, request)
    const tools = yield* toolsOf(request)
    const { messages, system } = yield* conversationOf(request.messages)
    return {
      url: addressOf(target.baseUrl),
      headers: {
        "anthropic-version": "2023-06-01",
        ...(target.key !== undefined && { "x-api-key": target.key })
      },
      outputLimit: parameters.max_tokens,
      body: withoutUndefined({
        model: target.model,
        ...parameters,
        system,
        messages,
        ...tools,
        stream: stream ? true : undefined
      })
    }
  })

// The address of the endpoint, of the API, or, as Anthropic's own clients want it, of what lies before `/v1`.
const addressOf = (baseUrl: string): string => {
  if (baseUrl.endsWith("/messages")) return baseUrl
  return baseUrl.endsWith("/v1") ? `${baseUrl}/messages` : `${baseUrl}/v1/messages`
}

const refuse = (what: string) => Result.fail(new BadRequest({ detail: `${what}: Anthropic does not take it` }))

const parametersOf = (
  { model, preset }: Target,
  request: ChatRequest
): Result.Result<{ readonly max_tokens: number; readonly [name: string]: unknown }, BadRequest> => {
  const { frequency_penalty, max_tokens, presence_penalty, temperature, top_p } = parametersFor(preset, model, request)
  const { responseFormat, seed, stop = [] } = request
  const thoughts = thoughtsFor[sentEffort(request) ?? "minimal"]
  const room = max_tokens ?? defaultMaxTokens + thoughts
  if (room <= thoughts) return refuse(`reasoning_effort with max_tokens of ${room} (more than ${thoughts} works)`)
  if (seed !== undefined) return refuse("seed")
  // Many clients always send 0, which asks for nothing.
  if ((presence_penalty ?? 0) !== 0) return refuse("presence_penalty")
  if ((frequency_penalty ?? 0) !== 0) return refuse("frequency_penalty")
  if (responseFormat?.type === "json_object") return refuse("response_format.json_object (json_schema works)")
  return Result.succeed({
    max_tokens: room,
    thinking: thoughts === 0 ? undefined : { type: "enabled", budget_tokens: thoughts },
    // it is fixed while a model thinks
    temperature: thoughts === 0 ? temperature : undefined,
    // 1 asks for nothing either, and models that take the temperature or this refuse both.
    top_p: top_p === 1 ? undefined : top_p,
    stop_sequences: stop.length === 0 ? undefined : stop,
    output_config:
      responseFormat?.type === "json_schema"
        ? { format: { type: "json_schema", schema: responseFormat.schema } }
        : undefined
  })
}

const toolsOf = (request: ChatRequest): Result.Result<Readonly<Record<string, unknown>>, BadRequest> => {
  const refused = refusedToolChoice(request)
  if (refused !== undefined) return Result.fail(new BadRequest({ detail: refused }))
  const { toolChoice: choice, tools = [] } = request
  if (tools.length === 0) return Result.succeed({})
  return Result.succeed({
    tools: tools.map(({ description, name, parameters, strict }) =>
      // The API wants the type spelt out, also where a tool takes nothing.
      withoutUndefined({ name, description, input_schema: { type: "object", ...parameters }, strict })
    ),
    ...(choice !== undefined && { tool_choice: choiceOf(choice) })
  })
}

const choiceOf = (choice: ToolChoice): Readonly<Record<string, string>> => {
  switch (choice) {
    case "auto":
    case "none":
      return { type: choice }
    case "required":
      return { type: "any" }
    default:
      return { type: "tool", name: choice.name }
  }
}
