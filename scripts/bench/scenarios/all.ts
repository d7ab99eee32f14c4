import type { Scenario } from "../Scenario.ts"
import { memory, memoryMix } from "./memory.ts"
import { miss } from "./miss.ts"
import { raw } from "./raw.ts"
import { sqlite } from "./sqlite.ts"

/** Every scenario, in the order they run and are shown. */
export const scenarios: ReadonlyArray<Scenario> = [raw, memory, memoryMix, sqlite, miss]
