import { Clock, Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { CurrentRoute, CurrentUser } from "../../platform/Caller.ts"
import { noRunUsage } from "../Bill.ts"
import type { NewRun } from "../NewRun.ts"
import { ReasoningRequest } from "../ReasoningRequest.ts"
import { RunId } from "../RunId.ts"
import { RunRow, type RunStatus } from "./RunRow.ts"
import { titleOf } from "./titleOf.ts"

const RequestText = Schema.fromJsonString(ReasoningRequest)
const encodeRequest = Schema.encodeSync(RequestText)
const encodeRow = Schema.encodeSync(RunRow)
const columns = Object.keys(RunRow.fields)

// The widths of the columns.
const longest = { model: 255, requestId: 128, route: 100 }

/** The rows that say what runs there are and what they came to. A failing database is a defect. */
export const makeRunRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const selected = sql.literal(columns.join(", "))

  const byId = SqlSchema.findAll({
    Request: Schema.String,
    Result: RunRow,
    execute: (id) => sql`SELECT ${selected} FROM runs WHERE id = ${id}`
  })
  const open = SqlSchema.findAll({
    Request: Schema.Void,
    Result: RunRow,
    execute: () => sql`SELECT ${selected} FROM runs WHERE state IN ('queued', 'running') ORDER BY id`
  })
  const newest = SqlSchema.findAll({
    Request: Schema.Struct({
      limit: Schema.Int,
      before: Schema.UndefinedOr(Schema.String),
      state: Schema.UndefinedOr(Schema.String),
      account: Schema.UndefinedOr(Schema.NullOr(Schema.String))
    }),
    Result: RunRow,
    execute: ({ account, before, limit, state }) => sql`
      SELECT ${selected} FROM runs WHERE ${sql.and([
        before === undefined ? "1 = 1" : sql`id < ${before}`,
        ...(account === undefined ? [] : [account === null ? "account_id IS NULL" : sql`account_id = ${account}`]),
        ...(state === undefined ? [] : [sql`state = ${state}`])
      ])} ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`
  })
  const requests = SqlSchema.findAll({
    Request: RunId,
    Result: Schema.Struct({ request: RequestText }),
    execute: (id) => sql`SELECT request FROM runs WHERE id = ${id} AND request IS NOT NULL`
  })
  const lastSeq = SqlSchema.findOne({
    Request: RunId,
    Result: Schema.Struct({ seq: Schema.NullOr(Schema.Finite) }),
    execute: (id) => sql`SELECT MAX(seq) AS seq FROM run_events WHERE run_id = ${id}`
  })

  const add = Effect.fnUntraced(function* (run: NewRun, state: "queued" | "running", requestId: string) {
    const { accountId, keyId, userId } = yield* CurrentUser
    const route = yield* CurrentRoute
    const row = encodeRow({
      ...noRunUsage,
      id: run.id,
      model: run.request.model.slice(0, longest.model),
      background: run.background,
      state,
      title: titleOf(run.request),
      request_id: requestId.slice(0, longest.requestId),
      account_id: accountId,
      user_id: userId,
      key_id: keyId,
      route: route === "" ? null : route.slice(0, longest.route),
      created_at: yield* Clock.currentTimeMillis,
      ended_at: null,
      answer: null,
      confidence: null,
      degraded: false,
      error: null
    })
    const request = state === "queued" ? { request: encodeRequest(run.request) } : {}
    yield* sql`INSERT INTO runs ${sql.insert({ ...row, ...request })}`
  }, Effect.orDie)

  return {
    /** Adds a run of `CurrentUser`; one that is queued with what it is to be asked. */
    add,
    find: (id: string): Effect.Effect<RunRow | undefined> => Effect.map(Effect.orDie(byId(id)), ([row]) => row),
    /** All that have not ended, the oldest first. */
    open: Effect.orDie(open()),
    /** The newest first, those before `before` (an id) where it is given; of one account (null: the house), or of all. */
    list: (options: {
      readonly limit: number
      readonly before: string | undefined
      readonly state: RunStatus | undefined
      readonly account: string | null | undefined
    }): Effect.Effect<ReadonlyArray<RunRow>> => Effect.orDie(newest(options)),
    /** What a queued run is to be asked. Dies where it cannot be read. */
    requestOf: (id: RunId): Effect.Effect<ReasoningRequest | undefined> =>
      Effect.map(Effect.orDie(requests(id)), ([row]) => row?.request),
    /** The number of the last event in its log; 0 where there is none. */
    lastSeq: (id: RunId): Effect.Effect<number> => Effect.map(Effect.orDie(lastSeq(id)), ({ seq }) => seq ?? 0),
    /** Ends a run whose log takes no event any more. */
    abandon: Effect.fnUntraced(function* (id: RunId, error: string) {
      const now = yield* Clock.currentTimeMillis
      yield* sql`
        UPDATE runs SET state = 'failed', error = ${error}, ended_at = ${now}, request = NULL
        WHERE id = ${id} AND state IN ('queued', 'running')`
    }, Effect.orDie)
  }
})
