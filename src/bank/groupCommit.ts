import { Array as Arr, Clock, Effect, Exit, Request, RequestResolver } from "effect"
import { SqlClient } from "effect/sql"
import { type DatabaseTrouble, orTrouble } from "../platform/DatabaseTrouble.ts"
import { Durability } from "../platform/Durability.ts"
import type { CandidateRow, StoredQuestion } from "./StoredQuestion.ts"
import { changeTime } from "./write/decide.ts"
import { identityOf, makeQuestionRows } from "./write/questionRows.ts"

class Save extends Request.Class<{ readonly row: StoredQuestion }, CandidateRow, DatabaseTrouble> {}

// Rows per commit: a short stretch on the event loop.
const rowsPerCommit = 50

/**
 * Writes rows one commit for all that are to be written at the same time; each write succeeds with the row that now stands
 * for its question, once it is safe on the disk. What is there already stays, unless it only waits for review after a
 * model failed at it; a person's word always stays. Fails where the database takes no writes now.
 */
export const makeGroupCommit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const rows = yield* makeQuestionRows

  const commit = Effect.fnUntraced(function* (added: Arr.NonEmptyReadonlyArray<StoredQuestion>) {
    const now = yield* Clock.currentTimeMillis
    const standing = byIdentity(yield* rows.withIdentities(added))
    yield* rows.insertMissing(
      added.filter((row) => !standing.has(identityOf(row))),
      now
    )
    for (const row of added) {
      const before = standing.get(identityOf(row))
      if (before === undefined || !givesWay(before)) continue
      const after = inPlaceOf(before, row)
      yield* rows.replace(before, after)
      yield* rows.appendHistory([{ action: "replaced", before, after }], aModel(row), now)
    }
    return byIdentity(yield* rows.withIdentities(added))
  }, sql.withTransaction)

  const write = (added: Arr.NonEmptyReadonlyArray<StoredQuestion>) =>
    orTrouble(commit(added)).pipe(Effect.tap(() => durability.tryFlush))

  const resolver = RequestResolver.make<Save>((entries) =>
    Effect.map(
      write(
        Arr.dedupeWith(
          Arr.map(entries, ({ request }) => request.row),
          isSameQuestion
        )
      ),
      (written) => {
        for (const entry of entries) {
          const row = written.get(identityOf(entry.request.row))
          entry.completeUnsafe(
            row === undefined
              ? Exit.die(new Error("a question is not in the bank after it was stored"))
              : Exit.succeed(row)
          )
        }
      }
    )
  ).pipe(RequestResolver.batchN(rowsPerCommit))

  return (row: StoredQuestion): Effect.Effect<CandidateRow, DatabaseTrouble> =>
    Effect.request(new Save({ row }), resolver)
})

const isSameQuestion = (a: StoredQuestion, b: StoredQuestion): boolean => identityOf(a) === identityOf(b)

const byIdentity = (rows: ReadonlyArray<StoredQuestion>): ReadonlyMap<string, StoredQuestion> =>
  new Map(rows.map((row) => [identityOf(row), row]))

const givesWay = (row: StoredQuestion): boolean => row.status === "needs_review" && row.source !== "user"

const inPlaceOf = (before: StoredQuestion, row: StoredQuestion): StoredQuestion => ({
  ...before,
  answer: row.answer,
  source: row.source,
  status: row.status,
  confidence: row.confidence,
  provider: row.provider,
  model: row.model,
  reference: row.reference,
  right_votes: 0,
  wrong_votes: 0,
  updated_at: changeTime(before, row.updated_at)
})

const aModel = ({ model, provider }: StoredQuestion) => ({
  who: model === null ? "a model" : `${provider}/${model}`,
  why: "What stood there waited for review."
})
