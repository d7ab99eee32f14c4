// The blocks of a streamed message come one after the other. Models may say several things at once: what belongs to a later block
// is held until those before it are whole.
import { Result } from "effect"
import { Malformed } from "../../providers/ProviderError.ts"
import type { TurnEvent } from "../Turn.ts"
import type { BlockDelta, BlockView, MessageEvent } from "./MessageViews.ts"
import { toolInput } from "./toolInput.ts"

type Events = ReadonlyArray<MessageEvent>
type ToolCallDelta = Extract<TurnEvent, { readonly _tag: "ToolCallDelta" }>

interface Said {
  readonly type: "text" | "thinking"
  held: string
}
interface Call {
  readonly type: "tool_use"
  readonly number: number
  readonly id: string
  readonly name: string
  arguments: string
  held: string
}
type Block = Said | Call

/** Writes the blocks of one message, whose thinking it signs with `signature`. */
export const makeBlockWriter = (signature: string) => {
  /** The first is being written; the others wait for it. */
  const blocks: Array<Block> = []
  const ended = new Set<number>()
  let index = -1

  const grow = (block: Block): Events => {
    const text = block.held
    block.held = ""
    return text === "" && block.type !== "tool_use"
      ? []
      : [{ type: "content_block_delta", index, delta: deltaOf(block.type, text) }]
  }

  const begin = (block: Block): Events => {
    index++
    return [{ type: "content_block_start", index, content_block: emptyBlock(block) }, ...grow(block)]
  }

  const end = (): Events => {
    const block = blocks.shift()
    if (block === undefined) return []
    if (block.type === "tool_use") ended.add(block.number)
    const [next] = blocks
    return [
      ...(block.type === "thinking"
        ? [{ type: "content_block_delta" as const, index, delta: { type: "signature_delta" as const, signature } }]
        : []),
      { type: "content_block_stop", index },
      ...(next === undefined ? [] : begin(next))
    ]
  }

  /** What can be written of this block now. */
  const write = (block: Block, isNew: boolean): Events => {
    const [first] = blocks
    if (first === block) return isNew ? begin(block) : grow(block)
    const events: Array<MessageEvent> = []
    while (blocks.length > 1 && canEnd(blocks[0])) events.push(...end())
    return events
  }

  /** More of a text, in a block of its own where something else came in between. */
  const say = (type: Said["type"], text: string): Events => {
    const last = blocks.at(-1)
    if (last?.type === type) {
      last.held += text
      return write(last, false)
    }
    const block: Said = { type, held: text }
    blocks.push(block)
    return write(block, true)
  }

  /** More of a call. */
  const call = (piece: ToolCallDelta): Result.Result<Events, Malformed> => {
    if (ended.has(piece.index)) {
      return piece.arguments.trim() === ""
        ? Result.succeed([])
        : Result.fail(new Malformed({ detail: "a tool call went on behind its end" }))
    }
    const known = blocks.find((block) => block.type === "tool_use" && block.number === piece.index)
    if (known?.type === "tool_use") {
      known.arguments += piece.arguments
      known.held += piece.arguments
      return Result.succeed(piece.arguments === "" ? [] : write(known, false))
    }
    const { arguments: text, id = "", index: number, name = "" } = piece
    const block: Call = { type: "tool_use", number, id, name, arguments: text, held: text }
    blocks.push(block)
    return Result.succeed(write(block, true))
  }

  /** Ends all blocks; fails where a call is not whole, unless the reply `wasCut`, which the client is told. */
  const endAll = (wasCut: boolean): Result.Result<Events, Malformed> => {
    for (const block of wasCut ? [] : blocks) {
      const input = block.type === "tool_use" ? toolInput(block) : undefined
      if (input !== undefined && Result.isFailure(input)) return Result.fail(input.failure)
    }
    const events: Array<MessageEvent> = []
    while (blocks.length > 0) events.push(...end())
    return Result.succeed(events)
  }

  return { say, call, endAll }
}

/** Whether nothing more is to be expected of a block once another one has begun. */
const canEnd = (block: Block | undefined): boolean =>
  block?.type !== "tool_use" || (block.arguments.trim() !== "" && Result.isSuccess(toolInput(block)))

const emptyBlock = (block: Block): BlockView => {
  switch (block.type) {
    case "text":
      return { type: "text", text: "", citations: null }
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" }
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, input: {}, caller: { type: "direct" } }
  }
}

const deltaOf = (type: Block["type"], text: string): BlockDelta => {
  switch (type) {
    case "text":
      return { type: "text_delta", text }
    case "thinking":
      return { type: "thinking_delta", thinking: text }
    case "tool_use":
      return { type: "input_json_delta", partial_json: text }
  }
}
