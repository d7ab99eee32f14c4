import type { ResponseObject } from "../../../src/chat/responses/ResponseObject.ts"

/** A response that has just begun. */
export const newResponse: ResponseObject = {
  id: "resp_1",
  object: "response",
  created_at: 1,
  completed_at: null,
  status: "in_progress",
  error: null,
  incomplete_details: null,
  model: "up/m",
  instructions: null,
  previous_response_id: null,
  store: true,
  background: false,
  max_output_tokens: null,
  temperature: null,
  top_p: null,
  tools: [],
  tool_choice: "auto",
  parallel_tool_calls: true,
  text: { format: { type: "text" } },
  reasoning: { effort: null, summary: null },
  truncation: "disabled",
  metadata: {},
  output: [],
  usage: null
}
