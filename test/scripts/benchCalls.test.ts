import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Redacted, Schema } from "effect"
import { once } from "node:events"
import type { Made } from "../../scripts/bench/calls/Caller.ts"
import { shares } from "../../scripts/bench/calls/Caller.ts"
import { callsReport } from "../../scripts/bench/calls/CallsReport.ts"
import { notesOnCalls, problemsInCalls } from "../../scripts/bench/calls/callsFindings.ts"
import { callsTable } from "../../scripts/bench/calls/callsTable.ts"
import { type ChunkServerOptions, makeChunkServer } from "../../scripts/bench/calls/chunkServer.ts"
import { chunksOf, lostChunks } from "../../scripts/bench/calls/chunks.ts"
import { compare } from "../../scripts/bench/calls/compare.ts"
import { manyStreams } from "../../scripts/bench/calls/manyStreams.ts"
import { policyLayer, recordedCalls } from "../../scripts/bench/calls/Policy.ts"
import { makePolicyCaller } from "../../scripts/bench/calls/policyCaller.ts"
import { answer, request } from "../../scripts/bench/calls/question.ts"
import { makeRawCaller } from "../../scripts/bench/calls/rawCaller.ts"
import type { Pass, Result, Streams, Way } from "../../scripts/bench/calls/Result.ts"
import { readCommandLine } from "../../scripts/bench/CommandLine.ts"
import type { BenchOptions } from "../../scripts/bench/Options.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"

const chunkServer = (options: ChunkServerOptions) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const server = makeChunkServer(options)
        server.listen(0, "127.0.0.1")
        await once(server, "listening")
        return server
      }),
      (server) =>
        Effect.promise(async () => {
          server.closeAllConnections()
          server.close()
          await once(server, "close")
        })
    ),
    (server) => {
      const address = server.address()
      return typeof address === "object" && address !== null ? address.port : 0
    }
  )

const optionsOf = (args: ReadonlyArray<string>): BenchOptions => {
  const command = readCommandLine(args, "/")
  if (command.kind !== "run") throw new Error("the command line was not understood")
  return command.options
}

const temporaryFolder = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())

