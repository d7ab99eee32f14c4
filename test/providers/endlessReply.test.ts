import { createServer, type Server, type ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Result } from "effect"
import { directOutbound, providerAt } from "../support/providers.ts"

const request = { messages: [{ role: "user" as const, content: "1+1?" }] }
const mebibyte = Buffer.alloc(1024 * 1024, " ")

/** A platform that says what `reply` writes, chunk by chunk, without a length; tells how much, once it was left. */
const platform = (reply: (response: ServerResponse) => void, timeoutMillis = 60_000) =>
  Effect.gen(function* () {
    const left = yield* Deferred.make<void>()
    const server = yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer((incoming, response) => {
          incoming.resume()
          response.on("close", () => Deferred.doneUnsafe(left, Effect.void))
          reply(response)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    const { model } = yield* providerAt(`http://127.0.0.1:${port}/v1`, { timeoutMillis })
    return { model, left: Deferred.await(left) }
  })

const forEver = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json" })
  const go = () => {
    while (!response.destroyed && response.write(mebibyte)) {
      // as fast as it is taken
    }
  }
  response.on("drain", go)
  go()
}

const message = { role: "assistant", content: "二。" }
const whole = Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] }))

describe("a reply whose length nobody announced", () => {
  for (const [what, status] of [
    ["an answer", 200],
    ["an error", 500]
  ] as const) {
    it.live(`is read to 8 MB and no further where ${what} never ends, and the connection is closed`, () =>
      Effect.gen(function* () {
        const { left, model } = yield* platform(forEver(status))
        const result = yield* Effect.result(model.complete(request))
        const reason = Result.isFailure(result) ? result.failure.reason : undefined
        assert.deepInclude(reason, { _tag: "Malformed", detail: "a reply of more than 8388608 bytes" })
        yield* left
      }).pipe(Effect.provide(directOutbound))
    )
  }

  it.live("is read whole below that, characters that were cut in two included", () =>
    Effect.gen(function* () {
      const { model } = yield* platform((response) => {
        response.writeHead(200, { "content-type": "application/json" })
        for (let part = 0; part < 7; part++) response.write(mebibyte)
        const cut = whole.indexOf("二") + 1
        response.write(whole.subarray(0, cut), () => setImmediate(() => response.end(whole.subarray(cut))))
      })
      assert.strictEqual((yield* model.complete(request)).text, "二。")
    }).pipe(Effect.provide(directOutbound))
  )

  it.live("is one that broke off where its end is missing", () =>
    Effect.gen(function* () {
      const { model } = yield* platform((response) => {
        response.writeHead(200, { "content-type": "application/json" })
        response.write(whole, () => response.destroy())
      })
      const result = yield* Effect.result(model.complete(request))
      assert.strictEqual(Result.isFailure(result) ? result.failure.reason._tag : "answered", "Network")
    }).pipe(Effect.provide(directOutbound))
  )

  it.live("is given up where nothing more of it comes in time", () =>
    Effect.gen(function* () {
      const { left, model } = yield* platform((response) => {
        response.writeHead(200, { "content-type": "application/json" })
        response.write(whole.subarray(0, 10))
      }, 200)
      const result = yield* Effect.result(model.complete(request))
      assert.strictEqual(Result.isFailure(result) ? result.failure.reason._tag : "answered", "Timeout")
      yield* left
    }).pipe(Effect.provide(directOutbound))
  )
})
