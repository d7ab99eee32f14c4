import { Schema } from "effect"

/**
 * Where a cost comes from: the platform told it (`platform`); its count of tokens, by the prices that are set (`prices`); or the same of
 * tokens that nobody counted (`estimate`).
 */
export const CostSource = Schema.Literals(["platform", "prices", "estimate"])
export type CostSource = typeof CostSource.Type
