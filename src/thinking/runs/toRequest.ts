import { Effect, Result, Schema } from "effect"
import type { Settings } from "../../platform/config/Settings.ts"
import type { ChatMessage, ContentPart, ResponseFormat } from "../../providers/ChatModel.ts"
import { hasTooManyImages, mostImages } from "../../providers/imageGuard.ts"
import { imageSource } from "../../providers/imageSource.ts"
import { settingsFor, type ThinkingOverrides } from "../presets.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import { type ChatBody, refusedFields, type WireMessage } from "./ChatBody.ts"

/** A part of the body cannot be had of a run; `path` names it. */
export class UnusableBody extends Schema.TaggedError<UnusableBody>()("UnusableBody", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

/** Nothing is thought through under this name. */
export class UnknownModel extends Schema.TaggedError<UnknownModel>()("UnknownModel", { model: Schema.String }) {
  override get message(): string {
    return `there is no model ${this.model} that thinks`
  }
}

/** What the body of a chat completion asks to be thought through. */
export const toRequest = (
  thinking: Settings["thinking"],
  body: ChatBody
): Effect.Effect<ReasoningRequest, UnusableBody | UnknownModel> =>
  Effect.gen(function* () {
    const refusedField = refusedFields.find((field) => asksForSomething(field, body[field]))
    if (refusedField !== undefined) {
      const instead = refusedField === "stream" ? "follow /v1/runs/{id}/events instead" : "leave it out"
      return yield* new UnusableBody({ path: refusedField, detail: `a run cannot give this; ${instead}` })
    }
    const { reasoning_effort: effort } = body
    const found = settingsFor(thinking, {
      model: body.model,
      overrides: overridesOf(body),
      ...(effort === undefined || effort === null ? {} : { effort })
    })
    if (found === undefined) return yield* new UnknownModel({ model: body.model })
    const [first, ...rest] = body.messages
    const messages = [
      yield* messageOf(first, 0),
      ...(yield* Effect.forEach(rest, (message, index) => messageOf(message, index + 1)))
    ]
    if (hasTooManyImages(messages))
      return yield* new UnusableBody({ path: "messages", detail: `they may hold ${mostImages} images at most` })
    return {
      model: body.model,
      ...(found.through === undefined ? {} : { through: found.through }),
      messages,
      sampling: samplingOf(body),
      ...formatOf(body),
      settings: found.settings
    }
  })

/** Some values of fields that cannot be honoured ask for what is so anyway. */
const asksForSomething = (field: (typeof refusedFields)[number], value: unknown): boolean => {
  if (value === undefined || value === null || value === false) return false
  if (field === "n") return value !== 1
  if (field === "tool_choice" || field === "function_call") return value !== "none" && value !== "auto"
  if (field === "modalities") return !(Array.isArray(value) && value.every((each) => each === "text"))
  if (value === 0) return false
  return typeof value !== "object" || Object.keys(value).length > 0
}

const overridesOf = ({ budget, thinking }: ChatBody): ThinkingOverrides => {
  if (budget === undefined || budget === null) return thinking ?? {}
  const { calls, deadline, tokens, usd } = budget
  return {
    ...thinking,
    budget: {
      ...thinking?.budget,
      ...(calls === undefined ? {} : { calls }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(usd === undefined ? {} : { cost: Math.max(1, Math.round(usd * 1_000_000)) }),
      ...(deadline === undefined ? {} : { deadline_ms: Math.ceil(deadline * 1000) })
    }
  }
}

const samplingOf = (body: ChatBody): ReasoningRequest["sampling"] => {
  const { seed, stop, temperature, top_p: topP } = body
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  return {
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
    ...(topP === undefined || topP === null ? {} : { topP }),
    ...(maxTokens === undefined || maxTokens === null ? {} : { maxTokens }),
    ...(stop === undefined || stop === null ? {} : { stop: typeof stop === "string" ? [stop] : stop }),
    ...(seed === undefined || seed === null ? {} : { seed })
  }
}

const formatOf = ({ response_format: asked }: ChatBody): { readonly format?: ResponseFormat } => {
  if (asked === undefined || asked === null) return {}
  if (asked.type !== "json_schema") return { format: { type: asked.type } }
  const { name, schema } = asked.json_schema
  return { format: { type: "json_schema", name, schema } }
}

const textOf = (content: string | ReadonlyArray<{ readonly text: string }> | null | undefined): string =>
  typeof content === "string" ? content : (content ?? []).map(({ text }) => text).join("\n")

const messageOf = (message: WireMessage, index: number): Effect.Effect<ChatMessage, UnusableBody> => {
  switch (message.role) {
    case "system":
    case "developer":
      return Effect.succeed({ role: "system", content: textOf(message.content) })
    case "tool":
      return Effect.succeed({ role: "tool", toolCallId: message.tool_call_id, content: textOf(message.content) })
    case "assistant": {
      const toolCalls = (message.tool_calls ?? []).map(({ function: called, id }) => ({ id, ...called }))
      return Effect.succeed({
        role: "assistant",
        content: textOf(message.content),
        ...(toolCalls.length === 0 ? {} : { toolCalls })
      })
    }
    case "user": {
      const { content } = message
      if (typeof content === "string") return Effect.succeed({ role: "user", content })
      return Effect.map(
        Effect.forEach(content, (part, at): Effect.Effect<ContentPart, UnusableBody> => {
          if (part.type === "text") return Effect.succeed({ type: "text", text: part.text })
          const url = typeof part.image_url === "string" ? part.image_url : part.image_url.url
          const image = { type: "image", url } as const
          return Result.match(imageSource(image), {
            onSuccess: () => Effect.succeed(image),
            onFailure: ({ detail }) =>
              Effect.fail(new UnusableBody({ path: `messages.${index}.content.${at}.image_url`, detail }))
          })
        }),
        (parts) => ({ role: "user", content: parts })
      )
    }
  }
}
