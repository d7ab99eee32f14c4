import { Schema } from "effect"

/** So many background runs of the service, the account or the key have not ended yet. */
export class TooManyRuns extends Schema.TaggedError<TooManyRuns>()("TooManyRuns", {
  of: Schema.Literals(["service", "account", "key"]),
  open: Schema.Int
}) {
  override get message(): string {
    return this.of === "service"
      ? "so many runs wait already that there is no place for another"
      : `${this.open} runs of this ${this.of} in the background have not ended yet, and more may not be`
  }
}

/** There is no such run. */
export class UnknownRun extends Schema.TaggedError<UnknownRun>()("UnknownRun", { id: Schema.String }) {
  override get message(): string {
    return `there is no run ${this.id}`
  }
}

/** The run has ended already. */
export class RunEnded extends Schema.TaggedError<RunEnded>()("RunEnded", { id: Schema.String }) {
  override get message(): string {
    return `the run ${this.id} has ended already`
  }
}

/** Somebody listens to the run as it goes: it ends when they leave, not before. */
export class RunAttended extends Schema.TaggedError<RunAttended>()("RunAttended", { id: Schema.String }) {
  override get message(): string {
    return `the run ${this.id} ends when whoever listens to it leaves`
  }
}
