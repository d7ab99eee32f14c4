// Compares all ways to think on problems of an oracle that it starts, and prints the table.
import "effect/schema/SchemaJITCompiler/enable"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem } from "effect"
import { compareStrategies } from "../../src/cli/compareStrategies.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { readDataset } from "../../src/thinking/evaluation/Dataset.ts"
import { reportMarkdown } from "../../src/thinking/evaluation/reportTable.ts"
import { strategies } from "../../src/thinking/evaluation/strategies.ts"
import { settingsFor } from "../../src/thinking/presets.ts"
import { usage as oracleUsage } from "./CommandLine.ts"
import { datasetText, makeDataset } from "./dataset.ts"
import { type EvaluateOptions, readEvaluateCommand, usage } from "./EvaluateCommand.ts"
import { oracle, type OracleStats } from "./Oracle.ts"
import { oracleServices } from "./oracleServices.ts"
import { withTable } from "./withTable.ts"

const run = Effect.fnUntraced(function* (options: EvaluateOptions) {
  const files = yield* FileSystem.FileSystem
  const home = yield* files.makeTempDirectoryScoped({ prefix: "siku-evaluation-" })
  const { model, port, stats } = yield* oracle(options.oracle)
  const file = options.dataset.file ?? `${home}/problems.jsonl`
  const { problems: count, steps } = options.dataset
  yield* files.writeFileString(file, datasetText(makeDataset(model.seed, count, steps)))
  const problems = yield* readDataset(file, count)
  const compare = Effect.gen(function* () {
    const { thinking } = yield* AppConfig
    const preset = settingsFor(thinking, { model: "siku" })
    if (preset === undefined) return yield* Effect.die(new Error("there is no preset siku"))
    return yield* compareStrategies({
      dataset: `oracle (error ${model.thinkerError}, correlation ${model.correlation}, seed ${model.seed})`,
      problems,
      strategies: strategies.filter(({ name }) => options.strategies.includes(name)),
      configured: preset.settings,
      through: undefined,
      concurrency: options.concurrency,
      json: options.json,
      html: options.html
    })
  })
  const services = oracleServices({ port, home, calls: Math.min(10_000, 16 * options.concurrency), set: options.set })
  const { report } = yield* Effect.provide(compare, services)
  process.stdout.write(`\n${totals(stats())}\n`)
  if (!options.docs) return
  const page = projectFile("docs", "evaluation.md")
  yield* files.writeFileString(
    page,
    withTable(yield* files.readFileString(page), reportMarkdown(report), options.command)
  )
}, Effect.scoped)

const totals = ({ aborted, calls, faulted, models }: OracleStats): string =>
  [
    `The oracle got ${calls} requests; ${faulted} met a fault, ${aborted} were left by the client.`,
    ...Object.entries(models).map(
      ([name, { completionTokens, promptTokens, replies }]) =>
        `  ${name.padEnd(12)}${String(replies).padStart(8)} replies ${String(promptTokens).padStart(10)} tokens in ${String(completionTokens).padStart(9)} out`
    )
  ].join("\n")

const command = readEvaluateCommand(process.argv.slice(2))
if (command.kind === "help") {
  process.stdout.write(`${usage}${oracleUsage}`)
} else if (command.kind === "wrong") {
  process.stderr.write(`eval:oracle: ${command.message}\nSee --help.\n`)
  process.exitCode = 2
} else {
  run(command.options).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
}
