import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { QuestionId, StoredQuestion } from "../StoredQuestion.ts"
import { Feedback, makeFeedbackRows } from "../write/feedbackRows.ts"
import { dayOf } from "../write/questionRows.ts"
import { BankStatistics } from "./BankStatistics.ts"

const Snapshot = Schema.NullOr(Schema.fromJsonString(Schema.toType(StoredQuestion)))

/** One change of a question. */
export const HistoryEntry = Schema.Struct({
  id: Schema.String,
  question_id: QuestionId,
  /** milliseconds since 1970 */
  at: Schema.Finite,
  action: Schema.String,
  who: Schema.String,
  why: Schema.String,
  reference: Schema.NullOr(Schema.String),
  before: Snapshot,
  after: Snapshot,
  claim: Schema.NullOr(Schema.fromJsonString(Schema.Array(Schema.String)))
})
export type HistoryEntry = typeof HistoryEntry.Type

export interface TagCount {
  readonly tag: string
  readonly count: number
}

export interface WaitingQuestion {
  readonly row: StoredQuestion
  /** What is said against it, the oldest first. */
  readonly said: ReadonlyArray<Feedback>
}

export interface DayCounts {
  /** `YYYY-MM-DD`, UTC */
  readonly day: string
  readonly counts: ReadonlyMap<string, number>
}

const Miss = Schema.Struct({ title: Schema.String, count: Schema.Finite, last_at: Schema.Finite })

export interface BankFigures {
  /** milliseconds since 1970 */
  readonly countedAt: number
  readonly total: number
  readonly byStatus: ReadonlyMap<string, number>
  readonly bySource: ReadonlyMap<string, number>
  readonly byType: ReadonlyMap<string, number>
  /** The days on which anything happened, the oldest first. */
  readonly days: ReadonlyArray<DayCounts>
  /** Questions that nobody could answer and that are not in the bank since, those asked most first. */
  readonly missed: ReadonlyArray<typeof Miss.Type>
}

// Rows per statement: a few milliseconds of them.
const rowsPerStep = 1000
const tagsPerStep = 2000
const mostMissedShown = 50

/** What the bank can tell about itself. Everything is read in short steps, however large the bank is. */
export class BankReports extends Context.Service<
  BankReports,
  {
    /** The changes of a question, the newest first; those before the entry of an id where it is given. */
    readonly history: (options: {
      readonly id: string
      readonly limit: number
      readonly before?: string | undefined
    }) => Effect.Effect<ReadonlyArray<HistoryEntry>>
    /** What waits for a person, the oldest first: held back, disputed, or with open feedback. */
    readonly waiting: (options: {
      readonly limit: number
      readonly after?: string | undefined
    }) => Effect.Effect<ReadonlyArray<WaitingQuestion>>
    readonly tags: Effect.Effect<ReadonlyArray<TagCount>>
    /** Figures of so many days up to now. */
    readonly figures: (days: number) => Effect.Effect<BankFigures>
  }
>()("siku/bank/admin/BankReports") {
  static readonly layer: Layer.Layer<BankReports, never, SqlClient.SqlClient | BankStatistics> = Layer.effect(
    BankReports,
    Effect.suspend(() => make)
  )
}

