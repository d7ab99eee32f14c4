import { Array as Arr, Context, Effect, Exit, Layer, Request, RequestResolver } from "effect"
import { SqlClient } from "effect/sql"
import type { CallRecord } from "./CallRecord.ts"
import { attemptRow, callRow, type StoredCall, makeRecentCalls } from "./callRows.ts"

class Append extends Request.Class<{ readonly call: CallRecord }, void> {}

// Calls per statement, with usually one attempt each: well below every dialect's limit on parameters.
const callsPerWrite = 50
// What could not be written waits, up to so many calls; their number is logged.
const mostUnwritten = 10_000

/**
 * Every call and every attempt, appended as it ends. A record is committed before its call's end is told, so it outlives the
 * process; its way to the disk is not waited for. While the database does not take records they are kept, and written with
 * the next that it takes: a reply that was paid for is given out all the same.
 */
export class CallLedger extends Context.Service<
  CallLedger,
  {
    readonly append: (call: CallRecord) => Effect.Effect<void>
    /** The newest calls first, those before `before` (an id) where it is given. */
    readonly recent: (options: {
      readonly limit: number
      readonly before?: string | undefined
    }) => Effect.Effect<ReadonlyArray<StoredCall>>
  }
>()("siku/providers/accounting/CallLedger") {
  static readonly layer: Layer.Layer<CallLedger, never, SqlClient.SqlClient> = Layer.effect(
    CallLedger,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  let unwritten: ReadonlyArray<CallRecord> = []

  const insert = Effect.fnUntraced(function* (calls: Arr.NonEmptyReadonlyArray<CallRecord>) {
    yield* sql`INSERT INTO model_calls ${sql.insert(Arr.map(calls, callRow))}`
    const attempts = calls.flatMap((call) => call.attempts.map((attempt, at) => attemptRow(call.id, at + 1, attempt)))
    for (const rows of Arr.chunksOf(attempts, callsPerWrite)) {
      yield* sql`INSERT INTO model_attempts ${sql.insert(rows)}`
    }
  }, sql.withTransaction)

  const write = Effect.fnUntraced(function* (added: Arr.NonEmptyReadonlyArray<CallRecord>) {
    const all = Arr.appendAll(unwritten, added)
    unwritten = []
    for (const [at, calls] of Arr.chunksOf(all, callsPerWrite).entries()) {
      const written = yield* Effect.exit(insert(calls))
      if (Exit.isSuccess(written)) continue
      const left = all.slice(at * callsPerWrite)
      unwritten = left.slice(-mostUnwritten)
      return yield* Effect.logError("call records could not be written and wait", written.cause).pipe(
        Effect.annotateLogs({ waiting: unwritten.length, lost: left.length - unwritten.length })
      )
    }
  })

  const resolver = RequestResolver.make<Append>((entries) =>
    Effect.map(write(Arr.map(entries, ({ request }) => request.call)), () => {
      for (const entry of entries) entry.completeUnsafe(Exit.void)
    })
  ).pipe(RequestResolver.batchN(callsPerWrite))

  return CallLedger.of({
    append: (call) => Effect.request(new Append({ call }), resolver),
    recent: yield* makeRecentCalls
  })
})
