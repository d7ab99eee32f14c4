// The command line of the evaluation against an oracle.
import { parseArgs } from "node:util"
import { strategies } from "../../src/thinking/evaluation/strategies.ts"
import { readCommandLine as readOracle, type DatasetOptions } from "./CommandLine.ts"
import type { OracleOptions } from "./Oracle.ts"

/** What is evaluated, and where it goes. */
export interface EvaluateOptions {
  readonly oracle: OracleOptions
  readonly dataset: DatasetOptions
  readonly strategies: ReadonlyArray<string>
  readonly concurrency: number
  readonly set: ReadonlyArray<string>
  readonly json: string | undefined
  readonly html: string | undefined
  /** Whether the table of docs/evaluation.md is written anew. */
  readonly docs: boolean
  /** What stands above that table. */
  readonly command: string
}

/** What the arguments ask for. */
export type EvaluateCommand =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: EvaluateOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`, above the options of the oracle. */
export const usage = `Compares ways to think on problems of a synthetic oracle.

  npm run eval:oracle -- [options]

  --strategies <names>       with commas (default: all)
  --concurrency <n>          runs at the same time (default: 16)
  --set <path=value>         a setting, such as thinking.threads.max=3; may be repeated
  --json <file>              writes all figures there
  --html <file>              writes a page with plots there
  --docs                     writes the table of docs/evaluation.md anew

and the options of the oracle:
`

const own = {
  strategies: { type: "string" },
  concurrency: { type: "string" },
  set: { type: "string", multiple: true },
  json: { type: "string" },
  html: { type: "string" },
  docs: { type: "boolean" }
} as const

/** Reads the arguments that follow the script's name. */
export const readEvaluateCommand = (args: ReadonlyArray<string>): EvaluateCommand => {
  const { tokens, values } = parseArgs({ args: [...args], options: own, strict: false, tokens: true })
  const owned = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== "option" || !(token.name in own)) return []
      return token.inlineValue === false ? [token.index, token.index + 1] : [token.index]
    })
  )
  const oracle = readOracle(args.filter((_, at) => !owned.has(at)))
  if (oracle.kind !== "run") return oracle
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)
  const known = strategies.map(({ name }) => name)
  const chosen = text(values.strategies)?.split(",") ?? known
  const unknown = chosen.find((name) => !known.includes(name))
  const concurrency = Number(text(values.concurrency) ?? "16")
  if (unknown !== undefined) {
    return { kind: "wrong", message: `--strategies takes names of ${known.join(", ")}, not "${unknown}"` }
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    return { kind: "wrong", message: "--concurrency takes a whole number from 1 up" }
  }
  return {
    kind: "run",
    options: {
      oracle: oracle.options,
      dataset: oracle.dataset,
      strategies: chosen,
      concurrency,
      set: (values.set ?? []).filter((value) => typeof value === "string"),
      json: text(values.json),
      html: text(values.html),
      docs: values.docs === true,
      command: `npm run eval:oracle -- ${args.includes("--generous") ? "--generous " : ""}--docs`
    }
  }
}
