import { Schema } from "effect"

/** So many runs wait already. */
export class TooManyRuns extends Schema.TaggedError<TooManyRuns>()("TooManyRuns", { waiting: Schema.Int }) {
  override get message(): string {
    return `${this.waiting} runs wait already`
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
