/** What models are asked for, each with a chain of its own: answering questions of the bank, and `/api/v1/predict`. */
export const roles = ["answer", "predict"] as const
export type Role = (typeof roles)[number]
