import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { BadRequestError, InternalServerError, NotFoundError } from "openai"
import { parsedBody, readText } from "../../../scripts/upstream/RequestBody.ts"
import { manage, send, startSiku } from "../../support/siku.ts"
import { clientOf, rejectionOf } from "../support/overSockets.ts"

interface Asked {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** A platform that gives vectors, as it is told for each request. */
const platform = (answer: (response: ServerResponse, index: number) => void) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly asked: ReadonlyArray<Asked>; readonly close: () => void }>(
      (resume) => {
        const asked: Array<Asked> = []
        const server = createServer((request, response) =>
          readText(request, (text) => {
            asked.push({ url: request.url, headers: request.headers, body: parsedBody(text) })
            response.setHeader("content-type", "application/json")
            answer(response, asked.length - 1)
          })
        )
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          const close = () => {
            server.close()
            server.closeAllConnections()
          }
          resume(Effect.succeed({ url: `http://127.0.0.1:${port}/v1`, asked, close }))
        })
      }
    ),
    ({ close }) => Effect.sync(close)
  )

const floats = [0.25, -1.5e-3, 2]
const base64 = Buffer.from(Float32Array.from(floats).buffer).toString("base64")
const listOf = (embedding: unknown, usage: unknown = { prompt_tokens: 5, total_tokens: 5 }) =>
  JSON.stringify({ object: "list", data: [{ object: "embedding", index: 0, embedding }], model: "e-1", usage })

const setUp = Effect.fnUntraced(function* (
  answer: (response: ServerResponse, index: number) => void,
  set: ReadonlyArray<string> = []
) {
  const upstream = yield* platform(answer)
  const base = yield* startSiku({
    set: [
      "ai.providers.up.preset=custom",
      `ai.providers.up.base_url=${upstream.url}`,
      "ai.providers.up.model=m",
      "ai.providers.up.api_keys=sk-first-key,sk-other-key",
      "ai.providers.claude.preset=anthropic",
      `ai.providers.claude.base_url=${upstream.url}`,
      "ai.providers.claude.api_keys=sk-a-key",
      "ai.max_retries=1",
      ...set
    ]
  })
  return { upstream, base, client: clientOf(base) }
})

const model = "up/e-1"
const Calls = Schema.Struct({
  calls: Schema.Array(
    Schema.Struct({
      role: Schema.String,
      outcome: Schema.String,
      attempts: Schema.Array(Schema.Struct({ outcome: Schema.String })),
      prompt_tokens: Schema.Int,
      estimated: Schema.Boolean
    })
  )
})
const callsAt = (base: string) =>
  Effect.map(manage(base, "GET", "/api/v1/calls"), ({ json }) => Schema.decodeUnknownSync(Calls)(json).calls)

describe("/v1/embeddings", () => {
  it.live("passes vectors on as they come, and keeps the call in the ledger", () =>
    Effect.gen(function* () {
      const { base, client, upstream } = yield* setUp((response) => response.end(listOf(base64)))
      const reply = yield* Effect.promise(() =>
        client.embeddings.create({ model, input: ["one", "two"], dimensions: 3 })
      )
      assert.deepStrictEqual(reply.data[0]?.embedding, [...Float32Array.from(floats)])
      assert.deepStrictEqual(
        upstream.asked.map(({ body, headers, url }) => [url, headers["authorization"], body]),
        [
          [
            "/v1/embeddings",
            "Bearer sk-first-key",
            { model: "e-1", input: ["one", "two"], encoding_format: "base64", dimensions: 3 }
          ]
        ]
      )
      const [call] = yield* callsAt(base)
      assert.deepInclude(call, { role: "embedding", outcome: "answered", prompt_tokens: 5, estimated: false })
    })
  )

  it.live("leaves the body as the platform wrote it, numbers and all", () =>
    Effect.gen(function* () {
      const text = listOf(floats).replace("0.25", "0.250000")
      const { base } = yield* setUp((response) => response.end(text))
      const seen = yield* send(`${base}/v1/embeddings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, input: [1, 2] })
      })
      assert.deepStrictEqual([seen.status, seen.text], [200, text])
    })
  )

  it.live("counts tokens itself where the platform tells none, and says so", () =>
    Effect.gen(function* () {
      const { base, client } = yield* setUp((response) => response.end(listOf(base64, null)))
      yield* Effect.promise(() => client.embeddings.create({ model, input: [[1, 2, 3], [4]] }))
      const [call] = yield* callsAt(base)
      assert.deepInclude(call, { prompt_tokens: 4, estimated: true })
    })
  )

  it.live("tries again what may pass, and goes to another key where one is refused", () =>
    Effect.gen(function* () {
      const { base, client, upstream } = yield* setUp((response, index) => {
        response.statusCode = [503, 401][index] ?? 200
        response.end(response.statusCode === 200 ? listOf(base64) : JSON.stringify({ error: { message: "no" } }))
      })
      yield* Effect.promise(() => client.embeddings.create({ model, input: "one" }))
      assert.strictEqual(new Set(upstream.asked.map(({ headers }) => headers["authorization"])).size, 2)
      const [call] = yield* callsAt(base)
      assert.deepStrictEqual(
        call?.attempts.map(({ outcome }) => outcome),
        ["Overloaded", "AuthFailed", "answered"]
      )
    })
  )

  const broken: ReadonlyArray<readonly [name: string, body: string]> = [
    ["cut", listOf(floats).slice(0, -20)],
    ["without vectors", JSON.stringify({ object: "list", data: [] })],
    ["with nothing for a vector", listOf(null)],
    ["of another kind", "<html>sign in</html>"],
    ["with an error", JSON.stringify({ error: { message: "worn out", code: "server_error" } })]
  ]
  for (const [name, body] of broken) {
    it.live(`fails for a reply ${name}`, () =>
      Effect.gen(function* () {
        const { client } = yield* setUp((response) => response.end(body), ["ai.max_retries=0"])
        const error = yield* rejectionOf(() => client.embeddings.create({ model, input: "one" }))
        assert.instanceOf(error, InternalServerError)
      })
    )
  }

  it.live("refuses by name what it cannot give", () =>
    Effect.gen(function* () {
      const { client, upstream } = yield* setUp((response) => response.end(listOf(base64)))
      const failing = (body: Record<string, unknown>) =>
        rejectionOf(() => client.post("/embeddings", { body: { model, input: "one", ...body } }))
      for (const name of ["nobody/e-1", "siku", "up", "up/"]) {
        const error = yield* failing({ model: name })
        assert.instanceOf(error, NotFoundError)
        assert.strictEqual(error.code, "model_not_found")
      }
      const other = yield* failing({ model: "claude/e-1" })
      assert.instanceOf(other, BadRequestError)
      assert.match(other.message, /anthropic/)
      for (const [body, param] of [
        [{ input: [] }, "input"],
        [{ input: undefined }, "input"],
        [{ encoding_format: "hex" }, "encoding_format"],
        [{ dimensions: 0 }, "dimensions"]
      ] as const) {
        const error = yield* failing(body)
        assert.instanceOf(error, BadRequestError)
        assert.strictEqual(error.param, param)
      }
      assert.strictEqual(upstream.asked.length, 0)
    })
  )
})
