import { Effect, Predicate, Result } from "effect"
import { inStretches } from "../../platform/bounds/inStretches.ts"
import type { ChatRequest, ReasoningEffort, ResponseFormat } from "../../providers/ChatModel.ts"
import { BadBody } from "../BadBody.ts"
import { weightOf } from "../listsIn.ts"
import type { Turn } from "../Turn.ts"
import type { CompletionBody } from "./CompletionBody.ts"
import { makeMessageReader } from "./messages.ts"
import { refusedField } from "./refusedField.ts"

const isSet = Predicate.isNotNullish

/** What the body of a chat completion asks for. */
export const toTurn = Effect.fnUntraced(function* (body: CompletionBody): Effect.fn.Return<Turn, BadBody> {
  const refused = refusedField(body)
  if (refused !== undefined) return yield* refused
  const messages = yield* inStretches(body.messages, weightOf, makeMessageReader())
  const format = yield* Effect.fromResult(formatOf(body))
  return {
    model: body.model,
    messages,
    options: { ...samplingOf(body), ...toolsOf(body), ...format },
    effort: effortOf(body),
    thinking: body.thinking ?? undefined,
    whole: body.stream !== true,
    ...(isSet(body.n) && body.n > 1 ? { choices: body.n } : {})
  }
})

/** OpenAI's newer models know one effort more. */
const effortOf = ({ reasoning_effort: effort }: CompletionBody): ReasoningEffort | undefined =>
  effort === "xhigh" ? "high" : (effort ?? undefined)

const samplingOf = (body: CompletionBody): Omit<ChatRequest, "messages"> => {
  const { frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty, seed, stop, temperature } = body
  const { top_p: topP } = body
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  return {
    ...(isSet(temperature) ? { temperature } : {}),
    ...(isSet(topP) ? { topP } : {}),
    ...(isSet(maxTokens) ? { maxTokens } : {}),
    ...(isSet(stop) ? { stop: typeof stop === "string" ? [stop] : stop } : {}),
    ...(isSet(seed) ? { seed } : {}),
    ...(isSet(presencePenalty) ? { presencePenalty } : {}),
    ...(isSet(frequencyPenalty) ? { frequencyPenalty } : {})
  }
}

const toolsOf = ({ tool_choice: choice, tools }: CompletionBody): Pick<ChatRequest, "tools" | "toolChoice"> => ({
  ...(isSet(tools)
    ? {
        tools: tools.map(({ function: { description, name, parameters, strict } }) => ({
          name,
          ...(isSet(description) ? { description } : {}),
          parameters: parameters ?? { type: "object", properties: {} },
          ...(isSet(strict) ? { strict } : {})
        }))
      }
    : {}),
  ...(isSet(choice) ? { toolChoice: typeof choice === "string" ? choice : { name: choice.function.name } } : {})
})

const formatOf = ({
  response_format: asked
}: CompletionBody): Result.Result<{ readonly responseFormat?: ResponseFormat }, BadBody> => {
  if (!isSet(asked)) return Result.succeed({})
  if (asked.type !== "json_schema") return Result.succeed({ responseFormat: { type: asked.type } })
  const { json_schema: wanted } = asked
  if (!isSet(wanted) || !isSet(wanted.schema)) {
    const param = isSet(wanted) ? "response_format.json_schema.schema" : "response_format.json_schema"
    return Result.fail(new BadBody({ param, detail: "Missing key" }))
  }
  const { name, schema, strict } = wanted
  const held = isSet(strict) ? { strict } : {}
  return Result.succeed({ responseFormat: { type: "json_schema", name, schema, ...held } })
}
