// The similar tier over a large bank: `npm run bench:similar -- [rows]`. Builds the bank once, in the machine's folder for
// temporary files, and the index anew each time; then asks through the service.
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Path, References, Result } from "effect"
import { spawnSync } from "node:child_process"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { tmpdir } from "node:os"
import { AiAnswerer } from "../../../src/bank/AiAnswerer.ts"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { Answers } from "../../../src/bank/Answers.ts"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import { Candidates } from "../../../src/bank/similar/Candidates.ts"
import * as CandidatesLive from "../../../src/bank/similar/CandidatesLive.ts"
import { soundGroups } from "../../../src/bank/similar/homophones.ts"
import { SimilarTier } from "../../../src/bank/similar/SimilarTier.ts"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { PromptFiles } from "../../../src/platform/PromptFiles.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { Unavailable } from "../../../src/providers/ProviderError.ts"
import { Reasoner } from "../../../src/thinking/Reasoner.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import { scriptedModel } from "../../../test/support/scriptedModel.ts"
import { makeHistogram } from "../Histogram.ts"
import { usageOf } from "../ProcessUsage.ts"
import { otherWording, randomFrom, variedQuestion, type VariedQuestion } from "./VariedQuestion.ts"

const rows = Number(process.argv[2] ?? "1000000")
const asked = 3000
const warmUp = 500
const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

const alikes = new Map(
  soundGroups.flatMap((group) => [...group].map((char, at) => [char, group[(at + 1) % group.length]]))
)

const configOf = (home: string) =>
  AppConfig.layer({
    environment: {},
    flags: { home, set: ["bank.starter=false", "logging.level=error", "cache.capacity=0", "ai.max_retries=0"] },
    cwd: process.cwd()
  })

const servicesOf = (home: string) => {
  const model = scriptedModel(() => Effect.fail(new Unavailable({ detail: "none here" })))
  return Answers.layerOver.pipe(
    Layer.provideMerge(Layer.mergeAll(AiAnswerer.layer, AnswerCache.layer, SimilarTier.layerOver)),
    Layer.provideMerge(Reasoner.layer),
    Layer.provideMerge(
      Layer.mergeAll(QuestionRepo.layer, PromptFiles.layer, RunLog.layer, model.layer, CandidatesLive.layer)
    ),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(configOf(home)),
    Layer.provide(NodeServices.layer)
  )
}

/** The folder with the bank, filled where it is not yet. */
const seeded = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const home = path.join(tmpdir(), "siku-bench-banks", `varied-${rows}`)
  const done = path.join(home, "seeded")
  if (yield* files.exists(done)) return home
  yield* files.remove(home, { recursive: true, force: true })
  yield* files.makeDirectory(home, { recursive: true })
  yield* Effect.scoped(Layer.build(Sql.layer.pipe(Layer.provide(configOf(home)), Layer.provide(NodeServices.layer))))
  const started = performance.now()
  const child = spawnSync(
    process.execPath,
    [projectFile("scripts", "bench", "similar", "seed.ts"), path.join(home, "siku.db"), String(rows)],
    { stdio: "inherit" }
  )
  if (child.status !== 0) return yield* Effect.die(new Error("the bank could not be filled"))
  yield* files.writeFileString(done, "")
  yield* say(`bank of ${rows} questions made in ${seconds(performance.now() - started)}`)
  return home
})

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`
const rss = (): string => `${Math.round((usageOf(process.pid)?.rssBytes ?? NaN) / 2 ** 20)} MB`

const measure = Effect.fnUntraced(function* (name: string, question: (index: number) => VariedQuestion) {
  const answers = yield* Answers
  const random = randomFrom(99)
  const times = makeHistogram()
  const sources = new Map<string, number>()
  let wrong = 0
  for (let turn = -warmUp; turn < asked; turn++) {
    const wanted = question(Math.floor(random() * rows))
    const started = performance.now()
    const found = yield* Effect.result(
      answers.find(makeQuestion({ title: wanted.title, options: wanted.options, type: "single" }))
    )
    if (turn < 0) continue
    times.record(performance.now() - started)
    const source = Result.isSuccess(found) ? found.success.source : found.failure.reason._tag
    sources.set(source, (sources.get(source) ?? 0) + 1)
    if (Result.isSuccess(found) && found.success.texts[0] !== wanted.answer) wrong++
    yield* Effect.yieldNow
  }
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => times.quantile(q).toFixed(2))
  yield* say(
    `${name}: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms; wrong ${wrong}; ${[...sources].map(([source, count]) => `${source} ${count}`).join(", ")}`
  )
})

const bench = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const home = yield* seeded
  for (const end of ["", "-wal", "-shm"]) {
    yield* files.remove(path.join(home, CandidatesLive.indexName + end), { force: true })
  }
  yield* Effect.gen(function* () {
    const lag = monitorEventLoopDelay({ resolution: 5 })
    lag.enable()
    const started = performance.now()
    yield* (yield* Candidates).caughtUp
    lag.disable()
    const size = Number((yield* files.stat(path.join(home, CandidatesLive.indexName))).size)
    yield* say(`index built in ${seconds(performance.now() - started)}, ${Math.round(size / 2 ** 20)} MB, RSS ${rss()}`)
    yield* say(
      `event-loop lag meanwhile: p99 ${(lag.percentile(99) / 1e6 - 5).toFixed(1)} ms, most ${(lag.max / 1e6 - 5).toFixed(1)} ms`
    )
    yield* measure("exact", variedQuestion)
    yield* measure("similar", (index) => otherWording(index, (char) => alikes.get(char)))
    yield* measure("unknown", (index) => variedQuestion(rows + index))
    yield* say(`RSS ${rss()}`)
  }).pipe(Effect.provide(servicesOf(home)))
})

// A question that no tier knows fails at the model, with a warning each.
const silent = Layer.succeed(References.MinimumLogLevel, "None")

NodeRuntime.runMain(Effect.provide(bench, Layer.merge(NodeServices.layer, silent)))
