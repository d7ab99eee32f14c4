import { Clock, Context, Duration, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { CurrentUser, maySee } from "../../platform/Caller.ts"
import { RunId } from "../../thinking/RunId.ts"
import { ResponseObject } from "./ResponseObject.ts"
import { StoredItem } from "./StoredItem.ts"

/** How long a response is kept. */
export const keptFor = Duration.days(30)
const looksEvery = Duration.hours(1)
// A short transaction each, so that nobody waits for it.
const rowsPerPortion = 100

/** A response as it is kept. */
export interface StoredResponse {
  readonly id: string
  /** The response whose conversation it goes on. */
  readonly previous_id: string | null
  /** Whose it is; null is the house. */
  readonly account_id: string | null
  /** Of one in the background: the run that thinks it through. */
  readonly run_id: RunId | null
  /** What went in, without what went before. */
  readonly items: ReadonlyArray<StoredItem>
  readonly response: ResponseObject
}

const Row = Schema.Struct({
  id: Schema.String,
  previous_id: Schema.NullOr(Schema.String),
  account_id: Schema.NullOr(Schema.String),
  run_id: Schema.NullOr(RunId),
  items: Schema.fromJsonString(Schema.Array(StoredItem)),
  response: Schema.fromJsonString(ResponseObject)
})
const encodeRow = Schema.encodeSync(Row)
const encodeResponse = Schema.encodeSync(Row.fields.response)

/**
 * The responses that are kept: for 30 days, or until they are deleted. Those of other accounts than that of `CurrentUser` do not exist for it.
 * A failing database is a defect.
 */
export class ResponseStore extends Context.Service<
  ResponseStore,
  {
    readonly add: (stored: StoredResponse) => Effect.Effect<void>
    /** Puts a later state of a response in the place of the one that is kept. */
    readonly update: (response: ResponseObject) => Effect.Effect<void>
    readonly find: (id: string) => Effect.Effect<StoredResponse | undefined>
    /** What a response and its input would take, in characters; 0 where there is none. */
    readonly sizeOf: (id: string) => Effect.Effect<number>
    readonly remove: (id: string) => Effect.Effect<void>
  }
>()("siku/chat/responses/ResponseStore") {
  static readonly layer: Layer.Layer<ResponseStore, never, SqlClient.SqlClient> = Layer.effect(
    ResponseStore,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(Object.keys(Row.fields).join(", "))

  const byId = SqlSchema.findAll({
    Request: Schema.String,
    Result: Row,
    execute: (id) => sql`SELECT ${columns} FROM responses WHERE id = ${id}`
  })
  const sizes = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ size: Schema.Finite, account_id: Row.fields.account_id }),
    execute: (id) => sql`SELECT LENGTH(items) + LENGTH(response) AS size, account_id FROM responses WHERE id = ${id}`
  })
  const oldest = SqlSchema.findAll({
    Request: Schema.Finite,
    Result: Schema.Struct({ id: Schema.String }),
    execute: (before) => sql`
      SELECT id FROM responses WHERE created_at < ${before}
      ORDER BY created_at LIMIT ${sql.literal(String(rowsPerPortion))}`
  })

  const forgetOld = Effect.gen(function* () {
    const before = (yield* Clock.currentTimeMillis) - Duration.toMillis(keptFor)
    for (;;) {
      const ids = (yield* oldest(before)).map(({ id }) => id)
      if (ids.length === 0) return
      yield* sql`DELETE FROM responses WHERE ${sql.in("id", ids)}`
      if (ids.length < rowsPerPortion) return
    }
  }).pipe(Effect.catchCause((cause) => Effect.logError("old responses could not be forgotten", cause)))
  yield* forgetOld.pipe(Effect.repeat(Schedule.spaced(looksEvery)), Effect.forkScoped)

  const ofCaller = <A extends { readonly account_id: string | null }>([row]: ReadonlyArray<A>) =>
    Effect.map(CurrentUser, (caller) => (row !== undefined && maySee(caller, row.account_id) ? row : undefined))

  return ResponseStore.of({
    add: Effect.fn("ResponseStore.add")(function* (stored) {
      const created_at = yield* Clock.currentTimeMillis
      yield* sql`INSERT INTO responses ${sql.insert({ ...encodeRow(stored), created_at })}`
    }, Effect.orDie),
    update: Effect.fn("ResponseStore.update")(function* (response) {
      yield* sql`UPDATE responses SET response = ${encodeResponse(response)} WHERE id = ${response.id}`
    }, Effect.orDie),
    find: Effect.fn("ResponseStore.find")((id: string) => Effect.flatMap(Effect.orDie(byId(id)), ofCaller)),
    sizeOf: Effect.fn("ResponseStore.sizeOf")((id: string) =>
      Effect.map(Effect.flatMap(Effect.orDie(sizes(id)), ofCaller), (row) => row?.size ?? 0)
    ),
    remove: Effect.fn("ResponseStore.remove")(function* (id) {
      yield* sql`DELETE FROM responses WHERE id = ${id}`
    }, Effect.orDie)
  })
})
