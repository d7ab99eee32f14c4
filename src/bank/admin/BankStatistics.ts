import { Array as Arr, Clock, Context, Effect, Exit, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import type { Question } from "../Question.ts"
import { dayOf, makeAddDaily } from "../write/questionRows.ts"

/** The tier that answered. */
export type HitTier = "memory" | "bank" | "similar" | "ai"

// Different questions without an answer that are told apart between two writes; of others only the number is kept.
const mostMissed = 1000
// Different questions without an answer that the bank remembers: those asked least go first.
const mostMissesKept = 10_000
const longestTitle = 500
const rowsPerStatement = 50
const flushEvery = "5 seconds"
const dayMillis = 86_400_000

/**
 * Counts what was answered and what was not, by day (UTC). Counting is in memory, so a question costs no statement; every few
 * seconds and at the end the counts go to SQL. A process that is killed loses those of the last seconds.
 */
export class BankStatistics extends Context.Service<
  BankStatistics,
  {
    /** A question was answered by this tier. */
    readonly hit: (tier: HitTier) => Effect.Effect<void>
    /** A question was asked and got no answer. */
    readonly missed: (question: Question) => Effect.Effect<void>
    /** Writes what has been counted so far. */
    readonly flush: Effect.Effect<void>
  }
>()("siku/bank/admin/BankStatistics") {
  static readonly layer: Layer.Layer<BankStatistics, never, SqlClient.SqlClient> = Layer.effect(
    BankStatistics,
    Effect.suspend(() => make)
  )
}

type Miss = {
  readonly title_key: string
  readonly options_key: string
  readonly type_class: string
  readonly title: string
  readonly count: number
  readonly last_at: number
}

/** What was counted since the last write. Days are numbers since 1970. */
interface Counted {
  readonly days: Map<number, Map<string, number>>
  readonly misses: Map<string, Miss>
}

const nothing = (): Counted => ({ days: new Map(), misses: new Map() })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const addDaily = yield* makeAddDaily
  let counted = nothing()

  const hit = (tier: HitTier) => Effect.map(Clock.currentTimeMillis, (now) => count(counted, now, `hit:${tier}`, 1))
  const missed = (question: Question) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      count(counted, now, "missed", 1)
      addMiss(counted, question.key, {
        title_key: question.titleKey,
        options_key: question.optionsKey,
        type_class: question.typeClass,
        title: question.title.slice(0, longestTitle),
        count: 1,
        last_at: now
      })
    })

  const write = Effect.fnUntraced(function* ({ days, misses }: Counted) {
    for (const [day, counts] of days) {
      yield* addDaily(Array.from(counts, ([what, count]) => ({ day: dayOf(day * dayMillis), what, count })))
    }
    for (const rows of Arr.chunksOf([...misses.values()], rowsPerStatement)) {
      yield* sql.onDialectOrElse({
        mysql: () => sql`
          INSERT INTO bank_misses ${sql.insert(rows)}
          ON DUPLICATE KEY UPDATE count = count + VALUES(count), last_at = VALUES(last_at)`,
        orElse: () => sql`
          INSERT INTO bank_misses ${sql.insert(rows)}
          ON CONFLICT (title_key, options_key, type_class) DO UPDATE
          SET count = bank_misses.count + excluded.count, last_at = excluded.last_at`
      })
      yield* Effect.yieldNow
    }
    if (misses.size > 0) yield* trim
  }, sql.withTransaction)

  // The least asked of those that are too many; where several are asked as little, the oldest.
  const trim = Effect.gen(function* () {
    const extra = yield* sql`
      SELECT title_key, options_key, type_class FROM bank_misses ORDER BY count DESC, last_at DESC
      LIMIT ${sql.literal(String(mostMissed))} OFFSET ${sql.literal(String(mostMissesKept))}`
    for (const rows of Arr.chunksOf(extra, rowsPerStatement)) {
      yield* sql`DELETE FROM bank_misses WHERE ${sql.or(
        rows.map((row) =>
          sql.and([
            sql`title_key = ${row["title_key"]}`,
            sql`options_key = ${row["options_key"]}`,
            sql`type_class = ${row["type_class"]}`
          ])
        )
      )}`
      yield* Effect.yieldNow
    }
  })

  // Whoever is interrupted here has written all or nothing.
  const flush = Effect.suspend(() => {
    if (counted.days.size === 0) return Effect.void
    const mine = counted
    counted = nothing()
    return Effect.flatMap(Effect.exit(write(mine)), (exit) => {
      if (Exit.isSuccess(exit)) return Effect.void
      const since = counted
      counted = mine
      merge(counted, since)
      return Effect.logWarning("statistics could not be written and wait", exit.cause)
    })
  }).pipe(Effect.uninterruptible)

  yield* Effect.addFinalizer(() => flush)
  yield* Effect.forkScoped(Effect.repeat(flush, Schedule.spaced(flushEvery)))
  return BankStatistics.of({ hit, missed, flush })
})

const count = ({ days }: Counted, now: number, what: string, by: number): void => {
  const day = Math.floor(now / dayMillis)
  const counts = days.get(day) ?? new Map<string, number>()
  days.set(day, counts)
  counts.set(what, (counts.get(what) ?? 0) + by)
}

const addMiss = ({ misses }: Counted, key: string, miss: Miss): void => {
  const known = misses.get(key)
  if (known !== undefined) misses.set(key, { ...miss, count: known.count + miss.count })
  else if (misses.size < mostMissed) misses.set(key, miss)
}

const merge = (into: Counted, from: Counted): void => {
  for (const [day, counts] of from.days) {
    for (const [what, by] of counts) count(into, day * dayMillis, what, by)
  }
  for (const [key, miss] of from.misses) addMiss(into, key, miss)
}
