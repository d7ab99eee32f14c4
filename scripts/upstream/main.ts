// Runs an upstream until SIGINT or SIGTERM.
import { readCommandLine, usage } from "./CommandLine.ts"
import { startUpstream } from "./Upstream.ts"
import type { UpstreamOptions } from "./Upstream.ts"

const refuse = (message: string) => {
  process.stderr.write(`${message}\nSee --help.\n`)
  process.exitCode = 2
}

const run = async (options: UpstreamOptions) => {
  const upstream = await startUpstream(options)
  process.stdout.write(`${upstream.url}\n`)
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void upstream.close())
}

const command = readCommandLine(process.argv.slice(2))
if (command.kind === "help") process.stdout.write(usage)
else if (command.kind === "wrong") refuse(command.message)
else
  await run(command.options).catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error)))
