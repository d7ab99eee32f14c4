import type { Scenario, SikuSetup } from "../Scenario.ts"
import { oneStarterQuestion, starterQuestions } from "./starterQuestions.ts"

const mixedQuestions = 200

const fromMemory: SikuSetup = { source: "memory", isSeeded: false, isPrimed: true, environment: () => ({}) }

/** One question over and over, answered from memory. */
export const memory: Scenario = {
  name: "memory",
  title: () => "memory hit, 1 question",
  workload: oneStarterQuestion,
  siku: fromMemory
}

/** Several questions in turn, answered from memory. */
export const memoryMix: Scenario = {
  name: "memory-mix",
  title: () => `memory hit, ${mixedQuestions} questions`,
  workload: starterQuestions(mixedQuestions),
  siku: fromMemory
}
