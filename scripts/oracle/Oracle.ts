// A synthetic upstream: its models think through problems of its own, and err as often as they are told to.
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChatRequest } from "../upstream/ChatRequest.ts"
import type { UpstreamStats } from "../upstream/Ledger.ts"
import { usageOf } from "../upstream/ReplyBody.ts"
import { startUpstream } from "../upstream/Upstream.ts"
import type { Upstream, UpstreamOptions } from "../upstream/Upstream.ts"
import { answerAs } from "./answerAs.ts"
import { answerLatency, type Latency, upstreamLatency } from "./Latency.ts"
import { defaultOracleModel, type OracleModel } from "./OracleModel.ts"

/** How the oracle thinks, how long it takes, and with what faults. */
export interface OracleOptions extends Partial<OracleModel>, Pick<UpstreamOptions, "port" | "faultRates" | "faultFor"> {
  /** At once by default. */
  readonly latency?: Latency
}

/** What a model has said, with tokens as the replies tell them; also what a client left before it had come whole. */
export interface ModelTotals {
  readonly replies: number
  readonly promptTokens: number
  readonly completionTokens: number
}

/** The counters of the upstream, and the totals of each model. */
export interface OracleStats extends UpstreamStats {
  readonly models: Readonly<Record<string, ModelTotals>>
}

/** A running oracle. */
export interface Oracle {
  readonly url: string
  readonly port: number
  readonly model: OracleModel
  readonly upstream: Upstream
  readonly stats: () => OracleStats
  readonly close: () => Promise<void>
}

/** Starts an oracle on 127.0.0.1; rejects if the port is taken. */
export const startOracle = async ({
  faultFor,
  faultRates,
  latency = { kind: "fixed", millis: 0 },
  port,
  ...given
}: OracleOptions = {}): Promise<Oracle> => {
  const model: OracleModel = { ...defaultOracleModel, ...given }
  const totals = new Map<string, ModelTotals>()
  // Samples are asked alike: told apart, as voters are, by the order in which they ask.
  const samples = new Map<string, number>()
  const timeOf = ({ messages }: ChatRequest): number => {
    const prompt = messages.at(-1)?.text ?? ""
    if (!/step 1 of at most 1 now|第 1 步（最多 1 步）/.test(prompt)) return 1
    const key = messages.map(({ text }) => text).join("\n")
    const time = (samples.get(key) ?? 0) + 1
    samples.set(key, time)
    return time
  }
  const say = (request: ChatRequest): string => {
    const content = answerAs(model, request, timeOf(request))
    const { completion_tokens, prompt_tokens } = usageOf(request, { content })
    const { completionTokens, promptTokens, replies } = totals.get(request.model) ?? noTotals
    totals.set(request.model, {
      replies: replies + 1,
      promptTokens: promptTokens + prompt_tokens,
      completionTokens: completionTokens + completion_tokens
    })
    return content
  }
  const upstream = await startUpstream({
    answer: (request) => {
      const millis = answerLatency(latency, model.seed, JSON.stringify(request.messages))
      return millis === 0 ? say(request) : after(millis, () => say(request))
    },
    latencyMs: upstreamLatency(latency),
    seed: model.seed,
    model: "thinker",
    keepRequests: 0,
    ...(port !== undefined && { port }),
    ...(faultRates !== undefined && { faultRates }),
    ...(faultFor !== undefined && { faultFor })
  })
  return {
    url: upstream.url,
    port: upstream.port,
    model,
    upstream,
    stats: () => ({ ...upstream.stats(), models: Object.fromEntries(totals) }),
    close: upstream.close
  }
}

/** An oracle that is closed with the scope. */
export const oracle = (options: OracleOptions = {}): Effect.Effect<Oracle, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => startOracle(options)),
    (oracle) => Effect.promise(() => oracle.close())
  )

const noTotals: ModelTotals = { replies: 0, promptTokens: 0, completionTokens: 0 }

const after = <A>(millis: number, say: () => A): Promise<A> =>
  new Promise((resolve) => setTimeout(() => resolve(say()), millis))
