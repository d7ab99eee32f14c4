// The command line of the oracle.
import { parseArgs } from "node:util"
import { faultNames } from "../upstream/NamedFaults.ts"
import { readLatency } from "./Latency.ts"
import type { OracleOptions } from "./Oracle.ts"
import { defaultOracleModel, generousOracleModel, type OracleModel } from "./OracleModel.ts"

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: OracleOptions; readonly dataset: DatasetOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** The problems that go with an oracle. */
export interface DatasetOptions {
  /** Where they are written; nowhere if undefined. */
  readonly file: string | undefined
  readonly problems: number
  /** Fewest and most steps of a problem. */
  readonly steps: readonly [number, number]
}

/** The options that are shares, with the part of the model that each sets. */
const shares = {
  "thinker-error": "thinkerError",
  correlation: "correlation",
  misconception: "misconception",
  insight: "insight",
  "blind-spot": "blindSpot",
  "challenger-vague": "challengerVague",
  "challenger-miss": "challengerMiss",
  "challenger-false-alarm": "challengerFalseAlarm",
  "voter-error": "voterError",
  "voter-abstains": "voterAbstains",
  "validator-correlation": "validatorCorrelation",
  "revision-success": "revisionSuccess",
  swayed: "swayed",
  "fusion-error": "fusionError"
} as const satisfies Record<string, keyof OracleModel>

const shareLines = Object.entries(shares).map(
  ([option, part]) => `  --${option} <0-1>`.padEnd(33) + `(default: ${defaultOracleModel[part]})`
)

/** Shown by `--help`. */
export const usage = `An OpenAI-compatible upstream whose models think through problems of its own, and err as often as they are told to.
Its models are named after their parts: planner, thinker, challenger, voter, summarizer, fusion, plain.

  --port <n>                 to listen on at 127.0.0.1 (default: a free one)
  --generous                 critics that see more than thinkers, and confidence that tells, where nothing else is said
  --seed <n>                 of everything that is drawn (default: 1)
  --latency <text>           200, 100-400 or lognormal:<median>:<sigma>, in milliseconds (default: 0)
  --fault-rate <name>=<0-1>  share of calls that meet a fault; may be repeated
  --wrong-answers <n>        that threads come to on a problem (default: ${defaultOracleModel.wrongAnswers})
${shareLines.join("\n")}
  --dataset <file>           writes the problems there, as JSONL
  --problems <n>             in the dataset (default: 400)
  --steps <least-most>       of a problem (default: 2-3)
  --help                     this text

docs/evaluation.md says what the shares mean. Fault names: an error status such as 429, or one of
${faultNames.map((name) => `  ${name}`).join("\n")}
`

/** Reads the arguments that follow the script's name. */
export const readCommandLine = (args: ReadonlyArray<string>): Command => {
  try {
    const shareOptions = Object.fromEntries(Object.keys(shares).map((option) => [option, { type: "string" as const }]))
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...shareOptions,
        port: { type: "string" },
        generous: { type: "boolean" },
        seed: { type: "string" },
        latency: { type: "string" },
        "fault-rate": { type: "string", multiple: true },
        "wrong-answers": { type: "string" },
        dataset: { type: "string" },
        problems: { type: "string" },
        steps: { type: "string" },
        help: { type: "boolean" }
      }
    })
    if (values["help"] === true) return { kind: "help" }
    const given = new Map(
      Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []))
    )
    const ofShares = Object.entries(shares).flatMap(([option, part]) => {
      const text = given.get(option)
      return text === undefined ? [] : [[part, share(option, text)] as const]
    })
    const wrongAnswers = given.get("wrong-answers")
    const port = given.get("port")
    return {
      kind: "run",
      options: {
        ...(values["generous"] === true && generousOracleModel),
        ...Object.fromEntries(ofShares),
        seed: whole("seed", given.get("seed") ?? String(defaultOracleModel.seed), 0),
        latency: latency(given.get("latency") ?? "0"),
        faultRates: Object.fromEntries((values["fault-rate"] ?? []).map(rate)),
        ...(wrongAnswers !== undefined && { wrongAnswers: whole("wrong-answers", wrongAnswers, 1) }),
        ...(port !== undefined && { port: whole("port", port, 0) })
      },
      dataset: {
        file: given.get("dataset"),
        problems: whole("problems", given.get("problems") ?? "400", 1),
        steps: range(given.get("steps") ?? "2-3")
      }
    }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}

const share = (option: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new RangeError(`--${option} takes a number from 0 to 1, not "${text}"`)
  }
  return value
}

const whole = (option: string, text: string, least: number): number => {
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new RangeError(`--${option} takes a whole number from ${least} up, not "${text}"`)
  }
  return Number(text)
}

const latency = (text: string) => {
  const found = readLatency(text)
  if (found === undefined) throw new RangeError(`--latency takes 200, 100-400 or lognormal:300:0.5, not "${text}"`)
  return found
}

const rate = (text: string): readonly [string, number] => {
  const [name = "", value = ""] = text.split("=")
  return [name, share("fault-rate", value)]
}

const range = (text: string): readonly [number, number] => {
  const [least, most = least] = text.split("-").map((part) => whole("steps", part, 1))
  if (least === undefined || most === undefined || most < least) {
    throw new RangeError(`--steps takes <least>-<most>, not "${text}"`)
  }
  return [least, most]
}
