// The cells of the matrix: each fault in each mode of each family.
import type { FaultCase } from "./FaultCase.ts"
import { faultCases } from "./FaultCases.ts"
import type { Outcome } from "./Outcome.ts"

export const familyNames = ["openai", "gemini", "anthropic"] as const
export type FamilyName = (typeof familyNames)[number]

const modes = ["whole", "stream"] as const

/** One call, and what has to come of it. */
export interface Cell {
  readonly family: FamilyName
  readonly mode: (typeof modes)[number]
  readonly fault: FaultCase
  readonly expected: Outcome
}

/** For people; no two cells have the same. */
export const nameOf = ({ family, fault, mode }: Cell): string => `${family} ${mode} ${fault.name}`

/** The whole matrix. */
export const cells: ReadonlyArray<Cell> = familyNames.flatMap((family) =>
  modes.flatMap((mode) =>
    faultCases.flatMap((fault) => {
      const expected = fault[mode]
      return expected === undefined ? [] : [{ family, mode, fault, expected }]
    })
  )
)
