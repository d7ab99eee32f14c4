// What passing chat completions on costs: Siku against a raw undici pass-through in the same run, each on one CPU.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem } from "effect"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { pin } from "../Pinning.ts"
import { readStreams } from "./readStreams.ts"
import { type Found, notesOn, type Pair, problemsIn, tableOf } from "./report.ts"
import { type RoundPlan, runRound, settle } from "./rounds.ts"
import { startServers } from "./servers.ts"
import { slowReaders } from "./slowReaders.ts"

const usage = `Passes chat completions on, through Siku and through a raw undici pass-through.

  --rounds <n>        each way is measured so often, in turn (default: 3)
  --quick             one short round: only shows that everything works
  --profile <folder>  writes a CPU profile of Siku there
  --help              this text

The process ends with code 1 when a reply, or a piece of a stream, was wrong or missing.
`

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    quick: { type: "boolean" },
    profile: { type: "string" },
    help: { type: "boolean" }
  }
})

const isQuick = values.quick === true
const rounds = Number(values.rounds ?? (isQuick ? 1 : 3))
const plan: RoundPlan = isQuick
  ? {
      connections: 8,
      settleMillis: 300,
      warmUpMillis: 300,
      measureMillis: 700,
      streams: 20,
      pieces: 10,
      intervalMillis: 50
    }
  : {
      connections: 32,
      settleMillis: 10_000,
      warmUpMillis: 1000,
      measureMillis: 4000,
      streams: 100,
      pieces: 60,
      intervalMillis: 50
    }
const crowdOf = isQuick ? 100 : 1000
const unreadBy = isQuick ? 2 : 10
/** Slow enough that all of the streams together leave the servers time: what is looked at is whether all of it comes. */
const crowdPlan = { streams: crowdOf, pieces: 30, intervalMillis: 400 }

const say = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

const bench = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped({ prefix: "siku-bench-chat-" })
  const pinning = pin()
  const profiles = values.profile === undefined ? undefined : resolve(values.profile)
  const { raw, siku, upstream } = yield* startServers(folder, pinning, profiles)
  for (const server of [raw, siku]) yield* settle(server, plan)
  yield* say("both servers are warm")
  const pairs: Array<Pair> = []
  for (let round = 1; round <= rounds; round++) {
    const pair: Pair = { raw: yield* runRound(raw, plan), siku: yield* runRound(siku, plan) }
    pairs.push(pair)
    yield* say(
      `round ${round} of ${rounds}: raw ${pair.raw.many.requestsPerSecond.toFixed(0)} req/s, Siku ${pair.siku.many.requestsPerSecond.toFixed(0)} req/s`
    )
  }
  const crowd = yield* Effect.raceFirst(readStreams({ ...crowdPlan, port: siku.port }), siku.ended)
  yield* say("the streams of all at once are over")
  const slow = yield* Effect.raceFirst(slowReaders(siku, upstream, unreadBy), siku.ended)
  const found: Found = { pairs, crowd, slow }
  const problems = problemsIn(found, crowdOf)
  process.stdout.write(
    [
      pinning === undefined
        ? "nothing pinned"
        : `servers under test on CPU ${pinning.serverCpu}, upstream and clients on CPU ${pinning.generatorCpu}`,
      `${rounds} rounds of ${plan.measureMillis / 1000} s, ${plan.connections} connections, ${plan.streams} streams of ${plan.pieces} pieces, ${plan.intervalMillis} ms apart`,
      "",
      tableOf(found),
      ...notesOn(found).map((note) => `Note: ${note}.`),
      ...problems.map((problem) => `PROBLEM: ${problem}`),
      ""
    ].join("\n")
  )
  if (problems.length > 0) process.exitCode = 1
})

if (values.help === true) process.stdout.write(usage)
else NodeRuntime.runMain(Effect.scoped(bench).pipe(Effect.provide(NodeServices.layer)))
