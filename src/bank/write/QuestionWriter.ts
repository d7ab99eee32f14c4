import { Context, type Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { Question } from "../Question.ts"
import type { AnswerOrigin, QuestionId, QuestionStatus } from "../StoredQuestion.ts"

/**
 * What becomes of a question that is there already. `skip` leaves what a person or an import said; `overwrite` puts the new
 * answer in its place; `merge` keeps the answer and adds what is missing (tags, explanation, options). A model's answer always
 * gives way, a person's correction never does.
 */
export type WritePolicy = "skip" | "overwrite" | "merge"

/** A question about to be written by hand, from a file or from a pack. */
export interface QuestionDraft {
  readonly question: Question
  /** In the words of the options where there are any; at least one. */
  readonly answer: ReadonlyArray<string>
  readonly explanation?: string
  readonly tags?: ReadonlyArray<string>
  /** What an export carried along; else the provenance decides. */
  readonly source?: AnswerOrigin
  readonly status?: QuestionStatus
  /** 0 to 1 */
  readonly confidence?: number
  /** Milliseconds since 1970. */
  readonly createdAt?: number
}

/** Who changes the bank, and why; goes into the history of what is changed. */
export interface Provenance {
  readonly origin: "import" | "user" | "pack"
  readonly who: string
  readonly why: string
  /** The import job or the pack. */
  readonly reference?: string
}

/**
 * `disputed`: another import or a person said otherwise; the answer that stood stays, marked. `unchanged`: it says the same
 * already.
 */
export interface WriteOutcome {
  readonly outcome: "added" | "updated" | "merged" | "unchanged" | "skipped" | "disputed"
  readonly id: QuestionId
}

type Write = (
  drafts: ReadonlyArray<QuestionDraft>,
  options: {
    readonly policy: WritePolicy
    readonly provenance: Provenance
    readonly alongside?: (outcomes: ReadonlyArray<WriteOutcome>) => Effect.Effect<void, SqlError.SqlError>
  }
) => Effect.Effect<ReadonlyArray<WriteOutcome>>

/** The one way into the bank for everything that is no model's answer. */
export class QuestionWriter extends Context.Service<
  QuestionWriter,
  {
    /**
     * Writes at most 500 drafts in one transaction, in order, with `alongside` in the same transaction (a job's progress, a
     * pack's list), and waits until it is safe on the disk. Holds the event loop for a few milliseconds at most. What it
     * changed is forgotten by memory.
     */
    readonly write: Write
    /** `write` without waiting for the disk: after a power cut it is there, or it and all that was committed later is not. */
    readonly commit: Write
    /** Succeeds once everything committed before is on the disk. */
    readonly flush: Effect.Effect<void>
    /** What `write` would do, without doing it. */
    readonly preview: (
      drafts: ReadonlyArray<QuestionDraft>,
      policy: WritePolicy
    ) => Effect.Effect<ReadonlyArray<WriteOutcome["outcome"]>>
  }
>()("siku/bank/write/QuestionWriter") {}
