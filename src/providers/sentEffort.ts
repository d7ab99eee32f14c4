import type { ChatRequest } from "./ChatModel.ts"

/** The effort that a platform is told, if any. */
export const sentEffort = ({ reasoningEffort: effort }: ChatRequest): "minimal" | "low" | "high" | undefined =>
  effort === "none" || effort === "medium" ? undefined : effort
