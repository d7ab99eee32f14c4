// The command line of the benchmark of thinking.
import { resolve } from "node:path"
import { parseArgs } from "node:util"

/** What is measured. */
export interface BenchOptions {
  /** Of each kind, one after the other and then several at the same time. */
  readonly runs: number
  readonly concurrency: number
  /** At once, in the last part; 0 leaves it out. */
  readonly many: number
  /** Of a model call, in milliseconds. */
  readonly latency: number
  /** Absolute. */
  readonly json: string | undefined
}

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: BenchOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`. */
export const usage = `Measures what thinking costs beside its model calls, which a synthetic oracle in a process of its own answers.

  npm run bench:thinking -- [options]

  --runs <n>          of each kind (default: 100)
  --concurrency <n>   of them at the same time (default: 8)
  --many <n>          runs at once in the last part, 0 for none (default: 1000)
  --latency <ms>      of every model call (default: 200)
  --quick             16 runs of each kind and 50 at once: only shows that everything works
  --json <file>       writes the figures there
  --help              this text

The process ends with code 1 when a run did not answer or its log was not complete.
`

/** Reads the arguments that follow the script's name; files count from `cwd`. */
export const readCommandLine = (args: ReadonlyArray<string>, cwd: string): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: "string" },
        concurrency: { type: "string" },
        many: { type: "string" },
        latency: { type: "string" },
        quick: { type: "boolean" },
        json: { type: "string" },
        help: { type: "boolean" }
      }
    })
    if (values.help === true) return { kind: "help" }
    const defaults = values.quick === true ? { runs: "16", many: "50" } : { runs: "100", many: "1000" }
    const given = { ...defaults, concurrency: "8", latency: "200", ...values }
    return {
      kind: "run",
      options: {
        runs: whole("runs", given.runs, 1),
        concurrency: whole("concurrency", given.concurrency, 1),
        many: whole("many", given.many, 0),
        latency: whole("latency", given.latency, 0),
        json: values.json === undefined ? undefined : resolve(cwd, values.json)
      }
    }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}

const whole = (option: string, text: string, least: number): number => {
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new RangeError(`--${option} takes a whole number from ${least} up, not "${text}"`)
  }
  return Number(text)
}
