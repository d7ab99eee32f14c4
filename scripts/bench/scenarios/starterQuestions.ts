// Questions that every Siku knows from its start.
import { Schema } from "effect"
import { readFileSync } from "node:fs"
import { starterBankFile, StarterQuestion } from "../../../src/bank/StarterBank.ts"
import type { BenchOptions } from "../Options.ts"
import { requestBytes } from "../Requests.ts"
import type { Workload } from "../Scenario.ts"

const decodeLine = Schema.decodeUnknownSync(Schema.fromJsonString(StarterQuestion))

const firstStarterQuestions = (count: number, { method }: BenchOptions): ReadonlyArray<Buffer> =>
  readFileSync(starterBankFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decodeLine(line))
    .filter(({ options }) => options.length > 0)
    .slice(0, count)
    .map(({ options, question, type }) => requestBytes({ title: question, options, type }, method))

/** The first so many questions of the starter bank that have options. */
export const starterQuestions = (count: number): Workload => ({
  connections: ({ connections }) => connections,
  isUpstreamBusy: false,
  requests: (options) => firstStarterQuestions(count, options)
})

/** One question; what the raw server is shown with, too. */
export const oneStarterQuestion: Workload = starterQuestions(1)
