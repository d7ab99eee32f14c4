import { Option, Result } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import type { Usage } from "../ChatModel.ts"
import type { Family } from "../Family.ts"
import { ContentFiltered, Malformed } from "../ProviderError.ts"
import { classifyInBand, readError, readErrorBody } from "./classify.ts"
import { reasoningOf, textOf } from "./content.ts"
import { excerpt } from "../excerpt.ts"
import { brokenOff, finishOf } from "./finish.ts"
import { splitThinking } from "./thinkTags.ts"
import { readToolCalls } from "./toolCalls.ts"
import { readUsage } from "./usage.ts"
import * as Wire from "./Wire.ts"

const decodeWire = decodeJson(Wire.Reply)

/** Reads the body of a 2xx reply that is not streamed: text, tool calls or both, or the reason why there are none. */
export const decodeReply: Family["decodeReply"] = (body) => {
  const reply = Option.getOrUndefined(decodeWire(body))
  const choice = reply?.choices?.[0]
  const message = choice?.message ?? undefined
  const error = readError(reply?.error) ?? readError(choice?.error)
  if (error !== undefined) return Result.fail(classifyInBand(error))
  if (reply === undefined || choice === undefined || message === undefined) {
    const said = readErrorBody(body)
    return Result.fail(
      said === undefined ? new Malformed({ detail: `not a completion: ${excerpt(body)}` }) : classifyInBand(said)
    )
  }
  const said = choice.finish_reason ?? ""
  const failure = brokenOff(said)
  if (failure !== undefined) return Result.fail(failure)
  const calls = readToolCalls(message.tool_calls ?? [], reply.id ?? "")
  if (Result.isFailure(calls)) return Result.fail(calls.failure)
  const { reasoning, text } = splitThinking(textOf(message.content))
  const toolCalls = calls.success
  const usage = readUsage(reply.usage) ?? readUsage(choice.usage)
  if (text.trim() === "" && toolCalls.length === 0) return Result.fail(nothingSaid(said, message.refusal ?? "", usage))
  return Result.succeed({
    text,
    reasoning: [reasoningOf(message), reasoning].filter((thought) => thought !== "").join("\n\n"),
    toolCalls,
    finish: finishOf(said),
    usage,
    model: reply.model ?? undefined
  })
}

/** The reason behind a reply without text and tool calls, by the platform's word for its end and the model's refusal. */
export const nothingSaid = (finish: string, refusal: string, usage: Usage | undefined): ContentFiltered | Malformed => {
  if (refusal.trim() !== "") return new ContentFiltered({ detail: `the model refused: ${excerpt(refusal)}`, usage })
  return finishOf(finish) === "filter"
    ? new ContentFiltered({ detail: "the reply was withheld", usage })
    : new Malformed({ detail: `an empty completion (finish_reason ${finish || "none"})`, usage })
}
