import { parseArgs } from "node:util"

/** What is measured, and how long. */
export interface ProtectionOptions {
  readonly part: "slow" | "cost"
  /** Slow clients. */
  readonly slow: number
  /** Clients that are measured, each with one request in flight. */
  readonly connections: number
  readonly rounds: number
  /** Measured in each run. */
  readonly seconds: number
}

/** Shown by `--help`. */
export const usage = `Measures what protection does for those who behave, and what it costs them.

  npm run protection -- [options]

  --cost               what limits, a key and a log line cost a request, instead of what slow clients do
  --slow <n>           slow clients (default: 500)
  --connections <n>    with one request in flight each (default: 4)
  --rounds <n>         how often each is run, in turn (default: 3)
  --seconds <n>        measured in each run (default: 5)
  --help               this text
`

/** Reads the arguments; `undefined` asks for help. Throws a `RangeError` or a `TypeError` with what is wrong. */
export const readOptions = (args: ReadonlyArray<string>): ProtectionOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cost: { type: "boolean", default: false },
      slow: { type: "string", default: "500" },
      connections: { type: "string", default: "4" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "5" },
      help: { type: "boolean", default: false }
    }
  })
  if (values.help) return undefined
  return {
    part: values.cost ? "cost" : "slow",
    slow: whole("slow", values.slow),
    connections: whole("connections", values.connections),
    rounds: whole("rounds", values.rounds),
    seconds: whole("seconds", values.seconds)
  }
}

const whole = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new RangeError(`--${name} takes a whole number above 0, not "${text}"`)
  return Number(text)
}
