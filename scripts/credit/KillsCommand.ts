import { parseArgs } from "node:util"

/** Shown by `--help`. */
export const usage = `Kills the built service under load, over and over, and holds the books against each other: what clients got, what the
upstream saw, what the ledger has, what the account has left. Amounts are micro-USD.

  npm run kills -- [options]

  --kills <n>          how often (default: 100)
  --concurrency <n>    requests at the same time (default: 16)
  --help               this text

The process ends with code 1 when a charge is lost or doubled, or anything else does not add up.
`

/** Reads the arguments; `undefined` asks for help. Throws a `RangeError` or a `TypeError` with what is wrong. */
export const readOptions = (args: ReadonlyArray<string>) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: "string", default: "100" },
      concurrency: { type: "string", default: "16" },
      help: { type: "boolean", default: false }
    }
  })
  if (values.help) return undefined
  return { kills: whole("kills", values.kills), concurrency: whole("concurrency", values.concurrency) }
}

const whole = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new RangeError(`--${name} takes a whole number above 0, not "${text}"`)
  return Number(text)
}
