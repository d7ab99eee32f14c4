import type { ChatRequest } from "./ChatModel.ts"

/** Why a request is refused that demands a call of a tool and brings none; `undefined` where there is no reason. */
export const refusedToolChoice = ({
  toolChoice,
  tools = []
}: Pick<ChatRequest, "toolChoice" | "tools">): string | undefined =>
  tools.length === 0 && toolChoice !== undefined && toolChoice !== "auto" && toolChoice !== "none"
    ? "tool_choice: there are no tools to choose from"
    : undefined
