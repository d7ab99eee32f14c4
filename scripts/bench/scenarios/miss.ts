import { generatedQuestion } from "../GeneratedQuestion.ts"
import type { BenchOptions } from "../Options.ts"
import { requestBytes } from "../Requests.ts"
import type { Scenario, Workload } from "../Scenario.ts"

/** How long the model takes for an answer, in milliseconds. */
export const upstreamLatencyMillis = 50

const connections = 16
const upstreamLimit = (connections * 1000) / upstreamLatencyMillis

// Siku never gets to ask one of them twice: the model does not let it.
const enough = ({ rounds, seconds, warmUp }: BenchOptions): number =>
  Math.ceil(rounds * (warmUp + seconds + 1) * upstreamLimit * 1.1)

const newQuestions: Workload = {
  connections: () => connections,
  isUpstreamBusy: true,
  requests: (options) =>
    Array.from({ length: enough(options) }, (_, index) => requestBytes(generatedQuestion(index), options.method))
}

/** Every request a new question, answered by the model. */
export const miss: Scenario = {
  name: "miss",
  title: () => `miss, ${connections} connections, model takes ${upstreamLatencyMillis} ms`,
  workload: newQuestions,
  siku: { source: "ai", isSeeded: false, isPrimed: false, environment: () => ({}), upstreamLimit }
}
