import { Array as Arr, Context, Effect, Exit, Layer, Request, RequestResolver, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Charge, makeSettle } from "../../accounts/credit/settle.ts"
import { troubleIn } from "../../platform/DatabaseTrouble.ts"
import { makeInsertText } from "../../platform/insertText.ts"
import type { CallRecord } from "./CallRecord.ts"
import { makeCallMetrics } from "./callMetrics.ts"
import { callsOf, columns, readColumns, ReadRow, rowsOf, type StoredCall } from "./callRows.ts"

class Append extends Request.Class<{ readonly call: CallRecord }, void> {}

// Below every dialect's limit on parameters, and a short stretch on the event loop.
const rowsPerInsert = 50
// What could not be written waits, up to so many calls; how many went lost is logged.
const mostUnwritten = 10_000
// In milliseconds; twice as long each time in a row.
const firstPause = 1000
const longestPause = 10_000

/**
 * Every call with every attempt, appended as it ends. A record is committed before its call's end is told, so it outlives the
 * process; its way to the disk is not waited for. While the database does not take records they are kept, and written as soon as it
 * takes them, at the end of the process at the latest: a reply that was paid for is given out all the same. What it costs an account with limited credit is taken off
 * in the same transaction; a call that is appended twice is written and charged once.
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
  const decodeRows = Schema.decodeUnknownEffect(Schema.Array(ReadRow))
  const count = makeCallMetrics(yield* Effect.context<never>())
  let unwritten: ReadonlyArray<CallRecord> = []

  const textFor = makeInsertText(sql, "model_attempts", columns, { skipsKnown: true })
  const settle = makeSettle(sql)

  /** Writes the first calls down that fit into one statement, and says how many those were. */
  const writeFirst = (calls: ReadonlyArray<CallRecord>): Effect.Effect<number, SqlError.SqlError> => {
    const [count, rows] = portion(calls)
    const record = sql.unsafe(textFor(rows.length), rows.flat())
    const charges = calls.slice(0, count).flatMap(chargesOf)
    return Effect.as(Arr.isArrayNonEmpty(charges) ? settle(charges, record) : record, count)
  }

  /** Those of these calls, written one by one, that the database does not take. */
  const writeAlone = (calls: ReadonlyArray<CallRecord>) =>
    Effect.map(
      Effect.forEach(calls, (call) => Effect.exit(writeFirst([call]))),
      (exits) => calls.filter((_, at) => exits[at]?._tag === "Failure")
    )

  /** Writes down what waits, and these. Whoever asks for it may leave: what was begun is done. */
  const write = Effect.fnUntraced(function* (added: ReadonlyArray<CallRecord>) {
    let left = unwritten.length === 0 ? added : [...unwritten, ...added]
    unwritten = []
    while (left.length > 0) {
      const written = yield* Effect.exit(writeFirst(left))
      if (Exit.isSuccess(written)) {
        left = left.slice(written.value)
        continue
      }
      const [count] = portion(left)
      const first = left.slice(0, count)
      // One that the database does not take must not keep the others waiting, which go first from now on.
      const refused = troubleIn(written.cause) === undefined && count > 1 ? yield* writeAlone(first) : first
      const goesOn = refused.length < first.length
      // Others may have failed meanwhile.
      const all = [...unwritten, ...(goesOn ? refused : left)]
      unwritten = all.slice(-mostUnwritten)
      yield* Effect.logError("call records could not be written and wait", written.cause).pipe(
        Effect.annotateLogs({ waiting: unwritten.length, lost: all.length - unwritten.length })
      )
      if (!goesOn) return
      left = left.slice(count)
    }
  }, Effect.uninterruptible)

  const scope = yield* Effect.scope
  yield* Effect.addFinalizer(() => Effect.suspend(() => (unwritten.length === 0 ? Effect.void : write([]))))

  let isTrying = false
  /** Tries again what waits, until nothing does. */
  const tryAgain = Effect.suspend(() => {
    if (isTrying || unwritten.length === 0) return Effect.void
    isTrying = true
    let pause = firstPause / 2
    const next = Effect.suspend(() => {
      pause = Math.min(2 * pause, longestPause)
      return Effect.delay(write([]), pause)
    })
    const tries = next.pipe(
      Effect.repeat({ while: () => unwritten.length > 0 }),
      Effect.ensuring(Effect.sync(() => (isTrying = false)))
    )
    return Effect.forkIn(tries, scope)
  })

  const resolver = RequestResolver.make<Append>((entries) =>
    Effect.map(Effect.andThen(write(Arr.map(entries, ({ request }) => request.call)), tryAgain), () => {
      for (const entry of entries) entry.completeUnsafe(Exit.void)
    })
  ).pipe(RequestResolver.batchN(rowsPerInsert))

  const recent = Effect.fn("CallLedger.recent")(function* (options: {
    readonly limit: number
    readonly before?: string | undefined
  }) {
    const before = options.before === undefined ? sql`attempt <= 1` : sql`attempt <= 1 AND call_id < ${options.before}`
    const ids = yield* sql<{ readonly call_id: string }>`
        SELECT call_id FROM model_attempts WHERE ${before} ORDER BY call_id DESC
        LIMIT ${sql.literal(String(options.limit))}`
    if (ids.length === 0) return []
    const rows = yield* sql`
        SELECT ${sql.literal(readColumns)} FROM model_attempts
        WHERE ${sql.in(
          "call_id",
          ids.map(({ call_id }) => call_id)
        )} ORDER BY call_id DESC, attempt`
    return callsOf(yield* decodeRows(rows))
  }, Effect.orDie)

  return CallLedger.of({
    append: (call) =>
      Effect.suspend(() => {
        count(call)
        return Effect.request(new Append({ call }), resolver)
      }).pipe(Effect.uninterruptible),
    recent
  })
})

/** What a call takes of its account's credit, or gives back of what was held for it. */
const chargesOf = (call: CallRecord): ReadonlyArray<Charge> => {
  const { accountId } = call.payer
  if (accountId === null || call.held === undefined) return []
  const amount = call.attempts.reduce((sum, { charged = 0 }) => sum + charged, 0)
  return amount === 0 && call.held === 0 ? [] : [{ call: call.id, account: accountId, amount }]
}

/** As many calls as fit into one statement, at least one, and their rows. */
const portion = (calls: ReadonlyArray<CallRecord>) => {
  const rows: Array<ReadonlyArray<string | number | null>> = []
  let count = 0
  for (const call of calls) {
    const more = rowsOf(call)
    if (count > 0 && rows.length + more.length > rowsPerInsert) break
    rows.push(...more.map((row) => columns.map((column) => row[column])))
    count++
  }
  return [count, rows] as const
}
