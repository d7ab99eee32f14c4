// The process that makes the calls, by itself, so that all of its CPU and memory is theirs: `makeCalls.ts <plan>`.
import "effect/schema/SchemaJITCompiler/enable"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Path, Redacted, References, Schema } from "effect"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import type { Made } from "./Caller.ts"
import { compare } from "./compare.ts"
import { manyStreams } from "./manyStreams.ts"
import { Plan } from "./Plan.ts"
import { policyLayer, recordedCalls } from "./Policy.ts"
import { makePolicyCaller } from "./policyCaller.ts"
import { answer, request } from "./question.ts"
import { makeRawCaller } from "./rawCaller.ts"
import { Result, type Streams, type Way } from "./Result.ts"

/** As often as it takes to see whether memory returns to its level. */
const streamings = 3
/** A key's share of the calls that are compared; far above their number. */
const concurrency = 128

const run = Effect.fnUntraced(function* (plan: Plan) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const tally = makeTally()

  const comparing = Effect.gen(function* () {
    const callers = {
      raw: yield* makeRawCaller(yield* target, request, answer),
      policy: yield* makePolicyCaller(request, answer)
    }
    const passes = yield* compare({
      callers,
      rounds: plan.rounds,
      calls: plan.calls,
      onMade: tally.add,
      onRound: (round) =>
        process.stderr.write(`calls: round ${round} of ${plan.rounds}
`)
    })
    return { passes, recorded: yield* recordedCalls }
  }).pipe(
    Effect.scoped,
    Effect.provide(policyLayer({ port: plan.upstreamPort, home: path.join(plan.folder, "calls"), concurrency }))
  )

  const { passes, recorded } = yield* comparing
  const streams: Array<Streams> = []
  let recordedStreams = 0
  for (let time = 1; time <= streamings; time++) {
    const home = path.join(plan.folder, `streams-${time}`)
    const options = { port: plan.chunksPort, home, streams: plan.streams, chunks: plan.chunks, group: String(time) }
    const streaming = yield* manyStreams(options)
    streams.push(streaming.streams)
    recordedStreams += streaming.recorded
    process.stderr.write(`${plan.streams} streams at once: ${time} of ${streamings}\n`)
  }
  const { firstWrong, made, throughPolicy, wrong } = tally.sums()
  const result: Result = {
    passes,
    streams,
    made,
    wrong,
    firstWrong,
    throughPolicy: throughPolicy + streamings * plan.streams,
    recorded: recorded + recordedStreams
  }
  yield* files.writeFileString(plan.resultFile, yield* encodeResult(result))
})

/** Where the calls of the policy go, for those without it. */
const target = Effect.gen(function* () {
  const { ai } = yield* AppConfig
  const [provider] = ai.providers
  if (provider === undefined) return yield* Effect.die(new Error("no provider is set up"))
  const { apiKeys, baseUrl, model, preset } = provider
  const [key] = apiKeys
  return { preset, baseUrl, model, key: key && Redacted.value(key) }
})

const makeTally = () => {
  const sums = { made: 0, wrong: 0, throughPolicy: 0 }
  let firstWrong: string | null = null
  return {
    add: (made: Made, way: Way): void => {
      sums.made += made.made
      sums.wrong += made.wrong
      if (way === "policy") sums.throughPolicy += made.made
      if (made.firstWrong !== undefined) firstWrong ??= `${way}: ${made.firstWrong}`
    },
    sums: () => ({ ...sums, firstWrong })
  }
}

const decodePlan = Schema.decodeUnknownEffect(Schema.fromJsonString(Plan))
const encodeResult = Schema.encodeEffect(Schema.fromJsonString(Result))

decodePlan(process.argv[2]).pipe(
  Effect.flatMap(run),
  // As in the service, whose spans nobody takes.
  Effect.provideService(References.TracerEnabled, false),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
