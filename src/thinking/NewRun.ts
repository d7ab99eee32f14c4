import type { ReasoningRequest } from "./ReasoningRequest.ts"
import type { RunId } from "./RunId.ts"

/** A run that is to begin. */
export interface NewRun {
  readonly id: RunId
  readonly request: ReasoningRequest
  /** Whether it goes on when nobody listens, and after a restart. */
  readonly background: boolean
}
