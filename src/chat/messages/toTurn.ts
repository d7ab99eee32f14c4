import { Effect, Predicate } from "effect"
import type { ChatRequest, ReasoningEffort, ToolChoice, ToolDefinition } from "../../providers/ChatModel.ts"
import type { Turn } from "../Turn.ts"
import { conversationOf } from "./conversationOf.ts"
import { type CountBody, type MessagesBody, refusedFields, type WireChoice, type WireTool } from "./MessagesBody.ts"
import { UnusableBody } from "./UnusableBody.ts"

/** What a body asks for. What it knows to ask for and nobody can give is refused by name. */
export const toTurn = (body: MessagesBody): Effect.Effect<Turn, UnusableBody> =>
  Effect.map(saidIn(body), ({ messages, tools }) => ({
    model: body.model,
    messages,
    options: { ...samplingOf(body), ...toolsOf(tools, body.tool_choice), ...formatOf(body) },
    effort: effortOf(body),
    thinking: undefined
  }))

/** All that a model would be told by this body. */
export const saidIn = Effect.fnUntraced(function* (body: CountBody) {
  const field = refusedFields.find((field) => asksForSomething(field, body[field]))
  if (field !== undefined)
    return yield* new UnusableBody({ path: field, detail: "it cannot be had here; leave it out" })
  const tools = yield* Effect.forEach(body.tools ?? [], toolOf)
  return { messages: yield* conversationOf(body), tools }
})

/** Whether the thinking is to be in the reply: as with Anthropic only where it was asked for. */
export const showsThinking = ({ thinking }: MessagesBody): boolean =>
  (thinking?.type === "enabled" || thinking?.type === "adaptive") && thinking.display !== "omitted"

/** Whether the reply may call one tool at most. */
export const callsOneTool = ({ tool_choice: choice }: MessagesBody): boolean =>
  choice !== undefined && choice !== null && choice.type !== "none" && choice.disable_parallel_tool_use === true

const asksForSomething = (field: (typeof refusedFields)[number], value: unknown): boolean => {
  if (value === undefined || value === null || value === false) return false
  if (field === "speed") return value !== "standard"
  return !Predicate.isObjectOrArray(value) || Object.keys(value).length > 0
}

const samplingOf = (body: MessagesBody): Pick<ChatRequest, "maxTokens" | "stop" | "temperature" | "topP"> => {
  const { max_tokens: maxTokens, stop_sequences: stop, temperature, top_p: topP } = body
  return {
    maxTokens,
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
    ...(topP === undefined || topP === null ? {} : { topP }),
    ...(stop === undefined || stop === null || stop.length === 0 ? {} : { stop })
  }
}

const toolOf = (tool: WireTool, index: number): Effect.Effect<ToolDefinition, UnusableBody> => {
  const { defer_loading: isDeferred, description, input_schema: parameters, name, strict, type } = tool
  const refuse = (field: string, detail: string) =>
    Effect.fail(new UnusableBody({ path: `tools.${index}.${field}`, detail }))
  if ((type ?? "custom") !== "custom") return refuse("type", "only tools that the client runs itself can be had")
  if (isDeferred === true) return refuse("defer_loading", "it cannot be had here; leave it out")
  if (parameters === undefined || parameters === null) return refuse("input_schema", "Missing key")
  const about = description === undefined || description === null ? {} : { description }
  return Effect.succeed({ name, ...about, parameters, ...(strict === true ? { strict } : {}) })
}

const toolsOf = (
  tools: ReadonlyArray<ToolDefinition>,
  choice: WireChoice | null | undefined
): Pick<ChatRequest, "toolChoice" | "tools"> => ({
  ...(tools.length === 0 ? {} : { tools }),
  ...(choice === undefined || choice === null ? {} : { toolChoice: choiceOf(choice) })
})

const choiceOf = (choice: WireChoice): ToolChoice => {
  switch (choice.type) {
    case "auto":
    case "none":
      return choice.type
    case "any":
      return "required"
    case "tool":
      return { name: choice.name }
  }
}

const formatOf = ({ output_config: config }: MessagesBody): Pick<ChatRequest, "responseFormat"> =>
  config?.format === undefined || config.format === null
    ? {}
    : // Anthropic's schemas have no names; other platforms want one.
      { responseFormat: { type: "json_schema", name: "output", schema: config.format.schema } }

// Thinking tokens have no counterpart in depth that could be exact: under these budgets it is little, or no more than usual.
const littleThinking = 4096
const usualThinking = 16_384

const effortOf = ({ output_config: config, thinking }: MessagesBody): ReasoningEffort | undefined => {
  if (thinking?.type === "disabled") return "none"
  const effort = config?.effort
  if (effort !== undefined && effort !== null) return effort === "low" || effort === "medium" ? effort : "high"
  if (thinking?.type !== "enabled") return undefined
  if (thinking.budget_tokens < littleThinking) return "low"
  return thinking.budget_tokens < usualThinking ? "medium" : "high"
}
