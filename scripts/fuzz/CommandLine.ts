// The command line of the fuzzer.
import { parseArgs } from "node:util"
import type { FuzzOptions } from "./Options.ts"

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: FuzzOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`. */
export const usage = `Sends requests, right and wrong ones, to the built service and judges every reply by the service's own OpenAPI document.

  npm run fuzz -- [options]

  --requests <n>     how many (default: 100000)
  --seed <n>         the same seed makes the same requests, but for ids that the service makes up (default: 1)
  --only <id>        an operation of /openapi.json, such as chat.createChatCompletion; may be repeated
  --workers <n>      connections with one request in flight each (default: 32)
  --json             JSON instead of the table
  --help             this text

The process ends with code 1 when something is wrong: a status 500, a reply that is not declared or not as declared, an error
in another form than its route's, a request without reply, an end of the process, an unhandled rejection, memory that grows.
`

/** Reads the arguments that follow the script's name. */
export const readCommandLine = (args: ReadonlyArray<string>): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: "string" },
        seed: { type: "string" },
        only: { type: "string", multiple: true },
        workers: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" }
      }
    })
    if (values.help === true) return { kind: "help" }
    return {
      kind: "run",
      options: {
        requests: whole("requests", values.requests ?? "100000", 1),
        seed: whole("seed", values.seed ?? "1", 0),
        only: values.only ?? [],
        workers: whole("workers", values.workers ?? "32", 1),
        json: values.json ?? false
      }
    }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}

const whole = (option: string, text: string, least: number): number => {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new RangeError(`--${option} takes a whole number from ${least}, not "${text}"`)
  }
  return Number(text)
}
