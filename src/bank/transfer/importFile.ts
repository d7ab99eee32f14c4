import { Effect, Ref, Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Provenance, QuestionWriter, type WriteOutcome, type WritePolicy } from "../write/QuestionWriter.ts"
import type { ImportBatch, ReadRequest, RowProblem } from "./ImportBatch.ts"
import { readFile } from "./ImportReader.ts"
import { type Tally, tallied } from "./Tally.ts"

/** A batch that is written, or would be. */
export interface Imported {
  readonly batch: ImportBatch
  readonly outcomes: ReadonlyArray<WriteOutcome["outcome"]>
  readonly tally: Tally
}

/**
 * Reads a file into the bank, batch by batch, each in one transaction with what `alongside` writes: whoever keeps the tally
 * there can go on behind it after a crash (`from`). Ends once all of it is safe on the disk.
 */
export const importFile = Effect.fnUntraced(function* (options: {
  readonly request: Omit<ReadRequest, "skip">
  readonly policy: WritePolicy
  readonly provenance: Provenance
  readonly from: Tally
  readonly alongside: (tally: Tally, problems: ReadonlyArray<RowProblem>) => Effect.Effect<void, SqlError.SqlError>
}) {
  const writer = yield* QuestionWriter
  const sql = yield* SqlClient.SqlClient
  const { alongside, from, policy, provenance } = options
  const tally = yield* Ref.make(from)

  const write = Effect.fnUntraced(function* (batch: ImportBatch) {
    const before = yield* Ref.get(tally)
    const after = (outcomes: ReadonlyArray<WriteOutcome>) =>
      next(
        before,
        batch,
        outcomes.map(({ outcome }) => outcome)
      )
    if (batch.drafts.length === 0) {
      const done = after([])
      yield* sql.withTransaction(alongside(done, batch.problems)).pipe(Effect.orDie)
      yield* Ref.set(tally, done)
      const imported: Imported = { batch, outcomes: [], tally: done }
      return imported
    }
    const outcomes = yield* writer.commit(batch.drafts, {
      policy,
      provenance,
      alongside: (outcomes) => alongside(after(outcomes), batch.problems)
    })
    const done = after(outcomes)
    yield* Ref.set(tally, done)
    const imported: Imported = { batch, outcomes: outcomes.map(({ outcome }) => outcome), tally: done }
    return imported
  })

  return readFile({ ...options.request, skip: from.rows_read }).pipe(
    Stream.mapEffect((batch) => immediate(write(batch))),
    Stream.concat(Stream.fromEffectDrain(writer.flush))
  )
}, Stream.unwrap)

// A transaction that begins by reading cannot go on to write once another process has written; this one waits its turn.
const immediate = Effect.provideService(SqlClient.BeginTransaction, "BEGIN IMMEDIATE")

/** What an import of the file would do, batch by batch, without doing it. */
export const previewFile = Effect.fnUntraced(function* (options: {
  readonly request: Omit<ReadRequest, "skip">
  readonly policy: WritePolicy
  readonly from: Tally
}) {
  const writer = yield* QuestionWriter
  return Stream.mapAccumEffect(
    readFile({ ...options.request, skip: 0 }),
    () => options.from,
    (before, batch) =>
      Effect.map(writer.preview(batch.drafts, options.policy), (outcomes) => {
        const tally = next(before, batch, outcomes)
        const imported: Imported = { batch, outcomes, tally }
        return [tally, [imported]] as const
      })
  )
}, Stream.unwrap)

const next = (before: Tally, batch: ImportBatch, outcomes: ReadonlyArray<WriteOutcome["outcome"]>): Tally =>
  tallied(before, {
    outcomes,
    problems: batch.problems.length,
    rowsRead: batch.rowsRead,
    bytesRead: batch.bytesRead
  })