describe("the pieces of long streams", () => {
  it.prop(
    "as many are lost as were left out, wherever they were, and one at least where others come or the order is another",
    { kept: Schema.NonEmptyArray(Schema.Boolean) },
    ({ kept }) => {
      const chunks = chunksOf("1/1", kept.length)
      const text = chunks.filter((_, at) => kept[at]).join("")
      assert.strictEqual(lostChunks(chunks, text), kept.filter((isKept) => !isKept).length)
      assert.strictEqual(lostChunks(chunks, chunks.join("") + chunks[0]), 1)
      assert.strictEqual(lostChunks(chunks, chunksOf("1/2", kept.length).join("")), kept.length)
      if (kept.length > 1) assert.isAtLeast(lostChunks(chunks, chunks.toReversed().join("")), 1)
    }
  )

  it.live("the server ends no stream before all of its group have begun, and then each with all of its pieces", () =>
    Effect.gen(function* () {
      const port = yield* chunkServer({ streams: 2, chunks: 3, delayMillis: 1 })
      const texts = new Map<string, string>()
      const read = (name: string) =>
        Effect.promise(async (signal) => {
          const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: name }] })
          const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", body, signal })
          texts.set(name, await response.text())
        })
      const alone = yield* Effect.forkChild(read("1/0"), { startImmediately: true })
      // While a group that is complete comes to its end, the other one stays open.
      for (const group of [2, 3, 4]) {
        yield* Effect.all([read(`${group}/0`), read(`${group}/1`)], { concurrency: 2 })
      }
      assert.deepStrictEqual([...texts.keys()].toSorted(), ["2/0", "2/1", "3/0", "3/1", "4/0", "4/1"])
      yield* read("1/1")
      yield* Fiber.join(alone)
      for (const [name, text] of texts) {
        const said = [...text.matchAll(/"content":("[^}]*")/g)].map(([, content = ""]) => JSON.parse(content))
        assert.deepStrictEqual(said, [...chunksOf(name, 3)])
        assert.isTrue(text.endsWith("data: [DONE]\n\n"))
      }
    })
  )

  it.live("many streams through the policy arrive whole and are all open at once, or their losses are counted", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const port = yield* chunkServer({ streams: 20, chunks: 5, delayMillis: 1 })
      const options = { port, home: folder, streams: 20, chunks: 5, group: "1" }
      const { recorded, streams } = yield* manyStreams(options)
      assert.strictEqual(recorded, 20)
      assert.deepInclude(streams, { atOnce: 20, chunks: 100, lost: 0, firstLost: null })
      assert.isAtLeast(streams.peak.heap, 1)
      // The server knows of five pieces.
      const short = yield* manyStreams({ ...options, chunks: 6, group: "2" })
      assert.strictEqual(short.streams.lost, 20)
      assert.include(short.streams.firstLost ?? "", "2/")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("calls by both ways", () => {
  const callers = Effect.gen(function* () {
    const { ai } = yield* AppConfig
    const [provider] = ai.providers
    if (provider === undefined) return yield* Effect.die(new Error("no provider is set up"))
    const { apiKeys, baseUrl, model, preset } = provider
    const key = apiKeys.map(Redacted.value)[0]
    return {
      raw: yield* makeRawCaller({ preset, baseUrl, model, key }, request, answer),
      policy: yield* makePolicyCaller(request, answer)
    }
  })

  it.live("send the same bodies and get the same replies; the ledger has those of the policy", () =>
    Effect.gen(function* () {
      const server = yield* upstream()
      const home = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const { policy, raw } = yield* callers
        for (const form of ["whole", "stream"] as const) {
          for (const caller of [raw, policy]) {
            assert.deepStrictEqual(yield* caller.call(form, 10, 4), { made: 10, wrong: 0, firstWrong: undefined })
          }
          const bodies = server.requests.map(({ body }) => JSON.stringify(body))
          assert.strictEqual(bodies.length, 20)
          assert.strictEqual(new Set(bodies).size, 1)
          server.reset()
        }
        assert.strictEqual(yield* recordedCalls, 20)
      }).pipe(Effect.provide(policyLayer({ port: server.port, home, concurrency: 4 })))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("count what is not the answer that was given, and failures", () =>
    Effect.gen(function* () {
      const server = yield* upstream({ answer: () => "another" })
      const home = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const { policy, raw } = yield* callers
        const another = { made: 3, wrong: 3, firstWrong: "another" }
        assert.deepStrictEqual(yield* raw.call("whole", 3, 1), another)
        assert.deepStrictEqual(yield* policy.call("whole", 3, 1), another)
        assert.deepStrictEqual(yield* policy.call("stream", 3, 1), another)
        server.configure({ fallback: { kind: "status", status: 400 } })
        const failed = yield* policy.call("whole", 2, 2)
        assert.deepInclude(failed, { made: 2, wrong: 2 })
        assert.include(failed.firstWrong ?? "", "BadRequest")
        assert.strictEqual(yield* recordedCalls, 6)
      }).pipe(Effect.provide(policyLayer({ port: server.port, home, concurrency: 4 })))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it("are shared out evenly", () => {
    assert.deepStrictEqual(shares(10, 4), [2, 2, 3, 3])
    assert.deepStrictEqual(shares(2, 3), [0, 1, 1])
  })

  it.effect("are measured after a warm-up, each kind in each round in both orders", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const callerOf = (way: Way) => ({
        call: (form: Pass["form"], calls: number, concurrency: number): Effect.Effect<Made> =>
          Effect.sync(() => {
            asked.push(`${way} ${form} ${concurrency}: ${calls}`)
            return { made: calls, wrong: 0, firstWrong: undefined }
          })
      })
      const made: Record<Way, number> = { raw: 0, policy: 0 }
      const rounds: Array<number> = []
      const passes = yield* compare({
        callers: { raw: callerOf("raw"), policy: callerOf("policy") },
        rounds: 2,
        calls: 10,
        onMade: (block, way) => {
          made[way] += block.made
        },
        onRound: (round) => rounds.push(round)
      })
      assert.deepStrictEqual(rounds, [1, 2])
      assert.deepStrictEqual(made, { raw: 200, policy: 200 })
      assert.deepStrictEqual(asked.slice(0, 2), ["raw whole 1: 30", "policy whole 1: 30"])
      assert.deepStrictEqual(asked.slice(8, 12), [
        "raw whole 1: 5",
        "policy whole 1: 5",
        "policy whole 1: 5",
        "raw whole 1: 5"
      ])
      assert.deepStrictEqual(
        passes.slice(0, 2).map(({ concurrency, first, form, round }) => ({ concurrency, first, form, round })),
        [
          { concurrency: 1, first: "raw", form: "whole", round: 1 },
          { concurrency: 1, first: "policy", form: "whole", round: 1 }
        ]
      )
      assert.strictEqual(passes.length, 16)
    })
  )
})

describe("what is said of the calls", () => {
  const pass = (round: number, first: Way, rawMicros: number, policyMicros: number): Pass => ({
    form: "whole",
    concurrency: 1,
    round,
    first,
    rawMicros,
    policyMicros
  })
  const memory = (heap: number) => ({ rss: 100, heap })
  const streams = (closed: number, lost = 0): Streams => ({
    atOnce: 3,
    chunks: 30,
    lost,
    firstLost: lost === 0 ? null : "1/2: 12 characters came",
    millis: 1500,
    cpuMillis: 900,
    before: memory(20),
    peak: memory(90),
    idle: memory(25),
    closed: memory(closed)
  })
  const good: Result = {
    passes: [pass(1, "raw", 10, 110), pass(1, "policy", 20, 140), pass(2, "raw", 10, 210), pass(2, "policy", 20, 240)],
    streams: [streams(21), streams(22), streams(21)],
    made: 24,
    wrong: 0,
    firstWrong: null,
    throughPolicy: 21,
    recorded: 21
  }
  const reportOf = (changes: Partial<Result>, arrived = 24) => callsReport({ result: { ...good, ...changes }, arrived })

  it("the difference is taken in each round, over both orders and for each by itself", () => {
    assert.deepInclude(reportOf({}).kinds[0], {
      raw: { median: 15, min: 15, max: 15 },
      policy: { median: 175, min: 125, max: 225 },
      above: { median: 160, min: 110, max: 210 },
      aboveRawFirst: { median: 150, min: 100, max: 200 },
      abovePolicyFirst: { median: 170, min: 120, max: 220 }
    })
    const table = callsTable(reportOf({}), optionsOf([])).join("\n")
    assert.match(table, /^whole reply, 1 at once +175 \(125-225\) +15 \(15-15\) +160 \(110-210\)/m)
    assert.match(table, /^time 3 +3 +30 +0 +1\.5 +0\.9 +20 \/ 90 \/ 25 \/ 21/m)
  })

  it("lost pieces, wrong answers and calls that do not add up are problems; what costs too much is a note", () => {
    assert.deepStrictEqual(problemsInCalls(reportOf({})), [])
    assert.deepStrictEqual(notesOnCalls(reportOf({})), [])
    for (const [changes, arrived, part] of [
      [{ streams: [streams(21, 2)] }, 24, "2 of 30 pieces were lost; the first: 1/2"],
      [{ wrong: 1, firstWrong: "policy: no" }, 24, "1 of 24 were wrong; the first: policy: no"],
      [{}, 25, "the upstream got 25 of 24"],
      [{ recorded: 20 }, 24, "the ledger has 20 of 21"]
    ] as const) {
      const problems = problemsInCalls(reportOf(changes, arrived))
      assert.strictEqual(problems.length, 1)
      assert.include(problems[0], part)
    }
    const dear = reportOf({ passes: [pass(1, "raw", 10, 361)], streams: [streams(21), streams(40)] })
    assert.deepStrictEqual(problemsInCalls(dear), [])
    assert.deepStrictEqual(notesOnCalls(dear), [
      "calls, whole, 1 at once: 351 µs above raw, more than 350 µs",
      "streams: the heap was 19.0 MB larger after the last time than after the first"
    ])
  })

  it("the command line has its own defaults for them", () => {
    assert.deepInclude(optionsOf([]), { callRounds: 5, rounds: 3, calls: 1000, streams: 1000 })
    assert.deepInclude(optionsOf(["--only", "calls", "--rounds", "2", "--calls", "50", "--streams", "7"]), {
      only: ["calls"],
      callRounds: 2,
      calls: 50,
      streams: 7
    })
  })
})
