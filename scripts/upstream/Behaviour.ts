// What an upstream was told to do, and what that means for one call.
import type { ChatRequest } from "./ChatRequest.ts"
import type { Fault } from "./Faults.ts"
import { faultNamed } from "./NamedFaults.ts"
import type { FaultName } from "./NamedFaults.ts"
import { uniform } from "./Random.ts"
import { defaultAnswer } from "./Reply.ts"
import type { Answer } from "./Reply.ts"

/** Milliseconds: always the same, or uniform between two bounds. */
export type Latency = number | readonly [min: number, max: number]

/** The share of calls, 0 to 1, that meet each fault; together at most 1. */
export type FaultRates = Readonly<Partial<Record<FaultName, number>>>

/** Everything that can be changed while the upstream runs. */
export interface Behaviour {
  /** Before the headers of a reply; 0 by default. */
  readonly latencyMs: Latency
  /** Between the events of a stream, in milliseconds; 0, the default, sends them at once. */
  readonly chunkDelayMs: number
  readonly answer: Answer
  /** What each call in turn meets. Once it is used up, `faultFor`, then `faultRates`, then `fallback` decide. */
  readonly script: ReadonlyArray<Fault | "ok">
  readonly faultFor: (request: ChatRequest, callIndex: number) => Fault | undefined
  readonly faultRates: FaultRates
  readonly fallback: Fault | "ok"
  /** Of the latencies and the faults that are drawn. */
  readonly seed: number
  /** The one model of `GET /v1/models`, and of requests that name none. */
  readonly model: string
}

/** What one call meets. */
export interface Decision {
  readonly fault: Fault | undefined
  readonly delayMs: number
}

/** Holds the behaviour and how far its script has got. */
export interface Director {
  readonly behaviour: () => Behaviour
  /** Throws a RangeError, and changes nothing, where a latency or a rate makes no sense. A script starts anew. */
  readonly configure: (changes: Partial<Behaviour>) => void
  readonly decide: (request: ChatRequest, callIndex: number) => Decision
  /** Starts the script anew. */
  readonly restart: () => void
}

const defaults: Behaviour = {
  latencyMs: 0,
  chunkDelayMs: 0,
  answer: defaultAnswer,
  script: [],
  faultFor: () => undefined,
  faultRates: {},
  fallback: "ok",
  seed: 1,
  model: "siku-upstream"
}

/** A director of the defaults with these changes; throws as `configure` does. */
export const makeDirector = (options: Partial<Behaviour>): Director => {
  let behaviour = defaults
  let lottery = lotteryOf(defaults.faultRates)
  let scriptPosition = 0

  const configure = (changes: Partial<Behaviour>) => {
    const changed = { ...behaviour, ...changes }
    checkDelays(changed)
    lottery = lotteryOf(changed.faultRates)
    behaviour = changed
    if (changes.script !== undefined) scriptPosition = 0
  }

  const faultOf = (request: ChatRequest, callIndex: number): Fault | "ok" => {
    const scripted = behaviour.script[scriptPosition]
    if (scripted !== undefined) {
      scriptPosition++
      return scripted
    }
    return (
      behaviour.faultFor(request, callIndex) ??
      drawn(lottery, uniform(behaviour.seed, callIndex, 0)) ??
      behaviour.fallback
    )
  }

  configure(options)
  return {
    behaviour: () => behaviour,
    configure,
    decide: (request, callIndex) => {
      const fault = faultOf(request, callIndex)
      const latencyMs = latencyAt(behaviour.latencyMs, uniform(behaviour.seed, callIndex, 1))
      if (fault === "ok") return { fault: undefined, delayMs: latencyMs }
      return { fault, delayMs: fault.kind === "slowHeaders" ? latencyMs + fault.ms : latencyMs }
    },
    restart: () => {
      scriptPosition = 0
    }
  }
}

/** Each fault with the number below which a draw means it; ascending. */
type Lottery = ReadonlyArray<{ readonly below: number; readonly fault: Fault }>

const lotteryOf = (rates: FaultRates): Lottery => {
  let below = 0
  return Object.entries(rates).map(([name, rate]) => {
    const fault = faultNamed(name)
    if (fault === undefined) throw new RangeError(`there is no fault named "${name}"`)
    if (rate === undefined || !(rate >= 0)) throw new RangeError(`the rate of "${name}" is not between 0 and 1`)
    below += rate
    // A little above 1 is what rates like 0.1 + 0.7 + 0.2 add up to in floating point.
    if (below > 1 + 1e-9) throw new RangeError("the fault rates add up to more than 1")
    return { below, fault }
  })
}

const drawn = (lottery: Lottery, draw: number): Fault | undefined => lottery.find(({ below }) => draw < below)?.fault

const latencyAt = (latency: Latency, draw: number): number =>
  typeof latency === "number" ? latency : latency[0] + draw * (latency[1] - latency[0])

// A timer of more than this fires at once.
const longestDelayMs = 2 ** 31 - 1

const checkDelays = ({ chunkDelayMs, latencyMs }: Behaviour) => {
  const [min, max] = typeof latencyMs === "number" ? [latencyMs, latencyMs] : latencyMs
  if (!(min >= 0 && max >= min && max <= longestDelayMs)) {
    throw new RangeError("the latency is not a range of milliseconds")
  }
  if (!(chunkDelayMs >= 0 && chunkDelayMs <= longestDelayMs)) {
    throw new RangeError("the chunk delay is not in milliseconds")
  }
}
