// Runs an oracle until SIGINT or SIGTERM.
import { writeFileSync } from "node:fs"
import { readCommandLine, type DatasetOptions, usage } from "./CommandLine.ts"
import { datasetText, makeDataset } from "./dataset.ts"
import { type OracleOptions, startOracle } from "./Oracle.ts"

const refuse = (message: string) => {
  process.stderr.write(`${message}\nSee --help.\n`)
  process.exitCode = 2
}

const run = async (options: OracleOptions, { file, problems, steps }: DatasetOptions) => {
  const oracle = await startOracle(options)
  if (file !== undefined) writeFileSync(file, datasetText(makeDataset(oracle.model.seed, problems, steps)))
  process.stdout.write(`${oracle.url}\n`)
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void oracle.close())
}

const command = readCommandLine(process.argv.slice(2))
if (command.kind === "help") process.stdout.write(usage)
else if (command.kind === "wrong") refuse(command.message)
else {
  await run(command.options, command.dataset).catch((error: unknown) =>
    refuse(error instanceof Error ? error.message : String(error))
  )
}
