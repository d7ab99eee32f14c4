import type { CallOutcome } from "../../src/providers/accounting/CallRecord.ts"
import type { FinishReason } from "../../src/providers/ChatModel.ts"
import type { Outcome } from "./Outcome.ts"

/** What came of a cell. */
export interface Found {
  readonly outcome: Outcome
  /** What the error said, where there was one. */
  readonly detail: string | undefined
  /** What each attempt was recorded as. */
  readonly attempts: ReadonlyArray<CallOutcome>
  /** How many requests the upstream counted. */
  readonly requests: number
  /** The end that the caller was told of, as an event or with a whole reply. */
  readonly finish: FinishReason | undefined
  /** Calls that the upstream still held 100 ms after the end. */
  readonly active: number
  /** Connections open by then, the client's pool included. */
  readonly openSockets: number
  /** Connections open 100 ms after the client was closed. */
  readonly socketsAfterClose: number
  /** Fibers of the call and of its client that were alive 100 ms after the end. */
  readonly fibers: number
  /** Milliseconds from the end of the call, or from the caller's leaving, until the upstream saw a broken off call closed. */
  readonly closeMillis: number | undefined
}
