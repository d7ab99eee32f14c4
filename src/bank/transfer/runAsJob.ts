import { Cause, Effect, Exit, Option, Schedule, Schema } from "effect"
import { sayEvery } from "./Keeper.ts"
import type { FileUnreadable } from "./ImportReader.ts"
import type { JobId } from "./TransferJob.ts"
import { type NewJob, TransferJobs } from "./TransferJobs.ts"

/** Somebody has ended the job from elsewhere. */
export class ImportCancelled extends Schema.TaggedError<ImportCancelled>()("ImportCancelled", {}) {
  override get message(): string {
    return "the import was cancelled; what it has written stays"
  }
}

/**
 * Carries out work of this process as a job that all see: it can be watched and cancelled over HTTP, no service takes it over,
 * and it ends with the work, however that ends.
 */
export const runAsJob = Effect.fnUntraced(function* <A, E, R>(
  job: Omit<NewJob, "id">,
  work: (id: JobId) => Effect.Effect<A, E | FileUnreadable, R>
) {
  const jobs = yield* TransferJobs
  const id = yield* jobs.makeId
  // ended without a word where nobody is left to end it
  const untilEnded = jobs
    .keepRunning(id)
    .pipe(
      Effect.repeat({ schedule: Schedule.spaced(sayEvery), while: (isOpen) => isOpen }),
      Effect.andThen(new ImportCancelled())
    )
  const end = (exit: Exit.Exit<A, E | FileUnreadable | ImportCancelled>) => {
    if (Exit.isSuccess(exit)) return jobs.end(id, "done")
    if (Cause.hasInterruptsOnly(exit.cause)) return jobs.end(id, "interrupted", "it was stopped")
    const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
    return jobs.end(id, "failed", failure instanceof Error ? failure.message : "something went wrong")
  }
  yield* jobs.begin({ ...job, id })
  return yield* Effect.onExit(Effect.raceFirst(work(id), untilEnded), end)
})
