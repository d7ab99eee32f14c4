import { createServer } from "node:http"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSiku } from "../../support/siku.ts"

const chunk = `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta: { content: "x".repeat(4000) }, finish_reason: null }] })}\n\n`

/** A platform that streams without end as fast as it is read, and counts what it could get rid of. */
const endlessPlatform = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly url: string; readonly sent: () => number; readonly close: () => void }>((resolve) => {
        let sent = 0
        const server = createServer((request, response) => {
          request.resume()
          response.setHeader("content-type", "text/event-stream")
          const write = () => {
            while (!response.destroyed && response.write(chunk)) sent += chunk.length
          }
          response.on("drain", write)
          write()
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          const close = () => {
            server.close()
            server.closeAllConnections()
          }
          resolve({ url: `http://127.0.0.1:${port}/v1`, sent: () => sent, close })
        })
      })
  ),
  ({ close }) => Effect.sync(close)
)

describe("a client that does not read", () => {
  it.live("holds the model up instead of filling memory", () =>
    Effect.gen(function* () {
      const { sent, url } = yield* endlessPlatform
      const base = yield* startSiku({
        set: ["ai.providers.up.preset=custom", `ai.providers.up.base_url=${url}`, "ai.providers.up.model=m"]
      })
      const body = JSON.stringify({ model: "up", stream: true, messages: [{ role: "user", content: "Go on." }] })
      const socket = yield* Effect.acquireRelease(
        Effect.sync(() => connect(Number(new URL(base).port), "127.0.0.1").pause()),
        (socket) => Effect.sync(() => socket.destroy())
      )
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
      )
      // It has come to a stop once two looks find the same.
      const stopped = Effect.gen(function* () {
        let before = -1
        while (sent() === 0 || sent() !== before) {
          before = sent()
          yield* Effect.sleep("300 millis")
        }
        return before
      })
      const bytes = yield* stopped
      // What the sockets of two connections and our buffers hold.
      assert.isBelow(bytes, 64 * 1024 * 1024)
    })
  )
})