const decodeAll = <S extends Schema.Top>(schema: S) => Schema.decodeUnknownEffect(Schema.Array(schema))

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const statistics = yield* BankStatistics
  const feedback = yield* makeFeedbackRows
  const limited = (limit: number) => sql.literal(`LIMIT ${limit}`)

  const decodeHistory = decodeAll(HistoryEntry)
  const history = Effect.fn("BankReports.history")(function* (options: {
    readonly id: string
    readonly limit: number
    readonly before?: string | undefined
  }) {
    const earlier = options.before === undefined ? sql`1 = 1` : sql`id < ${options.before}`
    return yield* decodeHistory(
      yield* sql`
        SELECT id, question_id, at, action, who, why, reference, ${sql("before")}, ${sql("after")}, claim
        FROM bank_history WHERE question_id = ${options.id} AND ${earlier}
        ORDER BY id DESC ${limited(options.limit)}`
    )
  }, Effect.orDie)

  const decodeIds = decodeAll(Schema.Struct({ id: Schema.String }))
  const decodeRows = decodeAll(StoredQuestion)
  const columns = sql.literal(Object.keys(StoredQuestion.fields).join(", "))
  const waiting = Effect.fn("BankReports.waiting")(function* (options: {
    readonly limit: number
    readonly after?: string | undefined
  }) {
    const after = options.after ?? ""
    const marked = yield* decodeIds(
      yield* sql`
        SELECT id FROM bank_questions WHERE status IN ('needs_review', 'disputed') AND id > ${after}
        ORDER BY id ${limited(options.limit)}`
    )
    const said = yield* decodeIds(
      yield* sql`
        SELECT DISTINCT question_id AS id FROM bank_feedback WHERE state = 'open' AND question_id > ${after}
        ORDER BY question_id ${limited(options.limit)}`
    )
    const ids = [...new Set([...marked, ...said].map(({ id }) => id))].sort().slice(0, options.limit)
    if (ids.length === 0) return []
    const rows = yield* decodeRows(
      yield* sql`SELECT ${columns} FROM bank_questions WHERE ${sql.in("id", ids)} ORDER BY id`
    )
    const byQuestion = Map.groupBy(yield* feedback.open(ids), ({ question_id }) => question_id)
    return rows.map((row) => ({ row, said: byQuestion.get(row.id) ?? [] }))
  }, Effect.orDie)

  const decodeTags = decodeAll(Schema.Struct({ tag: Schema.String, count: Schema.Finite, last: Schema.String }))
  const tags = Effect.gen(function* () {
    const counts = new Map<string, number>()
    for (let tag = "", last = ""; ;) {
      const found = yield* decodeTags(
        yield* sql`
          SELECT tag, COUNT(*) AS count, MAX(question_id) AS last FROM (
            SELECT tag, question_id FROM bank_tags WHERE (tag, question_id) > (${tag}, ${last})
            ORDER BY tag, question_id ${limited(tagsPerStep)}
          ) AS step GROUP BY tag ORDER BY tag`
      )
      for (const step of found) {
        counts.set(step.tag, (counts.get(step.tag) ?? 0) + step.count)
        tag = step.tag
        last = step.last
      }
      if (found.reduce((total, { count }) => total + count, 0) < tagsPerStep) break
      yield* Effect.yieldNow
    }
    return Array.from(counts, ([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count)
  }).pipe(Effect.orDie)

  const decodeKinds = decodeAll(
    Schema.Struct({
      status: Schema.String,
      source: Schema.String,
      type: Schema.String,
      count: Schema.Finite,
      last: Schema.String
    })
  )
  const kinds = Effect.gen(function* () {
    const counted = { total: 0, byStatus: counter(), bySource: counter(), byType: counter() }
    for (let last = ""; ;) {
      const found = yield* decodeKinds(
        yield* sql`
          SELECT status, source, type, COUNT(*) AS count, MAX(id) AS last FROM (
            SELECT id, status, source, type FROM bank_questions WHERE id > ${last} ORDER BY id ${limited(rowsPerStep)}
          ) AS step GROUP BY status, source, type`
      )
      let seen = 0
      for (const { count, last: id, source, status, type } of found) {
        seen += count
        add(counted.byStatus, status, count)
        add(counted.bySource, source, count)
        add(counted.byType, type, count)
        if (id > last) last = id
      }
      counted.total += seen
      if (seen < rowsPerStep) return counted
      yield* Effect.yieldNow
    }
  })

  const decodeDaily = decodeAll(Schema.Struct({ day: Schema.String, what: Schema.String, count: Schema.Finite }))
  const decodeMisses = decodeAll(Miss)
  // A question that has since been answered is no gap any more.
  const missed = Effect.suspend(
    () => sql`
      SELECT title, count, last_at FROM bank_misses m WHERE NOT EXISTS (
        SELECT 1 FROM bank_questions q WHERE q.title_key = m.title_key AND q.options_key = m.options_key
          AND q.type_class = m.type_class AND q.status <> 'needs_review'
      ) ORDER BY count DESC, last_at DESC ${limited(mostMissedShown)}`
  ).pipe(Effect.flatMap(decodeMisses))

  const figures = Effect.fn("BankReports.figures")(function* (days: number) {
    yield* statistics.flush
    const now = yield* Clock.currentTimeMillis
    const first = dayOf(now - (days - 1) * 86_400_000)
    const daily = yield* decodeDaily(
      yield* sql`SELECT day, what, count FROM bank_daily WHERE day >= ${first} ORDER BY day, what`
    )
    return {
      countedAt: now,
      ...(yield* kinds),
      days: Array.from(
        Map.groupBy(daily, ({ day }) => day),
        ([day, counts]) => ({ day, counts: new Map(counts.map(({ count, what }) => [what, count])) })
      ),
      missed: yield* missed
    }
  }, Effect.orDie)

  return BankReports.of({ history, waiting, tags, figures })
})

const counter = () => new Map<string, number>()
const add = (counts: Map<string, number>, name: string, by: number) => counts.set(name, (counts.get(name) ?? 0) + by)
