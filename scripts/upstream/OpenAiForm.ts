import { readChatRequest } from "./ChatRequest.ts"
import { errorBodyOfStatus } from "./ErrorBody.ts"
import type { Form } from "./Form.ts"
import { bodyWithoutChoices, completionBody } from "./ReplyBody.ts"
import { retryHeaders } from "./RetryHints.ts"
import { doneEvent, event, streamedReply } from "./Streaming.ts"

/** OpenAI's chat completions. */
export const openAiForm: Form = {
  read: readChatRequest,
  body: completionBody,
  stream: streamedReply,
  empty: (identity, request) => {
    const body = bodyWithoutChoices(identity, request)
    return { body, stream: [event({ ...body, object: "chat.completion.chunk" }), doneEvent] }
  },
  broken: (identity) => {
    const body = `{"id":"${identity.id}","choices":[{"index":0,"message":{"content":"the answer is`
    return { body, stream: [`data: ${body}\n\n`, doneEvent] }
  },
  error: (error) => ({ error }),
  errorEvent: (error) => event({ error }),
  status: (fault) => ({
    status: fault.status,
    headers: retryHeaders(fault),
    body: fault.body ?? { error: errorBodyOfStatus(fault.status) }
  })
}
