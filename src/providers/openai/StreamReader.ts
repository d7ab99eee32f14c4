import { Option, Result } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import type { ChatEvent, Usage } from "../ChatModel.ts"
import type { StreamReader } from "../Family.ts"
import { Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import { classifyInBand, readError, readErrorBody } from "./classify.ts"
import { reasoningOf, textOf } from "./content.ts"
import { nothingSaid } from "./decodeReply.ts"
import { excerpt } from "../excerpt.ts"
import { brokenOff, finishOf } from "./finish.ts"
import { makeThinkSplitter, type SplitText } from "./thinkTags.ts"
import { makeToolCallReader } from "./toolCalls.ts"
import { readUsage } from "./usage.ts"
import * as Wire from "./Wire.ts"

type Events = Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>

const decodeChunk = decodeJson(Wire.Chunk)
const nothing: Events = Result.succeed([])

/**
 * Reads a reply in chunks. It is finished when a chunk says why (`finish_reason`) and then `[DONE]` comes or the body
 * ends: no platform leaves the `finish_reason` out, so `[DONE]` alone is a cut. Usage is told once, the last that came.
 */
export const makeStreamReader = (): StreamReader => {
  const thoughts = makeThinkSplitter()
  const toolCalls = makeToolCallReader()
  let finish = ""
  let refusal = ""
  let usage: Usage | undefined
  let hasSpoken = false
  let hasBegun = false
  /** Set when the stream is over, for good or ill: what every later call gives. */
  let outcome: Events | undefined

  const over = (result: Events): Events => {
    outcome = Result.isSuccess(result) ? nothing : result
    return result
  }
  const fail = (reason: ProviderErrorReason): Events => over(Result.fail(reason))

  const say = (events: Array<ChatEvent>, { reasoning, text }: SplitText) => {
    if (reasoning !== "") events.push({ _tag: "ReasoningDelta", text: reasoning })
    if (text === "") return
    hasSpoken ||= text.trim() !== ""
    events.push({ _tag: "TextDelta", text })
  }

  const complete = (): Events => {
    if (finish === "") {
      return fail(new Malformed({ detail: hasBegun ? "cut: the stream ended unfinished" : "an empty stream" }))
    }
    const calls = toolCalls.end()
    if (Result.isFailure(calls)) return fail(calls.failure)
    const events: Array<ChatEvent> = []
    say(events, thoughts.end())
    if (!hasSpoken) return fail(nothingSaid(finish, refusal, usage))
    events.push(...calls.success)
    if (usage !== undefined) events.push({ _tag: "UsageReported", usage })
    events.push({ _tag: "Finish", reason: finishOf(finish) })
    return over(Result.succeed(events))
  }

  const push: StreamReader["push"] = ({ data, event }) => {
    if (outcome !== undefined) return outcome
    const body = data.trim()
    if (body === "") return nothing
    if (body === "[DONE]") return complete()
    if (event === "error") return fail(classifyInBand(readErrorBody(body) ?? { code: "", message: excerpt(body) }))
    const chunk = Option.getOrUndefined(decodeChunk(body))
    if (chunk === undefined) return fail(new Malformed({ detail: `a chunk that is none: ${excerpt(body)}` }))
    const choice = chunk.choices?.[0]
    const error =
      readError(chunk.error) ??
      readError(choice?.error) ??
      (chunk.choices === undefined ? readErrorBody(body) : undefined)
    if (error !== undefined) return fail(classifyInBand(error))
    usage = readUsage(chunk.usage) ?? readUsage(choice?.usage) ?? usage
    if (choice === undefined) return nothing
    hasBegun = true
    const failure = brokenOff(choice.finish_reason ?? "")
    if (failure !== undefined) return fail(failure)
    finish ||= choice.finish_reason ?? ""
    const { delta } = choice
    if (delta === undefined || delta === null) return nothing
    const events: Array<ChatEvent> = []
    const reasoning = reasoningOf(delta)
    if (reasoning !== "") events.push({ _tag: "ReasoningDelta", text: reasoning })
    const text = textOf(delta.content)
    if (text !== "") say(events, thoughts.push(text))
    refusal += delta.refusal ?? ""
    for (const piece of delta.tool_calls ?? []) {
      hasSpoken = true
      events.push(...toolCalls.push(piece, chunk.id ?? ""))
    }
    return Result.succeed(events)
  }

  return { push, end: () => outcome ?? complete(), usage: () => usage }
}
