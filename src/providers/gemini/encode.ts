import { Result } from "effect"
import type { ChatRequest, ResponseFormat, ToolChoice } from "../ChatModel.ts"
import type { Family } from "../Family.ts"
import { parametersFor } from "../parameters.ts"
import { BadRequest } from "../ProviderError.ts"
import { sentEffort } from "../sentEffort.ts"
import { refusedToolChoice } from "../toolChoice.ts"
import { withoutUndefined } from "../withoutUndefined.ts"
import { conversationOf } from "./contents.ts"

/** A call of `generateContent`, or of `streamGenerateContent` as server-sent events. */
export const encode: Family["encode"] = (target, request, { stream }) =>
  Result.gen(function* () {
    const { contents, systemInstruction } = yield* conversationOf(request.messages, target.model)
    // Presets name parameters as OpenAI does, whatever the platform calls them.
    const parameters = parametersFor(target.preset, target.model, request)
    const generationConfig = generationConfigOf(parameters, request)
    return {
      url: `${target.baseUrl}/${modelPath(target.model)}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
      headers: target.key === undefined ? {} : { "x-goog-api-key": target.key },
      outputLimit: parameters["max_tokens"],
      body: withoutUndefined({
        systemInstruction,
        contents,
        ...(yield* toolsOf(request)),
        generationConfig: Object.keys(generationConfig).length === 0 ? undefined : generationConfig
      })
    }
  })

// A tuned model names its own collection.
const modelPath = (model: string): string =>
  (model.includes("/") ? model : `models/${model}`).split("/").map(encodeURIComponent).join("/")

// Tokens of thought for an effort, as Google's own OpenAI-compatible API has them.
const thoughtsFor = { minimal: 1024, low: 1024, high: 24_576 }

const generationConfigOf = (parameters: Readonly<Record<string, number>>, request: ChatRequest) => {
  const { seed, stop = [] } = request
  const effort = sentEffort(request)
  return withoutUndefined({
    temperature: parameters.temperature,
    topP: parameters.top_p,
    presencePenalty: parameters.presence_penalty,
    frequencyPenalty: parameters.frequency_penalty,
    seed,
    maxOutputTokens: parameters.max_tokens,
    stopSequences: stop.length === 0 ? undefined : stop,
    thinkingConfig: effort === undefined ? undefined : { thinkingBudget: thoughtsFor[effort] },
    ...formatOf(request.responseFormat)
  })
}

const formatOf = (format: ResponseFormat | undefined): Readonly<Record<string, unknown>> => {
  switch (format?.type) {
    case "json_object":
      return { responseMimeType: "application/json" }
    case "json_schema":
      return { responseMimeType: "application/json", responseJsonSchema: format.schema }
    default:
      return {}
  }
}

const toolsOf = (request: ChatRequest): Result.Result<Readonly<Record<string, unknown>>, BadRequest> => {
  const refused = refusedToolChoice(request)
  if (refused !== undefined) return Result.fail(new BadRequest({ detail: refused }))
  const { toolChoice: choice, tools = [] } = request
  if (tools.length === 0) return Result.succeed({})
  return Result.succeed({
    tools: [
      {
        functionDeclarations: tools.map(({ description, name, parameters }) =>
          withoutUndefined({ name, description, parametersJsonSchema: parameters })
        )
      }
    ],
    ...configOf(
      choice,
      tools.some(({ strict }) => strict === true)
    )
  })
}

const configOf = (choice: ToolChoice | undefined, isStrict: boolean) => {
  if (choice === undefined && !isStrict) return {}
  const config = callingConfigOf(choice ?? "auto")
  // calls that must be made are held to their schema anyway
  return { toolConfig: { functionCallingConfig: isStrict && config.mode === "AUTO" ? { mode: "VALIDATED" } : config } }
}

const callingConfigOf = (choice: ToolChoice): Readonly<Record<string, unknown>> => {
  switch (choice) {
    case "auto":
      return { mode: "AUTO" }
    case "none":
      return { mode: "NONE" }
    case "required":
      return { mode: "ANY" }
    default:
      return { mode: "ANY", allowedFunctionNames: [choice.name] }
  }
}
