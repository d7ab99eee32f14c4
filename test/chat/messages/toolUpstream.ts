// An OpenAI-compatible server whose model calls a tool until it has been told the result.
import { createServer } from "node:http"
import { Effect, Schema } from "effect"
import { parsedBody, readText } from "../../../scripts/upstream/RequestBody.ts"
import { doneEvent, event } from "../../../scripts/upstream/Streaming.ts"

const Asked = Schema.Struct({
  stream: Schema.optionalKey(Schema.Boolean),
  messages: Schema.Array(Schema.Struct({ role: Schema.String, content: Schema.Unknown }))
})
const decode = Schema.decodeUnknownSync(Asked)

/** What the model writes as the arguments of its calls. */
export const toolUpstream = (calls: ReadonlyArray<{ readonly name: string; readonly arguments: string }>) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly bodies: ReadonlyArray<unknown>; readonly close: () => void }>(
      (resume) => {
        const bodies: Array<unknown> = []
        const server = createServer((request, response) =>
          readText(request, (text) => {
            bodies.push(parsedBody(text))
            const { messages, stream } = decode(parsedBody(text))
            const result = messages.findLast(({ role }) => role === "tool")?.content
            const toolCalls = calls.map((call, index) => ({
              index,
              id: `call_${index}`,
              type: "function",
              function: call
            }))
            const message = result === undefined ? { tool_calls: toolCalls } : { content: `It is ${String(result)}.` }
            const finish = result === undefined ? "tool_calls" : "stop"
            const usage = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 }
            const identity = { id: "chatcmpl-1", created: 1, model: "m" }
            response.setHeader("content-type", stream === true ? "text/event-stream" : "application/json")
            response.end(
              stream === true
                ? piecesOf(message)
                    .map((delta) => event({ ...identity, choices: [{ index: 0, delta }] }))
                    .join("") +
                    event({ ...identity, choices: [{ index: 0, delta: {}, finish_reason: finish }], usage }) +
                    doneEvent
                : JSON.stringify({
                    ...identity,
                    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }],
                    usage
                  })
            )
          })
        )
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          const close = () => {
            server.close()
            server.closeAllConnections()
          }
          resume(Effect.succeed({ url: `http://127.0.0.1:${port}/v1`, bodies, close }))
        })
      }
    ),
    ({ close }) => Effect.sync(close)
  )

interface Call {
  readonly index: number
  readonly function: { readonly name: string; readonly arguments: string }
}

/** Each call's arguments in two pieces. */
const piecesOf = (message: { readonly content?: string; readonly tool_calls?: ReadonlyArray<Call> }) =>
  message.tool_calls === undefined
    ? [message]
    : message.tool_calls.flatMap((call) => {
        const { arguments: text, name } = call.function
        return [
          { tool_calls: [{ ...call, function: { name, arguments: text.slice(0, 4) } }] },
          { tool_calls: [{ index: call.index, function: { arguments: text.slice(4) } }] }
        ]
      })
