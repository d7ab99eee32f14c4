import { createServer } from "node:http"
import { Effect } from "effect"

/** What was asked of it. */
export type Asked = Readonly<Record<string, unknown>>

/** A platform that answers each request with a body as written down: one object, or the data of the events of a stream. */
export const wireServer = (answer: (asked: Asked) => unknown) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly url: string; readonly asked: Array<Asked>; readonly close: () => void }>((resolve) => {
          const asked: Array<Asked> = []
          const server = createServer((request, response) => {
            let text = ""
            request.setEncoding("utf8").on("data", (piece: string) => (text += piece))
            request.on("end", () => {
              const body: Asked = JSON.parse(text)
              asked.push(body)
              const reply = answer(body)
              const isStream = Array.isArray(reply)
              response.setHeader("content-type", isStream ? "text/event-stream" : "application/json")
              if (!isStream) return response.end(JSON.stringify(reply))
              for (const event of reply) response.write(`data: ${JSON.stringify(event)}\n\n`)
              return response.end("data: [DONE]\n\n")
            })
          })
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" && address !== null ? address.port : 0
            resolve({ url: `http://127.0.0.1:${port}/v1`, asked, close: () => void server.close() })
          })
        })
    ),
    ({ close }) => Effect.sync(close)
  )
