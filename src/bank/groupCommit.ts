import { Array as Arr, Effect, Exit, Request, RequestResolver, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Durability } from "../platform/Durability.ts"
import { CandidateRow, StoredQuestion } from "./StoredQuestion.ts"

/** A row as the database takes it. */
export type EncodedRow = typeof StoredQuestion.Encoded

/** Which question a row is about: no two rows have the same. */
const identityOf = (row: Pick<EncodedRow, "title_key" | "options_key" | "type_class">): string =>
  `${row.title_key} ${row.options_key} ${row.type_class}`

const WrittenRow = Schema.Struct({ ...CandidateRow.fields, title_key: Schema.String })
type WrittenRow = typeof WrittenRow.Type

class Save extends Request.Class<{ readonly row: EncodedRow }, WrittenRow> {}

// Rows per INSERT: well below every dialect's limit on parameters, and a short stretch on the event loop.
const rowsPerInsert = 50

/**
 * Writes rows one commit for all that are to be written at the same time; each write succeeds with the row that now stands
 * for its question, once it is safe on the disk. What is there already stays, unless it only waits for review after a
 * model failed at it.
 */
export const makeGroupCommit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const decodeRows = Schema.decodeUnknownEffect(Schema.Array(WrittenRow))
  const columns = sql.literal(Object.keys(WrittenRow.fields).join(", "))

  const standing = (rows: Arr.NonEmptyReadonlyArray<EncodedRow>) =>
    sql`SELECT ${columns} FROM bank_questions WHERE ${sql.or(
      rows.map((row) =>
        sql.and([
          sql`title_key = ${row.title_key}`,
          sql`options_key = ${row.options_key}`,
          sql`type_class = ${row.type_class}`
        ])
      )
    )}`

  // Gives the rows that it wrote; which of the others stand there already is for `standing` to say. One statement, so a
  // transaction of its own.
  const upsert = (rows: Arr.NonEmptyReadonlyArray<EncodedRow>) =>
    sql.onDialectOrElse({
      mysql: () =>
        Effect.as(
          sql`
            INSERT INTO bank_questions ${sql.insert(rows)}
            ON DUPLICATE KEY UPDATE ${sql.literal(
              replaceable.map((name) => `${name} = IF(status = 'needs_review', VALUES(${name}), ${name})`).join(", ")
            )}`,
          []
        ),
      orElse: () => sql`
        INSERT INTO bank_questions ${sql.insert(rows)}
        ON CONFLICT (title_key, options_key, type_class) DO UPDATE SET ${sql.literal(
          replaceable.map((name) => `${name} = excluded.${name}`).join(", ")
        )}
        WHERE bank_questions.status = 'needs_review'
        RETURNING ${columns}`
    })

  const write = Effect.fnUntraced(function* (rows: Arr.NonEmptyReadonlyArray<EncodedRow>) {
    const written = new Map((yield* decodeRows(yield* upsert(rows))).map((row) => [identityOf(row), row]))
    const others = rows.filter((row) => !written.has(identityOf(row)))
    if (Arr.isReadonlyArrayNonEmpty(others)) {
      for (const row of yield* decodeRows(yield* standing(others))) written.set(identityOf(row), row)
    }
    yield* durability.flush
    return written
  }, Effect.orDie)

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
  ).pipe(RequestResolver.batchN(rowsPerInsert))

  return (row: EncodedRow): Effect.Effect<CandidateRow> => Effect.request(new Save({ row }), resolver)
})

const isSameQuestion = (a: EncodedRow, b: EncodedRow): boolean => identityOf(a) === identityOf(b)

/** What a later attempt at a question changes; the status last, for MySQL reads what it has just set. */
const replaceable = ["answer", "source", "confidence", "provider", "model", "updated_at", "status"] as const
