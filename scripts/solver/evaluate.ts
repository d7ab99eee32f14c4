// Compares ways to think on exercises that a stand-in model really works out, in two worlds, and prints a table of each.
import "effect/schema/SchemaJITCompiler/enable"
import { parseArgs } from "node:util"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem } from "effect"
import { compareStrategies } from "../../src/cli/compareStrategies.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { readDataset } from "../../src/thinking/evaluation/Dataset.ts"
import type { EvaluationProblem } from "../../src/thinking/evaluation/EvaluationProblem.ts"
import { reportMarkdown } from "../../src/thinking/evaluation/reportTable.ts"
import { strategies } from "../../src/thinking/evaluation/strategies.ts"
import { settingsFor } from "../../src/thinking/presets.ts"
import { oracleServices } from "../oracle/oracleServices.ts"
import { withTable } from "../oracle/withTable.ts"
import { makeExercise, questionOf } from "./Exercise.ts"
import { rightAnswer } from "./roles.ts"
import { solver } from "./Solver.ts"
import { type World, worlds } from "./SolverModel.ts"

const usage = `Compares ways to think on exercises that a stand-in model works out from the prompts it gets.

  npm run eval:solver -- [options]

  --world <name>         shared (blind spots that all roles share) or independent (slips of each call); default: both
  --problems <n>         default: 300
  --seed <n>             of exercises and slips (default: 1)
  --strategies <names>   with commas (default: plain,sample-3,sample-5,sample-9,fixed-3,adaptive-off,adaptive,adaptive-every)
  --set <path=value>     a setting; may be repeated
  --docs                 writes the tables of docs/evaluation.md anew
`

const problemsOf = (seed: number, count: number): ReadonlyArray<EvaluationProblem> =>
  Array.from({ length: count }, (_, at) => {
    const exercise = makeExercise(seed, at + 1)
    const answer = rightAnswer(exercise)
    return {
      id: String(exercise.id),
      question: questionOf(exercise),
      answer: exercise.claim === undefined ? answer : answer === "对" || answer === "true",
      ...(exercise.options.length === 0 ? {} : { options: exercise.options.map(String) }),
      ...(exercise.claim === undefined && exercise.options.length === 0 ? { type: "number" } : {})
    }
  })

const run = Effect.fnUntraced(function* (world: World, options: ReturnType<typeof read>) {
  const files = yield* FileSystem.FileSystem
  const home = yield* files.makeTempDirectoryScoped({ prefix: "siku-solver-" })
  const { port } = yield* solver({ model: { ...worlds[world], seed: options.seed } })
  const file = `${home}/exercises.jsonl`
  const lines = problemsOf(options.seed, options.problems).map((problem) => `${JSON.stringify(problem)}\n`)
  yield* files.writeFileString(file, lines.join(""))
  const problems = yield* readDataset(file, options.problems)
  const compare = Effect.gen(function* () {
    const { thinking } = yield* AppConfig
    const preset = settingsFor(thinking, { model: "siku" })
    if (preset === undefined) return yield* Effect.die(new Error("there is no preset siku"))
    return yield* compareStrategies({
      dataset: `solver (${world}, seed ${options.seed})`,
      problems,
      strategies: strategies.filter(({ name }) => options.strategies.includes(name)),
      configured: preset.settings,
      through: undefined,
      concurrency: 16,
      json: undefined,
      html: undefined
    })
  })
  const { report } = yield* Effect.provide(compare, oracleServices({ port, home, calls: 256, set: options.set }))
  if (!options.docs) return
  const page = projectFile("docs", "evaluation.md")
  const text = yield* files.readFileString(page)
  yield* files.writeFileString(
    page,
    withTable(text, reportMarkdown(report), `npm run eval:solver -- --world ${world} --docs`)
  )
}, Effect.scoped)

const read = () => {
  const { values } = parseArgs({
    options: {
      world: { type: "string" },
      problems: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      strategies: {
        type: "string",
        default: "plain,sample-3,sample-5,sample-9,fixed-3,adaptive-off,adaptive,adaptive-every"
      },
      set: { type: "string", multiple: true, default: [] },
      docs: { type: "boolean", default: false },
      help: { type: "boolean", default: false }
    }
  })
  return {
    ...values,
    problems: Number(values.problems),
    seed: Number(values.seed),
    strategies: values.strategies.split(",")
  }
}

const isWorld = (name: string): name is World => Object.hasOwn(worlds, name)

const options = read()
const chosen = options.world === undefined ? Object.keys(worlds) : [options.world]
if (options.help) process.stdout.write(usage)
else if (!chosen.every(isWorld)) {
  process.stderr.write(`eval:solver: --world takes ${Object.keys(worlds).join(" or ")}\nSee --help.\n`)
  process.exitCode = 2
} else {
  Effect.forEach(chosen.filter(isWorld), (world) => run(world, options), { discard: true }).pipe(
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
}
