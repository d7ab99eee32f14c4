import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import type { AccountId } from "../AccountId.ts"
import { isSound, soundly } from "./soundNumbers.ts"
import { noFigures, sumOfFigures, UsageFigures, UsageGrouping } from "./UsageFigures.ts"

/** By day (`2026-11-22`), model (`<provider>/<model>`), key (its id) or route; `null` where there was none. */
export type UsageByGroup = ReadonlyMap<string | null, UsageFigures>

/** From `from` on and before `to`, in milliseconds since 1970. */
export interface UsageQuery {
  readonly from: number
  readonly to: number
  readonly by: UsageGrouping
}

/** What was used, summed up from the records of all calls. A failing database is a defect. */
export class Usage extends Context.Service<
  Usage,
  {
    readonly ofAccount: (account: AccountId, query: UsageQuery) => Effect.Effect<UsageByGroup>
    /** Of all accounts, and of the house. */
    readonly ofAll: (query: UsageQuery) => Effect.Effect<UsageByGroup>
  }
>()("siku/accounts/credit/Usage") {
  static readonly layer: Layer.Layer<Usage, never, SqlClient.SqlClient> = Layer.effect(
    Usage,
    Effect.suspend(() => make)
  )
}

// Rows per statement: some milliseconds of the event loop.
const rowsPerPortion = 2000
const dayMillis = 86_400_000

const Portion = Schema.Struct({
  account: Schema.NullOr(Schema.String),
  from: Schema.Finite,
  to: Schema.Finite,
  by: UsageGrouping
})
type Portion = typeof Portion.Type

const tokens = ["prompt_tokens", "completion_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens"]
const amounts = ["cost", "charged"]
const estimated = `CASE WHEN COALESCE(cost_source, CASE WHEN estimated = 1 THEN 'estimate' END) = 'estimate' THEN cost ELSE 0 END`

const impossible = [
  ...tokens.map((column) => `NOT ${isSound(column, "tokens")}`),
  ...amounts.map((column) => `(${column} IS NOT NULL AND NOT ${isSound(column, "amount")})`)
].join(" OR ")

// Not in whole numbers, of which a sum may be more than the driver takes.
const sums = [
  ...tokens.map((column) => `SUM(1.0 * ${soundly(column, "tokens")}) AS ${column}`),
  ...amounts.map((column) => `SUM(1.0 * ${soundly(column, "amount")}) AS ${column}`),
  `SUM(1.0 * CASE WHEN ${isSound("cost", "amount")} THEN ${estimated} ELSE 0 END) AS cost_estimated`,
  `SUM(CASE WHEN ${impossible} THEN 1 ELSE 0 END) AS unsound`
]

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const nameOf = {
    day: sql.onDialectOrElse({
      mysql: () => sql.literal(`at DIV ${dayMillis}`),
      orElse: () => sql.literal(`at / ${dayMillis}`)
    }),
    model: sql.onDialectOrElse({
      mysql: () => sql.literal("CONCAT(provider, '/', model)"),
      orElse: () => sql.literal("provider || '/' || model")
    }),
    key: sql.literal("key_id"),
    route: sql.literal("route")
  }
  const summed = sql.literal(sums.join(", "))
  const within = ({ account, from, to }: Portion) =>
    account === null ? sql`at >= ${from} AND at < ${to}` : sql`account_id = ${account} AND at >= ${from} AND at < ${to}`

  /** When the row is that follows the first so many. */
  const behind = SqlSchema.findAll({
    Request: Portion,
    Result: Schema.Struct({ at: Schema.Finite }),
    execute: (portion) => sql`
      SELECT at FROM model_attempts WHERE ${within(portion)}
      ORDER BY at LIMIT 1 OFFSET ${sql.literal(String(rowsPerPortion))}`
  })
  const portionSums = SqlSchema.findAll({
    Request: Portion,
    Result: Schema.Struct({
      name: Schema.NullOr(Schema.Union([Schema.String, Schema.Finite])),
      ...UsageFigures.fields
    }),
    execute: (portion) => sql`
      SELECT ${nameOf[portion.by]} AS name,
        SUM(CASE WHEN attempt <= 1 THEN 1 ELSE 0 END) AS calls,
        SUM(CASE WHEN attempt >= 1 THEN 1 ELSE 0 END) AS attempts,
        ${summed},
        SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS unpriced
      FROM model_attempts WHERE ${within(portion)} GROUP BY ${nameOf[portion.by]}`
  })

  const sumUp = Effect.fnUntraced(function* (account: AccountId | null, { by, from, to }: UsageQuery) {
    const groups = new Map<string | null, UsageFigures>()
    for (let start = from; start < to;) {
      const [next] = yield* behind({ account, from: start, to, by })
      // More rows of one millisecond than a portion holds go together.
      const end = next === undefined ? to : Math.max(next.at, start + 1)
      for (const { name, ...figures } of yield* portionSums({ account, from: start, to: end, by })) {
        const group = groupOf(by, name)
        groups.set(group, sumOfFigures(groups.get(group) ?? noFigures, figures))
      }
      start = end
      yield* Effect.yieldNow
    }
    return new Map([...groups].toSorted(([left], [right]) => ((left ?? "") < (right ?? "") ? -1 : 1)))
  }, Effect.orDie)

  return Usage.of({
    ofAccount: Effect.fn("Usage.ofAccount")((account, query) => sumUp(account, query)),
    ofAll: Effect.fn("Usage.ofAll")((query) => sumUp(null, query))
  })
})

const groupOf = (by: UsageGrouping, name: string | number | null): string | null =>
  name === null ? null : by === "day" ? new Date(Number(name) * dayMillis).toISOString().slice(0, 10) : String(name)
