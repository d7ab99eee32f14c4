import { Schema } from "effect"
import { DatabaseTrouble } from "../platform/DatabaseTrouble.ts"
import { ProviderErrorReason } from "../providers/ProviderError.ts"

/** No row, and no model is set up to ask. */
export class NoProvider extends Schema.TaggedError<NoProvider>()("NoProvider", {}) {}
/** The deadline passed; the work goes on and its answer will be there for the next ask. */
export class StillThinking extends Schema.TaggedError<StillThinking>()("StillThinking", {}) {}
/** More questions wait for a model than the queue holds. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {}) {}
/** The work went on past the deadline and then ran into its own limit. */
export class TookTooLong extends Schema.TaggedError<TookTooLong>()("TookTooLong", {}) {}
/** The model could not be reached or refused. */
export class ModelFailed extends Schema.TaggedError<ModelFailed>()("ModelFailed", {
  /** The provider's name for people. */
  provider: Schema.String,
  reason: ProviderErrorReason
}) {}
/** The model's answer fits no option, twice; it waits for review. */
export class NoFit extends Schema.TaggedError<NoFit>()("NoFit", {}) {}
/** The question needs its images: the model takes none (`refused`), or they could not be had (`unreadable`). */
export class ImagesNotSeen extends Schema.TaggedError<ImagesNotSeen>()("ImagesNotSeen", {
  /** The provider's name for people. */
  provider: Schema.String,
  why: Schema.Literals(["refused", "unreadable"])
}) {}
/** Several questions have this title, with other options and other answers. */
export class Ambiguous extends Schema.TaggedError<Ambiguous>()("Ambiguous", { count: Schema.Finite }) {}
/** The bank cannot be read now; a model is not asked in its place, as it may know the answer. */
export class BankUnavailable extends Schema.TaggedError<BankUnavailable>()("BankUnavailable", {
  kind: DatabaseTrouble.fields.kind
}) {}

export const UnansweredReason = Schema.Union([
  NoProvider,
  StillThinking,
  Busy,
  TookTooLong,
  ModelFailed,
  NoFit,
  ImagesNotSeen,
  Ambiguous,
  BankUnavailable
])
export type UnansweredReason = typeof UnansweredReason.Type

/** The question has no answer now, and why. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", { reason: UnansweredReason }) {
  override get message(): string {
    return `unanswered: ${this.reason._tag}`
  }
}
