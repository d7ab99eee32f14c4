// The command line of the hostile requests.
import { parseArgs } from "node:util"
import { projectFile } from "../../src/platform/projectFile.ts"

export interface HostileOptions {
  readonly bundle: string
  /** Only rows whose operation or name holds this. */
  readonly only: string
  readonly rounds: number
  /** Rows to show; all that are out of bounds are shown besides. */
  readonly shown: number
}

/** Shown by `--help`. */
export const usage = `Sends requests that are made to do harm to the built service, one at a time, and large ones that are not, and watches from within how
long each holds up the event loop (in milliseconds of CPU) and how much memory it takes.

  npm run hostile -- [options]

  --only <text>      rows whose operation or name holds this text
  --rounds <n>       how often a row is tried until it keeps to its bounds (default: 3)
  --shown <n>        how many of the worst rows are shown (default: 40)
  --bundle <file>    another build than the one of this folder
  --help             this text

The process ends with code 1 when a row is out of its bounds in every round: 20 ms, 50 ms where a request is large for good reasons, 100 MB,
or when its reply is not what it should be.
`

/** Reads the arguments; `undefined` asks for help. Throws a `RangeError` or a `TypeError` with what is wrong. */
export const readOptions = (args: ReadonlyArray<string>): HostileOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bundle: { type: "string", default: projectFile("dist", "siku.mjs") },
      only: { type: "string", default: "" },
      rounds: { type: "string", default: "3" },
      shown: { type: "string", default: "40" },
      help: { type: "boolean", default: false }
    }
  })
  if (values.help) return undefined
  return {
    bundle: values.bundle,
    only: values.only,
    rounds: whole("rounds", values.rounds),
    shown: whole("shown", values.shown)
  }
}

const whole = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new RangeError(`--${name} takes a whole number above 0, not "${text}"`)
  return Number(text)
}
