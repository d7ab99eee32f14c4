import type { RunId } from "../../thinking/RunId.ts"

/** What is the same in a completion and in each of its chunks. */
export interface Identity {
  /** `chatcmpl-…` */
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
  readonly run: RunId | undefined
}
