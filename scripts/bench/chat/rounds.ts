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
  /** Under load before the first round: on its one CPU a server competes with its own compiler for as long as code is still hot and slow. */
  readonly settleMillis: number
  readonly warmUpMillis: number
  readonly measureMillis: number
  readonly streams: number
  readonly pieces: number
  readonly intervalMillis: number
}

const request = wholeRequest()

const whole = (
  server: ServerProcess,
  connections: number,
  { measureMillis, warmUpMillis }: Pick<RoundPlan, "warmUpMillis" | "measureMillis">
) =>
  measure(server, {
    next: () => request,
    expected: [answer],
    // The upstream needs the CPU that polling would take.
    isPolling: false,
    connections,
    warmUpMillis,
    measureMillis
  })

/** Serves until all that is served often is compiled. */
export const settle = (server: ServerProcess, { connections, settleMillis }: RoundPlan) =>
  whole(server, connections, { warmUpMillis: 0, measureMillis: settleMillis })

/** Everything that is measured in a round, for one server. */
export const runRound = Effect.fnUntraced(function* (server: ServerProcess, plan: RoundPlan) {
  const round: Round = {
    many: yield* whole(server, plan.connections, plan),
    one: yield* whole(server, 1, plan),
    streams: yield* Effect.raceFirst(readStreams({ ...plan, port: server.port }), server.ended)
  }
  return round
})
