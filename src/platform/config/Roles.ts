/**
 * What models are asked for, each with a chain of its own: answering questions of the bank, `/api/v1/predict`, and the parts
 * of thinking a question through.
 */
export const roles = ["answer", "predict", "planner", "thinker", "summarizer", "challenger", "voter", "fusion"] as const
export type Role = (typeof roles)[number]

/** Roles that ask the thinker's models where they have none of their own. */
export const followsThinker: ReadonlySet<Role> = new Set(["planner", "summarizer", "challenger", "voter", "fusion"])
