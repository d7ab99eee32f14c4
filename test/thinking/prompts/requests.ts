import type { ChatMessage } from "../../../src/providers/ChatModel.ts"
import type { ReasoningRequest } from "../../../src/thinking/ReasoningRequest.ts"
import type { ThinkingSettings } from "../../../src/thinking/ThinkingSettings.ts"
import { plain } from "../support/runs.ts"

export const settings: ThinkingSettings = {
  ...plain,
  mode: "adaptive",
  language: "auto",
  threads: { initial: 2, max: 3, quorum: 2, grace_ms: 0 },
  steps: { max: 20, max_length: 2000 },
  validation: { ...plain.validation, policy: "every", vote: "challenged" }
}

/** A conversation to think about. */
export const spoken = (...messages: ReadonlyArray<ChatMessage>): ReasoningRequest => ({
  model: "siku",
  messages,
  sampling: {},
  settings
})

/** A request that asks one thing. */
export const asked = (question: string): ReasoningRequest => spoken({ role: "user", content: question })
