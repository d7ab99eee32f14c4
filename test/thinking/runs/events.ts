// Runs and events as tests need them.
import type { Bill } from "../../../src/thinking/Bill.ts"
import type { ReasoningRequest } from "../../../src/thinking/ReasoningRequest.ts"
import { RunId } from "../../../src/thinking/RunId.ts"
import type { ThinkingSettings } from "../../../src/thinking/ThinkingSettings.ts"
import type { LoggedEvent, ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { adaptive } from "../support/runs.ts"

/** Ids sort by `n`. */
export const runId = (n: number): RunId => RunId.make(`run_0199aaaa-0000-7000-8000-${String(n).padStart(12, "0")}`)
export const aRunId = runId(1)

export const aBill: Bill = {
  call_id: "call_0199",
  provider: "deepseek",
  model: "deepseek-chat",
  attempts: 1,
  prompt_tokens: 20,
  completion_tokens: 10,
  cached_tokens: 5,
  reasoning_tokens: 2,
  estimated: false,
  cost: 700,
  elapsed_ms: 900
}

export const someSettings: ThinkingSettings = { ...adaptive, language: "auto" }

export const aRequest = (question: string): ReasoningRequest => ({
  model: "siku",
  messages: [{ role: "user", content: question }],
  sampling: {},
  settings: someSettings
})

export const started = (question: string, background: boolean): ThoughtEvent => ({
  type: "RunStarted",
  request: aRequest(question),
  background
})
export const delta = (text: string): ThoughtEvent => ({ type: "FusionDelta", text })
export const failedCall = (call: string): ThoughtEvent => ({
  type: "CallFailed",
  call,
  role: "thinker",
  reason: "interrupted",
  detail: "",
  bill: aBill
})
export const answered = (text: string): ThoughtEvent => ({
  type: "Answered",
  text,
  confidence: 0.9,
  degraded: false,
  finish: "stop"
})

export const event = (run: RunId, seq: number, event: ThoughtEvent): LoggedEvent => ({
  run,
  seq,
  at: 1000 + seq,
  event
})
