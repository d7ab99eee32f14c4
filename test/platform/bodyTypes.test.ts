// What bodies are taken, before any of them is read.
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { exchange } from "../../scripts/exposure/Attempt.ts"
import { adminKey } from "../support/config.ts"
import { type Seen, send, startSiku } from "../support/siku.ts"

const authorization = `Bearer ${adminKey}`
const title = "加拿大的首都是哪座城市？"
const body = JSON.stringify({ title, text: "x", model: "demo", input: "x", messages: [] })

/** Routes that read a JSON body, some of each form of error. */
const jsonRoutes: ReadonlyArray<readonly [method: string, path: string]> = [
  ["POST", "/v1/chat/completions"],
  ["POST", "/v1/responses"],
  ["POST", "/v1/embeddings"],
  ["POST", "/v1/messages"],
  ["POST", "/v1/messages/count_tokens"],
  ["POST", "/v1/runs"],
  ["POST", "/api/v1/predict"],
  ["POST", "/api/v1/questions"],
  ["POST", "/api/v1/keys"],
  ["POST", "/api/v1/providers"],
  ["PATCH", "/api/v1/settings"]
]
const quizRoutes = ["/api/v1/query", "/api/query", "/adapter-service/search", "/api/v1/adapter-service/search"]

const otherTypes = [
  "text/plain",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain; application/json",
  "application/jsonp",
  "text/json"
]

/** Whether a reply is a 415 in the form of its address. */
const assertUnsupported = (path: string, { json, status, text }: Seen, what: string) => {
  assert.strictEqual(status, 415, `${what}: ${text}`)
  const error: unknown = json["error"]
  if (path.startsWith("/v1/messages")) {
    assert.deepInclude(json, { type: "error" })
    assert.deepInclude(error, { type: "invalid_request_error" })
  } else if (/^\/v1\/(?:chat|responses|embeddings)/.test(path)) {
    assert.deepInclude(error, { type: "invalid_request_error", code: "unsupported_media_type", param: null })
  } else assert.deepInclude(json, { status: 415, title: "Unsupported Media Type" })
}

describe("a body that is not said to be JSON", () => {
  it.live("is a 415 in the form of the address, on all routes but those of quiz clients", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const [method, path] of jsonRoutes) {
        for (const type of otherTypes) {
          const headers = { "content-type": type, authorization }
          const seen = yield* send(base + path, { method, headers, body })
          assertUnsupported(path, seen, `${path} ${type}`)
          assert.strictEqual(seen.headers.get("accept"), "application/json")
        }
        // As a page sends a blob without a type.
        const untyped = yield* send(base + path, {
          method,
          headers: { authorization },
          body: new Uint8Array(Buffer.from(body))
        })
        assertUnsupported(path, untyped, path)
        for (const type of ["application/json", "Application/JSON ; charset=utf-8"]) {
          const seen = yield* send(base + path, { method, headers: { "content-type": type, authorization }, body })
          assert.notInclude([401, 415], seen.status, `${path} ${type}`)
        }
      }
    })
  )

  it.live("is read on the routes of quiz clients, whatever it is said to be", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const path of quizRoutes) {
        for (const type of [...otherTypes.slice(0, 2), "application/json", "image/png", ""]) {
          const seen = yield* send(base + path, {
            method: "POST",
            headers: type === "" ? {} : { "content-type": type },
            body: new Uint8Array(Buffer.from(body))
          })
          assert.include(seen.text, title, `${path} ${type}`)
        }
      }
    })
  )

  it.live("does not matter where none is read", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const headers = { authorization }
      for (const body of ["", "x"]) {
        const seen = yield* send(`${base}/v1/responses/resp_x/cancel`, { method: "POST", headers, body })
        assert.strictEqual(seen.status, 404)
      }
    })
  )
})

describe("a body that is compressed", () => {
  const compressed = new Uint8Array(gzipSync(body))

  it.live("is a 415 that says what would do, and for a quiz client a reply that says so", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const coding of ["gzip", "br", "deflate", "zstd", "gzip, identity", "nonsense"]) {
        const headers = { "content-type": "application/json", "content-encoding": coding, authorization }
        for (const [method, path] of jsonRoutes) {
          const seen = yield* send(base + path, { method, headers, body: compressed })
          assertUnsupported(path, seen, `${path} ${coding}`)
          assert.strictEqual(seen.headers.get("accept-encoding"), "identity")
        }
        for (const path of ["/api/v1/questions/import?name=a.jsonl", "/api/v1/auth/token"]) {
          const seen = yield* send(base + path, { method: "POST", headers, body: compressed })
          assert.deepInclude(seen.json, { status: 415 }, path)
        }
        for (const path of quizRoutes) {
          const seen = yield* send(base + path, { method: "POST", headers, body: compressed })
          assert.deepInclude(seen.json, { code: 0 }, path)
          assert.match(seen.text, /压缩/)
        }
      }
      const plain = { "content-type": "application/json", "content-encoding": "identity", authorization }
      const seen = yield* send(`${base}/api/v1/query`, { method: "POST", headers: plain, body })
      assert.include(seen.text, title)
    })
  )

  it.live("is refused before any of it has come", () =>
    Effect.gen(function* () {
      const port = Number(new URL(yield* startSiku()).port)
      const head = [
        "POST /v1/chat/completions HTTP/1.1",
        `Host: 127.0.0.1:${port}`,
        "Content-Type: application/json",
        "Content-Encoding: gzip",
        "Content-Length: 1000000"
      ]
      const reply = yield* exchange(port, `${head.join("\r\n")}\r\n\r\n`)
      assert.strictEqual(reply?.status, 415)
    })
  )
})
