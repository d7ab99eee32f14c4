// The command line of the upstream.
import { parseArgs } from "node:util"
import { faultNames } from "./NamedFaults.ts"
import type { UpstreamOptions } from "./Upstream.ts"

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: UpstreamOptions }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`. */
export const usage = `An OpenAI-compatible upstream with a latency and faults that are set.

  --port <n>                 to listen on at 127.0.0.1 (default: a free one)
  --latency <ms|min-max>     before the headers of a reply (default: 0)
  --chunk-delay <ms>         between the events of a stream (default: 0)
  --fault-rate <name>=<p>    share of calls, 0 to 1, that meet a fault; may be repeated
  --seed <n>                 of the latencies and faults that are drawn (default: 1)
  --model <name>             the one model that is listed (default: siku-upstream)
  --keep-requests <n>        how many requests are remembered (default: 0)
  --help                     this text

Fault names: an error status such as 429, or one of
${faultNames.map((name) => `  ${name}`).join("\n")}

GET /__stats shows the counters, POST /__reset clears them, and POST /__configure takes
{"latencyMs": 50, "chunkDelayMs": 0, "faultRates": {"429": 0.1}, "seed": 1}, all of it optional.
`

/** Reads the arguments that follow the script's name. */
export const readCommandLine = (args: ReadonlyArray<string>): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        latency: { type: "string" },
        "chunk-delay": { type: "string" },
        "fault-rate": { type: "string", multiple: true },
        seed: { type: "string" },
        model: { type: "string" },
        "keep-requests": { type: "string" },
        help: { type: "boolean" }
      }
    })
    if (values.help === true) return { kind: "help" }
    return {
      kind: "run",
      options: {
        ...(values.port !== undefined && { port: number("port", values.port) }),
        ...(values.latency !== undefined && { latencyMs: latency(values.latency) }),
        ...(values["chunk-delay"] !== undefined && { chunkDelayMs: number("chunk-delay", values["chunk-delay"]) }),
        ...(values["fault-rate"] !== undefined && { faultRates: Object.fromEntries(values["fault-rate"].map(rate)) }),
        ...(values.seed !== undefined && { seed: number("seed", values.seed) }),
        ...(values.model !== undefined && { model: values.model }),
        keepRequests: number("keep-requests", values["keep-requests"] ?? "0")
      }
    }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}

const number = (option: string, text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new RangeError(`--${option} takes a number, not "${text}"`)
  return Number(text)
}

const latency = (text: string): number | readonly [number, number] => {
  const [min = "", max, ...more] = text.split("-")
  if (max === undefined) return number("latency", min)
  if (more.length > 0) throw new RangeError(`--latency takes <ms> or <min>-<max>, not "${text}"`)
  return [number("latency", min), number("latency", max)]
}

const rate = (text: string): readonly [string, number] => {
  const [name = "", share = ""] = text.split("=")
  return [name, number("fault-rate <name>=", share)]
}
