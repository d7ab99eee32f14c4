// Items of a response as they stand at one moment.
import type { ItemStatus, OutputItem } from "./ResponseObject.ts"

export type TextKind = "message" | "reasoning"

export const outputText = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] }) as const
export const summaryText = (text: string) => ({ type: "summary_text", text }) as const

/** A message, or what was thought; `undefined` while it has no text yet. */
export const textItem = (kind: TextKind, id: string, text: string | undefined, status: ItemStatus): OutputItem =>
  kind === "message"
    ? { type: "message", id, status, role: "assistant", content: text === undefined ? [] : [outputText(text)] }
    : { type: "reasoning", id, status, summary: text === undefined ? [] : [summaryText(text)] }

/** A call of a function; `arguments` is JSON text as far as it has come. */
export interface Called {
  readonly id: string
  readonly callId: string
  readonly name: string
  readonly arguments: string
}

export const callItem = ({ arguments: given, callId, id, name }: Called, status: ItemStatus): OutputItem => ({
  type: "function_call",
  id,
  status,
  call_id: callId,
  name,
  arguments: given
})
