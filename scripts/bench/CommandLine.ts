// The command line of the benchmark.
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import type { BenchOptions } from "./Options.ts"
import { type ScenarioName, scenarioNames } from "./Scenario.ts"

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: BenchOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`. */
export const usage = `Measures Siku against a raw node:http server that parses the same requests and sends the same replies.

  npm run bench -- [options]

  --only <name>        one scenario, may be repeated: ${scenarioNames.join(", ")}
  --rounds <n>         how often each is run, in turn (default: 3, "calls" 5)
  --seconds <n>        measured in each run (default: 4)
  --warm-up <n>        seconds before that (default: 3)
  --connections <n>    with one request in flight each; "miss" has its own number (default: 32)
  --rows <n>           in the bank of "sqlite", kept between benchmarks (default: 200000)
  --calls <n>          model calls of each kind in a round of "calls" (default: 1000)
  --streams <n>        model calls at once in its streams (default: 1000)
  --post               sends JSON bodies instead of queries
  --quick              one round of 1 s with 2000 rows, 100 calls, 100 streams: only shows that everything works
  --json <file>        writes the JSON there instead of after the table
  --profile <folder>   writes a CPU profile of Siku, or of the calls, there for each scenario
  --help               this text

The process ends with code 1 when an answer, or a piece of a stream, was wrong or missing.
`

/** Reads the arguments that follow the script's name; files and folders count from `cwd`. */
export const readCommandLine = (args: ReadonlyArray<string>, cwd: string): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true },
        rounds: { type: "string" },
        seconds: { type: "string" },
        "warm-up": { type: "string" },
        connections: { type: "string" },
        rows: { type: "string" },
        calls: { type: "string" },
        streams: { type: "string" },
        post: { type: "boolean" },
        quick: { type: "boolean" },
        json: { type: "string" },
        profile: { type: "string" },
        help: { type: "boolean" }
      }
    })
    if (values.help === true) return { kind: "help" }
    const defaults =
      values.quick === true
        ? { rounds: "1", seconds: "1", "warm-up": "0.3", rows: "2000", calls: "100", streams: "100" }
        : { rounds: "3", seconds: "4", "warm-up": "3", rows: "200000", calls: "1000", streams: "1000" }
    const given = { connections: "32", ...defaults, ...values }
    return {
      kind: "run",
      options: {
        rounds: whole("rounds", given.rounds, 1),
        seconds: positive("seconds", given.seconds),
        warmUp: positive("warm-up", given["warm-up"]),
        connections: whole("connections", given.connections, 1),
        rows: whole("rows", given.rows, 1000),
        callRounds: whole("rounds", values.rounds ?? (values.quick === true ? "1" : "5"), 1),
        calls: whole("calls", given.calls, 2),
        streams: whole("streams", given.streams, 1),
        method: values.post === true ? "post" : "get",
        only: (values.only ?? []).map(scenarioName),
        json: values.json === undefined ? undefined : resolve(cwd, values.json),
        profiles: values.profile === undefined ? undefined : resolve(cwd, values.profile)
      }
    }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}

const scenarioName = (text: string): ScenarioName => {
  const name = scenarioNames.find((name) => name === text)
  if (name === undefined) throw new RangeError(`--only takes one of ${scenarioNames.join(", ")}, not "${text}"`)
  return name
}

const positive = (option: string, text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) {
    throw new RangeError(`--${option} takes a number above 0, not "${text}"`)
  }
  return Number(text)
}

const whole = (option: string, text: string, least: number): number => {
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new RangeError(`--${option} takes a whole number from ${least} up, not "${text}"`)
  }
  return Number(text)
}
