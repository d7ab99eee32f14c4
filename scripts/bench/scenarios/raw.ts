import type { Scenario } from "../Scenario.ts"
import { oneStarterQuestion } from "./starterQuestions.ts"

/** The raw server by itself. */
export const raw: Scenario = {
  name: "raw",
  title: () => "raw node:http, 1 question",
  workload: oneStarterQuestion
}
