import { Array as Arr, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { StoredQuestion } from "../StoredQuestion.ts"
import type { HistoryAction } from "./decide.ts"
import { makeFeedbackRows } from "./feedbackRows.ts"

/** A row as the database takes it. */
export type EncodedRow = typeof StoredQuestion.Encoded

export const encodeRow = (row: StoredQuestion): EncodedRow => ({
  ...row,
  options: JSON.stringify(row.options),
  answer: JSON.stringify(row.answer),
  tags: JSON.stringify(row.tags),
  images: row.images === null ? null : JSON.stringify(row.images)
})

/** Which question a row is about: no two rows have the same. */
export type Identity = {
  readonly title_key: string
  readonly options_key: string
  readonly type_class: string
}

/** The identity as one text: the `key` of the question. */
export const identityOf = (row: Identity): string => `${row.type_class} ${row.title_key} ${row.options_key}`

/** Who changed something, and why. */
export interface Author {
  readonly who: string
  readonly why: string
  readonly reference?: string | undefined
}

/** One change of one row; `before` is missing where it was made, `after` where it was deleted. */
export interface Change {
  readonly action: HistoryAction
  readonly before?: StoredQuestion | undefined
  readonly after?: StoredQuestion | undefined
  /** The answer of who said otherwise. */
  readonly claim?: ReadonlyArray<string> | undefined
}

type Written = Effect.Effect<void, SqlError.SqlError>

/** What can be done to the rows of the bank. Several of them make one change, so they go into the caller's transaction. */
export interface QuestionRows {
  readonly withIdentities: (identities: ReadonlyArray<Identity>) => Effect.Effect<ReadonlyArray<StoredQuestion>>
  readonly withIds: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<StoredQuestion>>
  /** New rows with their tags, counted for the day of `now` (milliseconds since 1970). */
  readonly insert: (rows: ReadonlyArray<StoredQuestion>, now: number) => Written
  /** The same for rows that may be there already; those stay as they are. */
  readonly insertMissing: (rows: ReadonlyArray<StoredQuestion>, now: number) => Written
  /** Writes a row over the one of its id, and its tags. */
  readonly replace: (before: StoredQuestion, after: StoredQuestion) => Written
  readonly remove: (rows: ReadonlyArray<StoredQuestion>, now: number) => Written
  readonly appendHistory: (changes: ReadonlyArray<Change>, author: Author, now: number) => Written
}

// Well below every dialect's limit on parameters (32,766 in SQLite, 65,535 elsewhere).
const rowsPerStatement = 64
const longestWho = 64

export const makeQuestionRows: Effect.Effect<QuestionRows, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const decode = Schema.decodeUnknownEffect(Schema.Array(StoredQuestion))
  const names = Object.keys(StoredQuestion.fields)
  const columns = sql.literal(names.join(", "))
  // What is read here is about to be written: where others may write at the same time, they wait.
  const forUpdate = sql.onDialectOrElse({ sqlite: () => sql.literal(""), orElse: () => sql.literal("FOR UPDATE") })
  const values = sql.onDialectOrElse({ sqlite: () => sql.literal("VALUES "), orElse: () => sql.literal("") })
  // A statement that may have to be undone by itself copies every page it touches, half of what a row costs. Where a row
  // fails here, the transaction fails.
  const insertInto = sql.onDialectOrElse({
    sqlite: () => sql.literal("INSERT OR FAIL INTO"),
    orElse: () => sql.literal("INSERT INTO")
  })

  const withIdentities = Effect.fnUntraced(function* (identities: ReadonlyArray<Identity>) {
    if (identities.length === 0) return []
    const keys = sql.csv(
      identities.map(({ options_key, title_key, type_class }) => sql`(${title_key}, ${options_key}, ${type_class})`)
    )
    return yield* decode(
      yield* sql`
        SELECT ${columns} FROM bank_questions
        WHERE (title_key, options_key, type_class) IN (${values}${keys}) ${forUpdate}`
    )
  }, Effect.orDie)

  const withIds = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    if (ids.length === 0) return []
    return yield* decode(yield* sql`SELECT ${columns} FROM bank_questions WHERE ${sql.in("id", ids)} ${forUpdate}`)
  }, Effect.orDie)

  const count = (what: string, by: number, now: number) => addDaily([{ day: dayOf(now), what, count: by }])
  const addDaily = yield* makeAddDaily
  const feedback = yield* makeFeedbackRows

  const addTags = Effect.fnUntraced(function* (rows: ReadonlyArray<StoredQuestion>) {
    const tags = rows.flatMap(({ id, tags }) => tags.map((tag) => ({ tag, question_id: id })))
    for (const some of Arr.chunksOf(tags, rowsPerStatement)) {
      yield* sql.onDialectOrElse({
        mysql: () => sql`INSERT IGNORE INTO bank_tags ${sql.insert(some)}`,
        sqlite: () => sql`INSERT OR IGNORE INTO bank_tags ${sql.insert(some)}`,
        orElse: () => sql`INSERT INTO bank_tags ${sql.insert(some)} ON CONFLICT DO NOTHING`
      })
    }
  })
  const removeTags = (row: StoredQuestion) =>
    row.tags.length === 0
      ? Effect.void
      : sql`DELETE FROM bank_tags WHERE ${sql.in("tag", row.tags)} AND question_id = ${row.id}`

  const insert = Effect.fnUntraced(function* (rows: ReadonlyArray<StoredQuestion>, now: number) {
    for (const some of Arr.chunksOf(rows, rowsPerStatement)) {
      yield* sql`${insertInto} bank_questions ${sql.insert(Arr.map(some, encodeRow))}`
    }
    yield* settle(rows, now)
  })

  const settle = Effect.fnUntraced(function* (rows: ReadonlyArray<StoredQuestion>, now: number) {
    yield* addTags(rows)
    for (const [source, of] of Map.groupBy(rows, ({ source }) => source))
      yield* count(`added:${source}`, of.length, now)
  })

  const insertMissing = Effect.fnUntraced(function* (rows: ReadonlyArray<StoredQuestion>, now: number) {
    for (const some of Arr.chunksOf(rows, rowsPerStatement)) {
      const encoded = Arr.map(some, encodeRow)
      yield* sql.onDialectOrElse({
        mysql: () => sql`INSERT IGNORE INTO bank_questions ${sql.insert(encoded)}`,
        orElse: () => sql`
          INSERT INTO bank_questions ${sql.insert(encoded)}
          ON CONFLICT (title_key, options_key, type_class) DO NOTHING`
      })
      yield* settle(yield* withIds(some.map(({ id }) => id)), now)
    }
  })

  const replace = Effect.fnUntraced(function* (before: StoredQuestion, after: StoredQuestion) {
    // Only what has changed: writing a column writes every index it is in.
    const [old, values] = [encodeRow(before), encodeRow(after)]
    const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== valueIn(old, name)))
    if (Object.keys(changed).length === 0) return
    yield* sql`UPDATE bank_questions SET ${sql.update(changed)} WHERE id = ${after.id}`
    if (JSON.stringify(before.tags) === JSON.stringify(after.tags)) return
    yield* removeTags(before)
    yield* addTags([after])
  })

  const remove = Effect.fnUntraced(function* (rows: ReadonlyArray<StoredQuestion>, now: number) {
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    yield* sql`DELETE FROM bank_questions WHERE ${sql.in("id", ids)}`
    yield* feedback.handle(ids)
    for (const row of rows) yield* removeTags(row)
    yield* count("removed", rows.length, now)
  })

  const appendHistory = Effect.fnUntraced(function* (changes: ReadonlyArray<Change>, author: Author, now: number) {
    const rows = changes.map(({ action, after, before, claim }) => ({
      id: `h_${sortableUuid()}`,
      question_id: after?.id ?? before?.id ?? "",
      at: now,
      action,
      who: author.who.slice(0, longestWho),
      why: author.why,
      reference: author.reference?.slice(0, longestWho) ?? null,
      before: snapshot(before),
      after: snapshot(after),
      claim: claim === undefined ? null : JSON.stringify(claim)
    }))
    for (const some of Arr.chunksOf(rows, rowsPerStatement)) yield* sql`${insertInto} bank_history ${sql.insert(some)}`
  })

  return { withIdentities, withIds, insert, insertMissing, replace, remove, appendHistory }
})

const valueIn = (row: Readonly<Record<string, unknown>>, name: string): unknown => row[name]

const snapshot = (row: StoredQuestion | undefined): string | null => (row === undefined ? null : JSON.stringify(row))

/** The day of a time in milliseconds since 1970, `YYYY-MM-DD` in UTC. */
export const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

type DailyCount = { readonly day: string; readonly what: string; readonly count: number }

/** Makes the counter of `bank_daily`, which adds to what is there. */
export const makeAddDaily = Effect.map(SqlClient.SqlClient, (sql) =>
  Effect.fnUntraced(function* (counts: ReadonlyArray<DailyCount>) {
    if (!Arr.isReadonlyArrayNonEmpty(counts)) return
    yield* sql.onDialectOrElse({
      mysql: () => sql`
        INSERT INTO bank_daily ${sql.insert(counts)} ON DUPLICATE KEY UPDATE count = count + VALUES(count)`,
      orElse: () => sql`
        INSERT INTO bank_daily ${sql.insert(counts)}
        ON CONFLICT (day, what) DO UPDATE SET count = bank_daily.count + excluded.count`
    })
  })
)
