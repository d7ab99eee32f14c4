import { once } from "node:events"
import { request } from "node:http"
import { connect } from "node:net"
import { gunzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { send, startSiku } from "../support/siku.ts"

const script = "/redoc/redoc.standalone.js"

/** A reply as it came, not decompressed. */
const rawly = (url: string, encodings: string | undefined, method = "GET") =>
  Effect.promise(async () => {
    const sent = request(url, { method, headers: encodings === undefined ? {} : { "accept-encoding": encodings } })
    sent.end()
    const [response] = await once(sent, "response")
    const chunks: Array<Buffer> = []
    for await (const chunk of response) chunks.push(chunk)
    return { headers: response.headers, body: Buffer.concat(chunks) }
  })

describe("the pages about the API", () => {
  it.live("come as the client takes them: compressed by gzip, else as they are", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const path of ["/openapi.json", "/docs", script]) {
        const { text } = yield* send(base + path)
        for (const encodings of [undefined, "identity", "br", "gzip;q=0, br", "gzip; q=0.0"]) {
          const seen = yield* rawly(base + path, encodings)
          assert.isUndefined(seen.headers["content-encoding"], encodings)
          assert.strictEqual(seen.headers["content-length"], String(seen.body.length))
          assert.strictEqual(seen.body.toString(), text)
        }
        for (const encodings of ["gzip", "deflate, gzip;q=0.5, br"]) {
          const seen = yield* rawly(base + path, encodings)
          assert.strictEqual(seen.headers["content-encoding"], "gzip")
          assert.strictEqual(seen.headers["content-length"], String(seen.body.length))
          assert.include(seen.headers.vary, "Accept-Encoding")
          assert.strictEqual(gunzipSync(seen.body).toString(), text)
        }
        const head = yield* rawly(base + path, undefined, "HEAD")
        assert.deepStrictEqual([head.body.length, head.headers["content-length"]], [0, String(Buffer.byteLength(text))])
      }
    })
  )

  it.live("take no memory for clients that do not read them", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      // Whatever is made once is there.
      yield* send(base + script)
      const before = process.memoryUsage().arrayBuffers
      const clients = 40
      // All read into this, so that only what the service holds is counted.
      const buffer = Buffer.allocUnsafe(64)
      yield* Effect.forEach(
        Array.from({ length: clients }),
        () =>
          Effect.acquireRelease(
            Effect.callback<ReturnType<typeof connect>>((resume) => {
              const socket = connect({
                port: Number(new URL(base).port),
                host: "127.0.0.1",
                onread: {
                  buffer,
                  callback: () => {
                    resume(Effect.succeed(socket))
                    return false
                  }
                }
              })
              socket.write(`GET ${script} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(8))
            }),
            (socket) => Effect.sync(() => socket.destroy())
          ),
        { concurrency: "unbounded" }
      )
      // Until the sockets of both sides are full, and nothing more is read from anywhere.
      let last = -1
      let now = process.memoryUsage().arrayBuffers
      while (now !== last) {
        yield* Effect.sleep("200 millis")
        last = now
        now = process.memoryUsage().arrayBuffers
      }
      assert.isBelow((now - before) / clients, 16 * 1024)
    })
  )
})
