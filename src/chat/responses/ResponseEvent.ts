// What a streamed response consists of, in the names and the order of OpenAI's.
import type { OutputItem, OutputText, ResponseObject } from "./ResponseObject.ts"

interface AtItem {
  readonly item_id: string
  readonly output_index: number
}
interface AtText extends AtItem {
  readonly content_index: number
}
interface AtSummary extends AtItem {
  readonly summary_index: number
}
type Part = typeof OutputText.Type
interface SummaryPart {
  readonly type: "summary_text"
  readonly text: string
}

/** Before it has its number. */
export type EventBody =
  | {
      readonly type:
        | "response.created"
        | "response.in_progress"
        | "response.completed"
        | "response.incomplete"
        | "response.failed"
      readonly response: ResponseObject
    }
  | {
      readonly type: "response.output_item.added" | "response.output_item.done"
      readonly output_index: number
      readonly item: OutputItem
    }
  | ({ readonly type: "response.content_part.added" | "response.content_part.done"; readonly part: Part } & AtText)
  | ({
      readonly type: "response.output_text.delta"
      readonly delta: string
      readonly logprobs: ReadonlyArray<never>
    } & AtText)
  | ({
      readonly type: "response.output_text.done"
      readonly text: string
      readonly logprobs: ReadonlyArray<never>
    } & AtText)
  | ({
      readonly type: "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done"
      readonly part: SummaryPart
    } & AtSummary)
  | ({ readonly type: "response.reasoning_summary_text.delta"; readonly delta: string } & AtSummary)
  | ({ readonly type: "response.reasoning_summary_text.done"; readonly text: string } & AtSummary)
  | ({ readonly type: "response.function_call_arguments.delta"; readonly delta: string } & AtItem)
  | ({
      readonly type: "response.function_call_arguments.done"
      readonly name: string
      readonly arguments: string
    } & AtItem)
  /** The form in OpenAI's description has the fields at the top, what its service sends has them under `error`: clients read either. */
  | {
      readonly type: "error"
      readonly code: string | null
      readonly message: string
      readonly param: string | null
      readonly error: {
        readonly type: string
        readonly code: string | null
        readonly message: string
        readonly param: string | null
      }
    }

/** `sequence_number` counts from 0 without a gap. */
export type ResponseEvent = EventBody & { readonly sequence_number: number }
