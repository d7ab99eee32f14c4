import { Result } from "effect"
import type {
  ChatMessage,
  ChatRequest,
  ReasoningEffort,
  ToolChoice,
  ToolDefinition
} from "../../providers/ChatModel.ts"
import { BadBody } from "../BadBody.ts"
import type { Turn } from "../Turn.ts"
import { refusedField } from "./refusedField.ts"
import type { ResponseBody, Tool } from "./ResponseBody.ts"
import type { Asked } from "./ResponseObject.ts"

/** What a body asks for, and how it is told again in its response. */
export interface Read {
  readonly turn: Turn
  readonly asked: Asked
}

type Field<A> = Result.Result<A, BadBody>

/** Reads a body with the conversation it goes on. What it knows to ask for and nobody can give is refused by name. */
export const toTurn = (body: ResponseBody, conversation: ReadonlyArray<ChatMessage>): Field<Read> =>
  Result.gen(function* () {
    const refused = refusedField(body)
    if (refused !== undefined) return yield* Result.fail(refused)
    const tools: Array<ToolDefinition> = []
    for (const [index, tool] of (body.tools ?? []).entries()) tools.push(yield* toolOf(tool, index))
    const toolChoice = yield* toolChoiceOf(body)
    const format = yield* formatOf(body)
    if (conversation.length === 0) return yield* bad("input", "there is nothing in it")
    const { background, instructions, model, stream, thinking } = body
    return {
      turn: {
        model,
        messages:
          instructions === undefined || instructions === null || instructions === ""
            ? conversation
            : [{ role: "system", content: instructions }, ...conversation],
        options: {
          ...samplingOf(body),
          ...(tools.length === 0 ? {} : { tools }),
          ...(toolChoice === undefined ? {} : { toolChoice }),
          ...(format === undefined ? {} : { responseFormat: format })
        },
        effort: effortOf(body),
        thinking: thinking ?? undefined,
        whole: stream !== true
      },
      asked: {
        model,
        instructions: instructions ?? null,
        previous_response_id: body.previous_response_id ?? null,
        store: body.store !== false,
        background: background === true,
        max_output_tokens: body.max_output_tokens ?? null,
        temperature: body.temperature ?? null,
        top_p: body.top_p ?? null,
        tools: tools.map(({ description, name, parameters, strict }) => ({
          type: "function",
          name,
          description: description ?? null,
          parameters,
          strict: strict ?? false
        })),
        tool_choice: typeof toolChoice === "object" ? { type: "function", ...toolChoice } : (toolChoice ?? "auto"),
        parallel_tool_calls: true,
        text: {
          format:
            format?.type === "json_schema"
              ? { ...format, strict: format.strict ?? false }
              : (format ?? { type: "text" })
        },
        reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
        truncation: "disabled",
        metadata: body.metadata ?? {},
        ...(body.user === undefined || body.user === null ? {} : { user: body.user })
      }
    }
  })

const samplingOf = (body: ResponseBody): Pick<ChatRequest, "maxTokens" | "temperature" | "topP"> => {
  const { max_output_tokens: maxTokens, temperature, top_p: topP } = body
  return {
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
    ...(topP === undefined || topP === null ? {} : { topP }),
    ...(maxTokens === undefined || maxTokens === null ? {} : { maxTokens })
  }
}

const toolOf = ({ description, name, parameters, strict, type }: Tool, index: number): Field<ToolDefinition> => {
  if (type !== "function") {
    return bad(
      `tools[${index}].type`,
      `there is no tool ${type} here; functions that the client calls itself can be had`
    )
  }
  if (name === undefined || name === null || name === "") return bad(`tools[${index}].name`, "Missing key")
  return Result.succeed({
    name,
    ...(description === undefined || description === null ? {} : { description }),
    parameters: parameters ?? { type: "object", properties: {} },
    ...(strict === undefined || strict === null ? {} : { strict })
  })
}

const toolChoiceOf = ({ tool_choice: choice }: ResponseBody): Field<ToolChoice | undefined> => {
  if (choice === undefined || choice === null) return Result.succeed(undefined)
  if (choice === "none" || choice === "auto" || choice === "required") return Result.succeed(choice)
  if (typeof choice === "string") return bad("tool_choice", `there is no choice ${choice}`)
  const { name, type } = choice
  if (type !== "function") return bad("tool_choice.type", `choices of the type ${type} are not supported here`)
  return name === undefined || name === null ? bad("tool_choice.name", "Missing key") : Result.succeed({ name })
}

const formatOf = ({ text }: ResponseBody): Field<ChatRequest["responseFormat"]> => {
  const format = text?.format ?? undefined
  if (format === undefined) return Result.succeed(undefined)
  const { name, schema, strict, type } = format
  if (type !== "json_schema") return Result.succeed({ type })
  if (name === undefined || name === null) return bad("text.format.name", "Missing key")
  return schema === undefined || schema === null
    ? bad("text.format.schema", "Missing key")
    : Result.succeed({ type, name, schema, ...(strict === undefined || strict === null ? {} : { strict }) })
}

/** OpenAI's newer models know one effort more. */
const effortOf = ({ reasoning }: ResponseBody): ReasoningEffort | undefined => {
  const effort = reasoning?.effort ?? undefined
  return effort === "xhigh" ? "high" : effort
}

const bad = (param: string, detail: string): Field<never> => Result.fail(new BadBody({ param, detail }))
