// Kills a service that spends an account's credit, over and over, and holds the books against each other: what clients got, what the
// upstream saw, what the ledger has, and what the account has left.
import { mkdtemp, rm } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Deferred, Effect, Random, Schema } from "effect"
import { defectsInLog } from "../fuzz/logFindings.ts"
import { upstream } from "../upstream/UpstreamLayer.ts"
import type { ServerEnded, ServerProcess } from "../bench/ServerProcess.ts"
import { askUntilDeath } from "./askUntilDeath.ts"
import { type Books, compare } from "./Books.ts"
import { openAccount, type Payer, standingOf, startPaying } from "./payingService.ts"
import { tokens } from "./price.ts"

export interface KillsOptions {
  readonly kills: number
  /** Requests at the same time. */
  readonly concurrency: number
  /** Hears of every kill, and how many replies came whole so far. */
  readonly onKill?: (kills: number, whole: number) => void
}

const ordered = 1_000_000_000
/** In milliseconds, from the first reply on. */
const longestLife = 1000

// Some calls take more than one attempt, and some streams break off: they are paid, too, and no reply is whole for it.
const faultRates = { serverError: 0.03, rateLimited: 0.01, cutStream: 0.02 }

/** Kills it so often, then starts it once more. */
export const runKills = ({ concurrency, kills, onKill }: KillsOptions): Effect.Effect<Books, ServerEnded> =>
  Effect.scoped(
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const seen = new Map<string, number>()
      const model = yield* upstream({
        latencyMs: [1, 15],
        chunkDelayMs: 1,
        answer: () => ({ content: "7 times 6 is 42.", ...tokens }),
        faultRates,
        faultFor: ({ messages }) => {
          const id = /\((.*)\)$/.exec(messages.at(-1)?.text ?? "")?.[1] ?? "without an id"
          seen.set(id, (seen.get(id) ?? 0) + 1)
          return undefined
        },
        keepRequests: 0
      })
      const whole: Array<string> = []
      const refused = new Map<string, number>()
      const heldAtDeaths: Array<number> = []
      const heldAtStarts: Array<number> = []
      const defects: Array<string> = []
      let sent = 0
      let cut = 0
      let payer: Payer | undefined

      /** Starts the service, has `use` do with it what it wants, and reads its log. */
      const life = <A>(
        name: string,
        use: (server: ServerProcess, payer: Payer) => Effect.Effect<A, ServerEnded>
      ): Effect.Effect<A, ServerEnded> =>
        Effect.gen(function* () {
          const logFile = join(home, `${name}.log`)
          const server = yield* startPaying({ home, upstream: model.url, logFile })
          payer ??= yield* openAccount(server, ordered)
          heldAtStarts.push((yield* standingOf(server, payer)).held)
          const result = yield* use(server, payer)
          defects.push(...defectsInLog(readFileSync(logFile, "utf8")).map(({ what }) => `${name}: ${what}`))
          return result
        }).pipe(Effect.scoped)

      for (let killed = 1; killed <= kills; killed++) {
        const asked = yield* life(`life-${killed}`, (server, { key }) =>
          askAndDie(server, { key, name: `life-${killed}`, concurrency })
        )
        whole.push(...asked.whole)
        for (const [code, times] of asked.refused) refused.set(code, (refused.get(code) ?? 0) + times)
        sent += asked.sent
        cut += asked.cut
        heldAtDeaths.push(heldIn(home))
        onKill?.(killed, whole.length)
      }
      const { balance } = yield* life("last", standingOf)
      const { answered } = model.stats()
      const { orders, rows } = ledgerIn(home)
      return compare({
        kills,
        sent,
        whole,
        refused,
        cut,
        seen,
        answered,
        rows,
        ordered: orders,
        balance,
        heldAtDeaths,
        heldAtStarts,
        defects
      })
    })
  )

const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "siku-kills-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

/** Has clients ask, and kills the service at some moment after the first of them has its reply. */
const askAndDie = Effect.fnUntraced(function* (
  server: ServerProcess,
  clients: { readonly key: string; readonly name: string; readonly concurrency: number }
) {
  const first = yield* Deferred.make<void>()
  const killing = Effect.gen(function* () {
    yield* Effect.raceFirst(Deferred.await(first), server.ended)
    yield* Effect.raceFirst(Effect.sleep(yield* Random.nextIntBetween(0, longestLife)), server.ended)
    process.kill(server.pid, "SIGKILL")
    yield* Effect.flip(server.ended)
  })
  const asking = askUntilDeath({
    ...clients,
    port: server.port,
    onFirst: () => Deferred.doneUnsafe(first, Effect.void)
  })
  const [asked] = yield* Effect.all([asking, killing], { concurrency: "unbounded" })
  return asked
})

/** Reads the database of a home without changing it; nobody has it open but the dead. */
const reading = <A>(home: string, read: (database: DatabaseSync) => A): A => {
  const database = new DatabaseSync(join(home, "siku.db"), { readOnly: true })
  try {
    return read(database)
  } finally {
    database.close()
  }
}

const Sum = Schema.Struct({ sum: Schema.Finite })
const sumIn = (database: DatabaseSync, table: string): number =>
  Schema.decodeUnknownSync(Sum)(database.prepare(`SELECT COALESCE(SUM(amount), 0) AS sum FROM ${table}`).get()).sum

const heldIn = (home: string): number => reading(home, (database) => sumIn(database, "credit_holds"))

const Rows = Schema.Array(
  Schema.Struct({
    call_id: Schema.String,
    attempt: Schema.Finite,
    request_id: Schema.String,
    outcome: Schema.String,
    cost: Schema.NullOr(Schema.Finite),
    charged: Schema.NullOr(Schema.Finite)
  })
)

const ledgerIn = (home: string) =>
  reading(home, (database) => ({
    orders: sumIn(database, "orders"),
    rows: Schema.decodeUnknownSync(Rows)(
      database.prepare("SELECT call_id, attempt, request_id, outcome, cost, charged FROM model_attempts").all()
    )
  }))
