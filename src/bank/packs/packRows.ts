import { Array as Arr, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { QuestionId, StoredQuestion } from "../StoredQuestion.ts"

const counts = {
  added: Schema.Finite,
  updated: Schema.Finite,
  merged: Schema.Finite,
  unchanged: Schema.Finite,
  skipped: Schema.Finite,
  disputed: Schema.Finite,
  /** Rows that the pack had added, deleted again. */
  taken_out: Schema.Finite,
  /** Rows that the pack had changed, as they were before. */
  put_back: Schema.Finite,
  /** Rows left as they are, because somebody has changed or confirmed them since. */
  kept: Schema.Finite,
  /** Rows that somebody else has deleted. */
  gone: Schema.Finite,
  /** Rows that the pack had changed nothing of. */
  untouched: Schema.Finite,
  /** Disputes of the pack that were still open. */
  withdrawn: Schema.Finite
}

/** A pack that is in the bank, or once was. */
export const InstalledPack = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  version: Schema.String,
  /** The public key, base64url. */
  publisher: Schema.String,
  description: Schema.String,
  digest: Schema.String,
  questions: Schema.Finite,
  policy: Schema.Literals(["skip", "overwrite", "merge"]),
  state: Schema.Literals(["installing", "installed", "removing", "removed"]),
  /** Questions of the file whose outcome is stored. */
  rows_done: Schema.Finite,
  ...counts,
  /** milliseconds since 1970 */
  began_at: Schema.Finite,
  installed_at: Schema.NullOr(Schema.Finite),
  removed_at: Schema.NullOr(Schema.Finite)
})
export type InstalledPack = typeof InstalledPack.Type

const Said = Schema.Struct({
  /** Feedback that the pack gave. */
  made: Schema.Array(Schema.String),
  /** Feedback of others that was open until the pack replaced the answer. */
  settled: Schema.Array(Schema.String)
})

/** What a pack did to one question. */
export const PackRow = Schema.Struct({
  question_id: QuestionId,
  outcome: Schema.Literals(["added", "updated", "merged", "unchanged", "skipped", "disputed"]),
  /** `updated_at` as the pack left it; null where it changed nothing, `changedBetween` where it can never be put back. */
  written_at: Schema.NullOr(Schema.Finite),
  feedback: Schema.NullOr(Schema.fromJsonString(Said))
})
export type PackRow = typeof PackRow.Type

/** Stands for a time that no row has. */
export const changedBetween = -1

type Written = Effect.Effect<void, SqlError.SqlError>
type Ids = ReadonlyArray<string>

/** The tables of packs; everything goes into the caller's transaction. */
export interface PackRows {
  /** Packs of a name, or all, the oldest first. */
  readonly packs: (name?: string) => Effect.Effect<ReadonlyArray<InstalledPack>>
  readonly insert: (pack: InstalledPack) => Written
  readonly update: (id: string, changes: Partial<Omit<InstalledPack, "id">>) => Written
  /** What this pack did to these questions. */
  readonly rowsOf: (pack: string, questions: Ids) => Effect.Effect<ReadonlyArray<PackRow>>
  readonly firstRows: (pack: string, limit: number) => Effect.Effect<ReadonlyArray<PackRow>>
  readonly deleteRows: (pack: string, questions: Ids) => Written
  readonly insertRows: (pack: string, rows: ReadonlyArray<PackRow>) => Written
  /** When these rows of the bank were changed last. */
  readonly changedAt: (questions: Ids) => Effect.Effect<ReadonlyMap<string, number>>
  /** The rows as they were before the pack changed them for the first time. */
  readonly before: (pack: string, questions: Ids) => Effect.Effect<ReadonlyMap<string, StoredQuestion>>
  /** Settles those of these that are open, or opens those that are settled; answers with how many there were. */
  readonly setFeedback: (ids: Ids, state: "open" | "handled") => Effect.Effect<number, SqlError.SqlError>
}

const rowsPerStatement = 100

