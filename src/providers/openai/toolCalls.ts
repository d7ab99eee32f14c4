// Calls of tools as they come: whole in a reply, in pieces in a stream.
import { Result } from "effect"
import type { ChatEvent, ToolCall } from "../ChatModel.ts"
import { Malformed } from "../ProviderError.ts"
import type { ToolCallPiece } from "./Wire.ts"

type ToolCallDelta = Extract<ChatEvent, { readonly _tag: "ToolCallDelta" }>

const namelessCall = new Malformed({ detail: "a tool call without a name" })

/** The calls of a whole reply, whose id is `reply`. */
export const readToolCalls = (
  pieces: ReadonlyArray<ToolCallPiece>,
  reply: string
): Result.Result<ReadonlyArray<ToolCall>, Malformed> => {
  const calls: Array<ToolCall> = []
  for (const piece of pieces) {
    const name = piece.function?.name ?? ""
    if (name === "") return Result.fail(namelessCall)
    calls.push({
      id: piece.id || madeUpId(reply, calls.length),
      name,
      arguments: argumentsText(piece.function?.arguments) || "{}"
    })
  }
  return Result.succeed(calls)
}

/** Puts the pieces of a stream's calls together: numbers the calls from 0 in the order in which they begin. */
export interface ToolCallReader {
  readonly push: (piece: ToolCallPiece, reply: string) => ReadonlyArray<ToolCallDelta>
  /** What is still owed when the stream is over; fails when a call never got a name. */
  readonly end: () => Result.Result<ReadonlyArray<ToolCallDelta>, Malformed>
}

interface OpenCall {
  readonly index: number
  id: string
  name: string
  /** What came before the name. */
  held: string
  hasArguments: boolean
}

/**
 * A reader that relies on no index: Gemini's compatible surface leaves it out, Zhipu sends −1, and older versions of
 * vLLM number every call 0.
 */
export const makeToolCallReader = (): ToolCallReader => {
  const calls: Array<OpenCall> = []
  const numbered = new Map<number, OpenCall>()

  const begin = (): OpenCall => {
    const call = { index: calls.length, id: "", name: "", held: "", hasArguments: false }
    calls.push(call)
    return call
  }

  const callAt = (number: number, id: string, name: string): OpenCall => {
    const open = numbered.get(number)
    // Another id alone is not enough: some servers make up one for every piece.
    const isAnother = open !== undefined && name !== "" && id !== "" && open.id !== "" && open.id !== id
    if (open !== undefined && !isAnother) return open
    const call = begin()
    numbered.set(number, call)
    return call
  }

  const callNamed = (id: string, name: string): OpenCall => {
    const known = id === "" ? undefined : calls.find((call) => call.id === id)
    if (known !== undefined) return known
    const last = calls.at(-1)
    return last !== undefined && (name === "" || last.name === "") ? last : begin()
  }

  const push = (piece: ToolCallPiece, reply: string): ReadonlyArray<ToolCallDelta> => {
    const id = piece.id ?? ""
    const name = piece.function?.name ?? ""
    const text = argumentsText(piece.function?.arguments)
    const number = piece.index ?? -1
    const call = number >= 0 ? callAt(number, id, name) : callNamed(id, name)
    const { index } = call
    const isNamed = call.name !== ""
    call.id ||= id
    call.name ||= name
    call.hasArguments ||= text !== ""
    if (isNamed) return text === "" ? [] : [{ _tag: "ToolCallDelta", index, arguments: text }]
    call.held += text
    if (call.name === "") return []
    call.id ||= madeUpId(reply, index)
    return [{ _tag: "ToolCallDelta", index, id: call.id, name: call.name, arguments: call.held }]
  }

  const end = (): Result.Result<ReadonlyArray<ToolCallDelta>, Malformed> =>
    calls.some(({ name }) => name === "")
      ? Result.fail(namelessCall)
      : // A call of a tool that takes nothing: what reads its arguments expects JSON.
        Result.succeed(
          calls
            .filter(({ hasArguments }) => !hasArguments)
            .map(({ index }) => ({ _tag: "ToolCallDelta", index, arguments: "{}" }))
        )

  return { push, end }
}

const argumentsText = (value: unknown): string => {
  if (typeof value === "string") return value
  return value === undefined || value === null ? "" : JSON.stringify(value)
}

// Unlike in every other reply of the same conversation, and within the 40 characters that OpenAI takes back.
const madeUpId = (reply: string, index: number): string =>
  `call_${reply.replace(/[^A-Za-z0-9]/g, "").slice(-24)}_${index}`
