// Siku and the raw pass-through in turn, with the same requests: what the machine does beside us meets both.
import { Effect } from "effect"
import { measure, type Measurement } from "../Measurement.ts"
import type { ServerProcess } from "../ServerProcess.ts"
import { readStreams, type StreamsResult } from "./readStreams.ts"
import { answer, wholeRequest } from "./wire.ts"

/** One server in one round. */
export interface Round {
  /** Whole replies over many connections. */
  readonly many: Measurement
  /** Over one. */
  readonly one: Measurement
  readonly streams: StreamsResult
}

export interface RoundPlan {
  readonly connections: number
  readonly warmUpMillis: number
  readonly measureMillis: number
  readonly streams: number
  readonly pieces: number
  readonly intervalMillis: number
}

/** Everything that is measured in a round, for one server. */
export const runRound = Effect.fnUntraced(function* (server: ServerProcess, plan: RoundPlan) {
  const request = wholeRequest()
  const whole = (connections: number) =>
    measure(server, {
      next: () => request,
      expected: [answer],
      // The upstream needs the CPU that polling would take.
      isPolling: false,
      connections,
      warmUpMillis: plan.warmUpMillis,
      measureMillis: plan.measureMillis
    })
  const round: Round = {
    many: yield* whole(plan.connections),
    one: yield* whole(1),
    streams: yield* Effect.raceFirst(readStreams({ ...plan, port: server.port }), server.ended)
  }
  return round
})
