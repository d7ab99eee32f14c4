import type { Effect } from "effect"
import type { WritePolicy } from "../write/QuestionWriter.ts"

export interface InstallOptions {
  readonly policy: WritePolicy
  /** The fingerprint that a person named. */
  readonly publisher?: string | undefined
}

/** Told how many questions are dealt with so far. */
export type OnProgress = (done: number) => Effect.Effect<void>
