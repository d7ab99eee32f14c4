import { NodeServices } from "@effect/platform-node"
import { Effect, Stream } from "effect"
import { emptyReport } from "../../../src/bank/files/FileReport.ts"
import { namedFormat } from "../../../src/bank/transfer/FileFormat.ts"
import { plainReading, type ReadOptions } from "../../../src/bank/transfer/ImportBatch.ts"
import { readBatches } from "../../../src/bank/transfer/readBatches.ts"
import { fileWith } from "../transfer/support.ts"

/** What a file of this name and content comes to: `[type] title | options => answers` of each question, and the rest. */
export const readFileOf = (name: string, content: string | Uint8Array, how: Partial<ReadOptions> = {}) =>
  Effect.gen(function* () {
    const file = yield* fileWith(content, name)
    const request = { file, format: namedFormat({ name }), skip: 0, how: { ...plainReading, ...how } }
    const batches = yield* Stream.runCollect(
      Stream.fromAsyncIterable(readBatches(request), (error) =>
        error instanceof Error ? error : new Error(String(error))
      )
    )
    const report = batches.at(-1)?.report ?? emptyReport
    return {
      questions: batches.flatMap(({ drafts }) =>
        drafts.map(
          ({ answer, question: { options, title, type } }) =>
            `[${type}] ${title}${options.length === 0 ? "" : ` | ${options.join(" / ")}`} => ${answer.join(" + ")}`
        )
      ),
      problems: batches.flatMap(({ problems }) => problems.map(({ message, row }) => `${row}: ${message}`)),
      rowProblems: batches.flatMap(({ problems }) => problems),
      drafts: batches.flatMap(({ drafts }) => drafts),
      report,
      unread: report.unread.map(({ count, what }) => `${count} × ${what}`)
    }
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

/** Why a file is refused. */
export const refusalOf = (name: string, content: string | Uint8Array, how: Partial<ReadOptions> = {}) =>
  Effect.map(Effect.flip(readFileOf(name, content, how)), (error) =>
    error instanceof Error ? error.message : String(error)
  )
