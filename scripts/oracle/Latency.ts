// How long the oracle's models take.
import type { UpstreamOptions } from "../upstream/Upstream.ts"
import { draw } from "./draw.ts"

/** Milliseconds: always the same, uniform between two bounds, or log-normal with `sigma` of the logarithm. */
export type Latency =
  | { readonly kind: "fixed"; readonly millis: number }
  | { readonly kind: "uniform"; readonly least: number; readonly most: number }
  | { readonly kind: "lognormal"; readonly median: number; readonly sigma: number }

/** What the upstream draws by itself. */
export const upstreamLatency = (latency: Latency): NonNullable<UpstreamOptions["latencyMs"]> => {
  switch (latency.kind) {
    case "fixed":
      return latency.millis
    case "uniform":
      return [latency.least, latency.most]
    case "lognormal":
      return 0
  }
}

// Beyond this every client has given up.
const longestMillis = 600_000

/** What is left for the answer to wait; the same for the same request. */
export const answerLatency = (latency: Latency, seed: number, request: string): number => {
  if (latency.kind !== "lognormal") return 0
  // Box and Muller's way to a normal draw; the first must not be 0.
  const radius = Math.sqrt(-2 * Math.log(1 - draw(seed, "latency", request)))
  const normal = radius * Math.cos(2 * Math.PI * draw(seed, "latency angle", request))
  return Math.min(longestMillis, latency.median * Math.exp(latency.sigma * normal))
}

/** Reads `200`, `100-400` or `lognormal:300:0.5`; undefined for anything else. */
export const readLatency = (text: string): Latency | undefined => {
  const numbers = /^(?:(lognormal):)?(\d+(?:\.\d+)?)(?:[-:](\d+(?:\.\d+)?))?$/.exec(text)
  if (numbers === null) return undefined
  const [, kind, first, second] = numbers
  if (kind === "lognormal") {
    return second === undefined || text.includes("-")
      ? undefined
      : { kind, median: Number(first), sigma: Number(second) }
  }
  if (second === undefined) return { kind: "fixed", millis: Number(first) }
  return Number(second) < Number(first) || text.includes(":")
    ? undefined
    : { kind: "uniform", least: Number(first), most: Number(second) }
}
