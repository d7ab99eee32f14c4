// Kills a process that asks models on an account's credit, over and over, and holds the books against each other: what it said was
// answered, what the upstream saw, what the ledger has, and what the account has left.
import { spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, Layer, Random, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { rolldown } from "rolldown"
import { Credit } from "../../src/accounts/credit/Credit.ts"
import { lapsesAfter } from "../../src/accounts/credit/lapsedHolds.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { upstream } from "../upstream/UpstreamLayer.ts"
import { costOfReply, type Plan, tokens } from "./Plan.ts"
import { databaseIn } from "./services.ts"

export interface KillsOptions {
  readonly kills: number
  /** Requests at the same time. */
  readonly concurrency: number
}

/** Of all processes together. Amounts are micro-USD. */
export interface Books {
  readonly kills: number
  /** Requests that a process said were answered. */
  readonly acknowledged: number
  /** Requests that the upstream got, and those it answered to the end. */
  readonly sent: number
  readonly answered: number
  /** Calls in the ledger, and those of them that were answered. */
  readonly recorded: number
  readonly recordedAnswered: number
  readonly ordered: number
  readonly charged: number
  readonly balance: number
  /** What was held when the last process had died, and once that was let go. */
  readonly heldAtDeath: number
  readonly heldAfter: number
  /** What does not add up, each in a sentence. */
  readonly wrong: ReadonlyArray<string>
}

const account = "acc_00000000-0000-7000-8000-000000000001"
const ordered = 1_000_000_000
const longestLife = 300

export const runKills = ({ concurrency, kills }: KillsOptions): Effect.Effect<Books> =>
  Effect.scoped(
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const server = yield* upstream({ latencyMs: [1, 15], answer: () => ({ content: "42", ...tokens }) })
      yield* Effect.provide(openAccount, databaseIn(home))
      yield* Effect.promise(bundle)
      const acknowledged: Array<string> = []
      for (let kill = 0; kill < kills; kill++) {
        const plan: Plan = { port: server.port, home, account, name: `life-${kill}`, concurrency }
        acknowledged.push(...(yield* liveAndDie(plan, yield* Random.nextIntBetween(1, longestLife))))
        yield* Effect.logInfo(`killed ${kill + 1} of ${kills} times; ${acknowledged.length} requests were answered`)
      }
      const { heldAtDeath, rows } = yield* Effect.provide(readBooks, databaseIn(home))
      const after = yield* letGo.pipe(Effect.provide(Credit.layer.pipe(Layer.provideMerge(databaseIn(home)))))
      const stats = server.stats()
      return compare({ kills, acknowledged, rows, heldAtDeath, after, sent: stats.calls, answered: stats.answered })
    })
  ).pipe(Effect.orDie)

const payingProcess = projectFile("dist", "payingProcess.mjs")

// In one file it starts in less than half the time.
const bundle = async () => {
  const bundle = await rolldown({
    input: projectFile("scripts", "credit", "payingProcess.ts"),
    platform: "node",
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "silent"
  })
  await bundle.write({ file: payingProcess, format: "esm", codeSplitting: false })
  await bundle.close()
}

const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "siku-kills-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

const openAccount = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const times = { created_at: 0, updated_at: 0 }
  yield* sql`INSERT INTO accounts ${sql.insert({ id: account, name: "kills", active: 1, prepaid: 1, balance: ordered, held: 0, ...times })}`
})

/** The ids of the requests that a process said were answered, until it was killed so many milliseconds after the first. */
const liveAndDie = (plan: Plan, millis: number): Effect.Effect<ReadonlyArray<string>> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [payingProcess, JSON.stringify(plan)], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let said = ""
    let complaint = ""
    let death: NodeJS.Timeout | undefined
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text))
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text
      death ??= setTimeout(() => child.kill("SIGKILL"), millis)
    })
    child.on("close", (_, signal) => {
      clearTimeout(death)
      resume(
        signal === "SIGKILL"
          ? // What follows the last end of a line was cut off with the process.
            Effect.succeed(said.split("\n").slice(0, -1))
          : Effect.die(new Error(`the process ended by itself: ${said.slice(-500)} ${complaint}`))
      )
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const Row = Schema.Struct({
  request_id: Schema.String,
  call_outcome: Schema.String,
  cost: Schema.NullOr(Schema.Finite),
  charged: Schema.NullOr(Schema.Finite)
})
type Row = typeof Row.Type

const standing = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ balance: Schema.Finite, held: Schema.Finite, holds: Schema.Finite }),
    execute: () => sql`
      SELECT balance, held, (SELECT COALESCE(SUM(amount), 0) FROM credit_holds) AS holds FROM accounts`
  })
  return yield* find(undefined)
})

const readBooks = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const all = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Row,
    execute: () => sql`SELECT request_id, call_outcome, cost, charged FROM model_attempts`
  })
  const { held } = yield* standing
  const rows = yield* all(undefined)
  // As if so much time had passed.
  yield* sql`UPDATE credit_holds SET renewed_at = renewed_at - ${2 * lapsesAfter}`
  return { rows, heldAtDeath: held }
})

/** How the account stands once a new process has let go what the dead ones had held. */
const letGo = Effect.gen(function* () {
  for (let waits = 0; waits < 100; waits++) {
    const now = yield* standing
    if (now.held === 0) return now
    yield* Effect.sleep(Duration.millis(20))
  }
  return yield* standing
})

const compare = (found: {
  readonly kills: number
  readonly acknowledged: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
  readonly heldAtDeath: number
  readonly after: { readonly balance: number; readonly held: number; readonly holds: number }
  readonly sent: number
  readonly answered: number
}): Books => {
  const { acknowledged, after, answered, heldAtDeath, kills, rows, sent } = found
  const byRequest = Map.groupBy(rows, ({ request_id }) => request_id)
  const recordedAnswered = rows.filter(({ call_outcome }) => call_outcome === "answered").length
  const charged = rows.reduce((sum, row) => sum + (row.charged ?? 0), 0)
  const wrong: Array<string> = []
  for (const id of acknowledged) {
    const [first, ...others] = byRequest.get(id) ?? []
    if (first === undefined) wrong.push(`${id} was answered and is not in the ledger`)
    else if (first.charged !== costOfReply) wrong.push(`${id} cost ${costOfReply} and was charged ${first.charged}`)
    if (others.length > 0) wrong.push(`${id} is in the ledger ${others.length + 1} times`)
  }
  if (new Set(acknowledged).size !== acknowledged.length) wrong.push("a request was answered twice")
  for (const { charged, cost, request_id } of rows) {
    if (charged !== cost) wrong.push(`${request_id} cost ${cost} and was charged ${charged}`)
  }
  if (after.balance !== ordered - charged)
    wrong.push(`${after.balance} are left of ${ordered} after ${charged} were charged`)
  if (after.held !== 0 || after.holds !== 0) wrong.push(`${after.held} (${after.holds}) are held for calls of the dead`)
  if (rows.length > sent) wrong.push(`the ledger has ${rows.length} requests, the upstream saw ${sent}`)
  if (recordedAnswered > answered)
    wrong.push(`the ledger has ${recordedAnswered} answers, the upstream gave ${answered}`)
  return {
    kills,
    acknowledged: acknowledged.length,
    sent,
    answered,
    recorded: rows.length,
    recordedAnswered,
    ordered,
    charged,
    balance: after.balance,
    heldAtDeath,
    heldAfter: after.held,
    wrong
  }
}
