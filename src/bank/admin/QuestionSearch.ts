import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import type { QuestionType } from "../QuestionType.ts"
import { type AnswerOrigin, type QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"

export interface QuestionFilter {
  /** In the title or the answer, letter case aside. */
  readonly keyword?: string | undefined
  readonly type?: QuestionType | undefined
  readonly source?: AnswerOrigin | undefined
  readonly status?: QuestionStatus | undefined
  readonly tag?: string | undefined
}

export type QuestionOrder = "newest" | "oldest" | "least_sure"

/** Where a page ended: the last row that was looked at. */
export interface Place {
  readonly id: string
  /** 0 to 1 */
  readonly confidence: number
}

export interface QuestionPage {
  readonly rows: ReadonlyArray<StoredQuestion>
  /** Rows looked at for this page. */
  readonly scanned: number
  /** Where the next page starts; there may be fewer rows than asked for, or none, and still a next page. */
  readonly next: Place | undefined
}

// Rows per statement, a few milliseconds of them, and per page, after which whoever asks may decide to go on.
const rowsPerStep = 500
const rowsPerPage = 20_000

/**
 * Finds rows by what is in them, in steps along an index, each short and with a turn of the event loop after it. No search
 * index is kept for this, so that writing stays fast: a rare keyword takes several pages.
 */
export class QuestionSearch extends Context.Service<
  QuestionSearch,
  {
    readonly page: (options: {
      readonly filter: QuestionFilter
      readonly order: QuestionOrder
      readonly limit: number
      readonly after?: Place | undefined
      /** Only rows of ids up to this one. */
      readonly upTo?: string | undefined
    }) => Effect.Effect<QuestionPage>
  }
>()("siku/bank/admin/QuestionSearch") {
  static readonly layer: Layer.Layer<QuestionSearch, never, SqlClient.SqlClient> = Layer.effect(
    QuestionSearch,
    Effect.suspend(() => make)
  )
}

const Step = Schema.Struct({ id: Schema.String, confidence: Schema.Finite, fits: Schema.Finite })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const decodeSteps = Schema.decodeUnknownEffect(Schema.Array(Step))
  const decodeRows = Schema.decodeUnknownEffect(Schema.Array(StoredQuestion))
  const columns = sql.literal(Object.keys(StoredQuestion.fields).join(", "))
  const like = sql.onDialectOrElse({ pg: () => sql.literal("ILIKE"), orElse: () => sql.literal("LIKE") })

  /** Whether a row is one of those looked for, as 0 or 1. */
  const fits = ({ keyword, source, status, tag, type }: QuestionFilter, isByTag: boolean) => {
    const pattern = keyword === undefined ? "" : `%${keyword.replace(/[!%_]/g, "!$&")}%`
    const conditions = [
      ...(type === undefined ? [] : [sql`q.type = ${type}`]),
      ...(source === undefined ? [] : [sql`q.source = ${source}`]),
      ...(status === undefined ? [] : [sql`q.status = ${status}`]),
      ...(tag === undefined || isByTag
        ? []
        : [sql`EXISTS (SELECT 1 FROM bank_tags t WHERE t.tag = ${tag} AND t.question_id = q.id)`]),
      ...(keyword === undefined
        ? []
        : [sql`(q.title ${like} ${pattern} ESCAPE '!' OR q.answer ${like} ${pattern} ESCAPE '!')`])
    ]
    return conditions.length === 0 ? sql`1` : sql`CASE WHEN ${sql.and(conditions)} THEN 1 ELSE 0 END`
  }

  const isWaiting = (status: QuestionStatus | undefined) => status === "needs_review" || status === "disputed"

  const step = Effect.fnUntraced(function* (
    filter: QuestionFilter,
    order: QuestionOrder,
    after: Place | undefined,
    upTo: string | undefined,
    size: number
  ) {
    const isByTag = filter.tag !== undefined && order !== "least_sure"
    const bounds: Array<Statement.Fragment> = [
      ...placeAfter(order, after, isByTag ? sql`t.question_id` : sql`q.id`),
      ...(upTo === undefined ? [] : [isByTag ? sql`t.question_id <= ${upTo}` : sql`q.id <= ${upTo}`]),
      ...(isByTag ? [sql`t.tag = ${filter.tag}`] : []),
      // Few wait for a person, and they have an index of their own.
      ...(isWaiting(filter.status) && order !== "least_sure" && !isByTag
        ? [sql`q.status IN ('needs_review', 'disputed')`]
        : [])
    ]
    const direction = sql.literal(order === "newest" ? "DESC" : "ASC")
    const along = isByTag
      ? sql`t.question_id ${direction}`
      : order === "least_sure"
        ? sql`q.confidence, q.id`
        : sql`q.id ${direction}`
    const from = isByTag ? sql`bank_tags t JOIN bank_questions q ON q.id = t.question_id` : sql`bank_questions q`
    return yield* decodeSteps(
      yield* sql`
        SELECT q.id, q.confidence, ${fits(filter, isByTag)} AS fits FROM ${from}
        WHERE ${bounds.length === 0 ? sql`1 = 1` : sql.and(bounds)}
        ORDER BY ${along} LIMIT ${sql.literal(String(size))}`
    )
  })

  const placeAfter = (
    order: QuestionOrder,
    after: Place | undefined,
    id: Statement.Fragment
  ): ReadonlyArray<Statement.Fragment> => {
    if (after === undefined) return []
    switch (order) {
      case "newest":
        return [sql`${id} < ${after.id}`]
      case "oldest":
        return [sql`${id} > ${after.id}`]
      case "least_sure":
        return [sql`(q.confidence, ${id}) > (${after.confidence}, ${after.id})`]
    }
  }

  const read = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    if (ids.length === 0) return []
    const rows = yield* decodeRows(yield* sql`SELECT ${columns} FROM bank_questions WHERE ${sql.in("id", ids)}`)
    const byId = new Map(rows.map((row) => [String(row.id), row]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  })

  return QuestionSearch.of({
    page: Effect.fn("QuestionSearch.page")(function* ({ after, filter, limit, order, upTo }) {
      const found: Array<string> = []
      let place = after
      // Where nothing is looked for, every row is one.
      const isSearch = Object.values(filter).some((value) => value !== undefined)
      const size = isSearch ? rowsPerStep : Math.min(rowsPerStep, limit + 1)
      for (let scanned = 0; ;) {
        const steps = yield* step(filter, order, place, upTo, size)
        for (const [at, { confidence, fits, id }] of steps.entries()) {
          if (fits === 1) found.push(id)
          place = { id, confidence }
          if (found.length === limit) {
            const isLast = at === steps.length - 1 && steps.length < size
            return { rows: yield* read(found), scanned: scanned + at + 1, next: isLast ? undefined : place }
          }
        }
        scanned += steps.length
        if (steps.length < size) return { rows: yield* read(found), scanned, next: undefined }
        if (scanned >= rowsPerPage) return { rows: yield* read(found), scanned, next: place }
        yield* Effect.yieldNow
      }
    }, Effect.orDie)
  })
})
