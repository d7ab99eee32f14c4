// A web page in the browser of whoever runs the service is on this machine, too, and is no program of theirs.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { exchange } from "../../scripts/exposure/Attempt.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { adminKey } from "../support/config.ts"
import { startSiku } from "../support/siku.ts"

type Headers = Readonly<Record<string, string>>

/** What costs money, or begins to. */
const spending: ReadonlyArray<readonly [method: string, path: string, body: object | undefined]> = [
  ["GET", "/api/v1/query?title=从未见过的问题是什么", undefined],
  ["GET", "/api/query?title=从未见过的问题是什么", undefined],
  ["POST", "/api/v1/query", { title: "从未见过的问题是什么" }],
  ["POST", "/adapter-service/search", { question: "从未见过的问题是什么" }],
  ["POST", "/v1/chat/completions", { model: "custom/m", messages: [{ role: "user", content: "x" }] }],
  ["POST", "/v1/responses", { model: "custom/m", input: "x" }],
  ["POST", "/v1/messages", { model: "custom/m", max_tokens: 9, messages: [{ role: "user", content: "x" }] }],
  ["POST", "/v1/runs", { model: "siku", messages: [{ role: "user", content: "x" }] }],
  ["POST", "/v1/embeddings", { model: "custom/m", input: "x" }],
  ["POST", "/api/v1/predict", { text: "x" }]
]

const simple = "text/plain;charset=UTF-8"

/** Requests as browsers write them for pages of elsewhere. */
const pages = (port: number): ReadonlyArray<readonly [name: string, headers: Headers]> => [
  ["a page's fetch", { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
  ["a page's fetch in an old browser", { origin: "https://evil.example" }],
  ["an image, a script or a link", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["a page of a program next door", { origin: "http://localhost:3000", "sec-fetch-site": "same-site" }],
  ["an image of one", { "sec-fetch-site": "same-site" }],
  ["a frame without an origin", { origin: "null", "sec-fetch-site": "cross-site" }],
  ["a file without an origin", { origin: "null" }],
  ["a name like this machine's", { origin: `http://127.0.0.1.evil.example:${port}` }],
  ["a name that begins alike", { origin: `http://127.0.0.1:${port}.evil.example` }],
  ["the same host by https", { origin: `https://127.0.0.1:${port}` }],
  ["an origin like an extension's", { origin: "https://chrome-extension://evil" }],
  ["every origin", { origin: "*" }],
  ["no origin at all", { origin: "" }],
  ["a socket", { origin: "https://evil.example", connection: "Upgrade", upgrade: "websocket" }]
]

/** Requests of what the user runs: userscripts ask through their manager, which is an extension. */
const own = (port: number): ReadonlyArray<readonly [name: string, headers: Headers]> => [
  ["a program", {}],
  ["Tampermonkey in Chrome, which takes Origin off", { "sec-fetch-site": "none", "sec-fetch-mode": "cors" }],
  [
    "ScriptCat in Chrome",
    {
      origin: "chrome-extension://ndcooeababalnlpkfedmmbbbgkljhpjf",
      "sec-fetch-site": "none",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty"
    }
  ],
  [
    "an extension without the permission for this host",
    { origin: "chrome-extension://ndcooeababalnlpkfedmmbbbgkljhpjf", "sec-fetch-site": "cross-site" }
  ],
  [
    "Tampermonkey in Firefox",
    { origin: "moz-extension://5f5b1d0e-26f3-4a5c-b2f6-1f0f0d3a2f11", "sec-fetch-site": "same-origin" }
  ],
  ["Tampermonkey in Safari", { origin: "safari-web-extension://012345-6578-9ABC-DEF0-1234567890AB" }],
  ["a desktop program", { origin: "file://", "sec-fetch-site": "cross-site" }],
  ["another", { origin: "app://obsidian.md", "sec-fetch-site": "cross-site" }],
  ["the service's own page", { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" }],
  ["the service's own page, by GET", { "sec-fetch-site": "same-origin" }],
  ["an address typed by hand", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }]
]

const send = (port: number, [method, path, body]: (typeof spending)[number], headers: Headers, type: string) => {
  const text = body === undefined ? "" : JSON.stringify(body)
  const given = {
    host: `127.0.0.1:${port}`,
    ...headers,
    ...(body === undefined ? {} : { "content-type": type, "content-length": String(Buffer.byteLength(text)) })
  }
  const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}`)
  return Effect.map(
    exchange(port, `${method} ${encodeURI(path)} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${text}`),
    (reply) => ({ status: reply?.status, text: reply?.body.toString("utf8") ?? "" })
  )
}

const start = Effect.fnUntraced(function* (set: ReadonlyArray<string> = []) {
  const model = yield* upstream({ answer: () => "甲" })
  const base = yield* startSiku({
    set: [
      "ai.providers.custom.preset=custom",
      `ai.providers.custom.base_url=${model.url}`,
      "ai.providers.custom.model=m",
      ...set
    ]
  })
  return { model, port: Number(new URL(base).port) }
})

const isQuiz = (path: string) => /query|adapter-service/.test(path)

describe("a web page that nobody named", { timeout: 60_000 }, () => {
  for (const set of [[], ["server.cors_origins=https://quiz.example"], ["security.authentication=off"]]) {
    it.live(`gets no answer without a key, nor costs any (${set[0] ?? "as by default"})`, () =>
      Effect.gen(function* () {
        const { model, port } = yield* start(set)
        for (const [name, headers] of pages(port))
          for (const route of spending)
            for (const type of [simple, "application/json"]) {
              const seen = yield* send(port, route, headers, type)
              const what = `${name}: ${route[0]} ${route[1]} ${type}: ${seen.status} ${seen.text}`
              if (!isQuiz(route[1])) assert.strictEqual(seen.status, 401, what)
              else {
                assert.strictEqual(seen.status, 200, what)
                assert.match(seen.text, /"code":0,"msg":"网页直接提问需要密钥.*GM_xmlhttpRequest/, what)
              }
            }
        assert.strictEqual(model.calls, 0)
      })
    )
  }

  it.live("may ask with a key", () =>
    Effect.gen(function* () {
      const { port } = yield* start()
      const headers = { origin: "https://evil.example", authorization: `Bearer ${adminKey}` }
      for (const route of spending.slice(0, 5)) {
        const seen = yield* send(port, route, headers, "application/json")
        assert.strictEqual(seen.status, 200, seen.text)
        assert.notMatch(seen.text, /密钥/)
      }
    })
  )
})

describe("what somebody runs on this machine", { timeout: 60_000 }, () => {
  it.live("asks without a key, the quiz client by what its manager sends, and so does a page that is named", () =>
    Effect.gen(function* () {
      const { model, port } = yield* start(["server.cors_origins=https://quiz.example"])
      const named = { origin: "https://quiz.example", "sec-fetch-site": "cross-site" }
      for (const [name, headers] of [...own(port), ["a page that is named", named] as const]) {
        const before = model.calls
        for (const route of spending.filter(([, path]) => !path.endsWith("/embeddings"))) {
          const seen = yield* send(port, route, headers, isQuiz(route[1]) ? simple : "application/json")
          assert.include([200, 202], seen.status, `${name}: ${route[0]} ${route[1]}: ${seen.text}`)
          assert.notMatch(seen.text, /密钥/, name)
        }
        assert.isAbove(model.calls, before, name)
      }
    })
  )
})