export const makePackRows: Effect.Effect<PackRows, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const decodePacks = Schema.decodeUnknownEffect(Schema.Array(InstalledPack))
  const decodeRows = Schema.decodeUnknownEffect(Schema.Array(PackRow))
  const decodeTimes = Schema.decodeUnknownEffect(
    Schema.Array(Schema.Struct({ id: Schema.String, updated_at: Schema.Finite }))
  )
  const decodeBefore = Schema.decodeUnknownEffect(
    Schema.Array(
      Schema.Struct({ question_id: Schema.String, before: Schema.fromJsonString(Schema.toType(StoredQuestion)) })
    )
  )
  const decodeIds = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: Schema.String })))
  const columns = sql.literal(Object.keys(InstalledPack.fields).join(", "))
  const rowColumns = sql.literal(Object.keys(PackRow.fields).join(", "))

  /** The answers of one statement for each so many ids. */
  const inParts = <A, E>(ids: Ids, ask: (some: Ids) => Effect.Effect<ReadonlyArray<A>, E>) =>
    Effect.orDie(Effect.map(Effect.forEach(Arr.chunksOf(ids, rowsPerStatement), ask), (parts) => parts.flat()))

  return {
    packs: (name) =>
      (name === undefined
        ? sql`SELECT ${columns} FROM bank_packs ORDER BY id`
        : sql`SELECT ${columns} FROM bank_packs WHERE name = ${name} ORDER BY id`
      ).pipe(Effect.flatMap(decodePacks), Effect.orDie),
    insert: (pack) => Effect.asVoid(sql`INSERT INTO bank_packs ${sql.insert(pack)}`),
    update: (id, changes) => Effect.asVoid(sql`UPDATE bank_packs SET ${sql.update(changes)} WHERE id = ${id}`),
    rowsOf: (pack, questions) =>
      inParts(questions, (some) =>
        Effect.flatMap(
          sql`SELECT ${rowColumns} FROM bank_pack_rows WHERE pack_id = ${pack} AND ${sql.in("question_id", some)}`,
          decodeRows
        )
      ),
    firstRows: (pack, limit) =>
      sql`
        SELECT ${rowColumns} FROM bank_pack_rows WHERE pack_id = ${pack}
        ORDER BY question_id LIMIT ${sql.literal(String(limit))}`.pipe(Effect.flatMap(decodeRows), Effect.orDie),
    deleteRows: Effect.fnUntraced(function* (pack: string, questions: Ids) {
      for (const some of Arr.chunksOf(questions, rowsPerStatement)) {
        yield* sql`DELETE FROM bank_pack_rows WHERE pack_id = ${pack} AND ${sql.in("question_id", some)}`
      }
    }),
    insertRows: Effect.fnUntraced(function* (pack: string, rows: ReadonlyArray<PackRow>) {
      const encoded = rows.map(({ feedback, ...row }) => ({
        pack_id: pack,
        ...row,
        feedback: feedback === null ? null : JSON.stringify(feedback)
      }))
      for (const some of Arr.chunksOf(encoded, rowsPerStatement)) {
        yield* sql`INSERT INTO bank_pack_rows ${sql.insert(some)}`
      }
    }),
    changedAt: (questions) =>
      inParts(questions, (some) =>
        Effect.flatMap(sql`SELECT id, updated_at FROM bank_questions WHERE ${sql.in("id", some)}`, decodeTimes)
      ).pipe(Effect.map((rows) => new Map(rows.map(({ id, updated_at }) => [id, updated_at])))),
    before: Effect.fnUntraced(function* (pack: string, questions: Ids) {
      const found = yield* inParts(questions, (some) =>
        Effect.flatMap(
          sql`
            SELECT question_id, ${sql("before")} FROM bank_history
            WHERE ${sql.in("question_id", some)} AND reference = ${pack} AND ${sql("before")} IS NOT NULL`,
          decodeBefore
        )
      )
      const first = new Map<string, StoredQuestion>()
      for (const { before, question_id } of found) {
        const known = first.get(question_id)
        if (known === undefined || before.updated_at < known.updated_at) first.set(question_id, before)
      }
      return first
    }),
    setFeedback: Effect.fnUntraced(function* (ids: Ids, state: "open" | "handled") {
      const from = state === "open" ? "handled" : "open"
      const found = yield* inParts(ids, (some) =>
        Effect.flatMap(sql`SELECT id FROM bank_feedback WHERE ${sql.in("id", some)} AND state = ${from}`, decodeIds)
      )
      for (const some of Arr.chunksOf(found, rowsPerStatement)) {
        yield* sql`UPDATE bank_feedback SET state = ${state} WHERE ${sql.in(
          "id",
          some.map(({ id }) => id)
        )}`
      }
      return found.length
    })
  }
})
