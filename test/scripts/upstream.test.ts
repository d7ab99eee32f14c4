import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { Agent, request } from "node:http"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { dial } from "../../scripts/upstream/BareClient.ts"
import type { Seen } from "../../scripts/upstream/BareClient.ts"
import { readCommandLine } from "../../scripts/upstream/CommandLine.ts"
import type { Fault, FaultKind } from "../../scripts/upstream/Faults.ts"
import { faultNamed } from "../../scripts/upstream/NamedFaults.ts"
import * as StatusFaults from "../../scripts/upstream/StatusFaults.ts"
import type { Upstream } from "../../scripts/upstream/Upstream.ts"
import { upstream, UpstreamServer } from "../../scripts/upstream/UpstreamLayer.ts"

const question = "Which city is it?\nA. Paris\nB. Rome"
const answer = '{"answer":["Paris"]}'
const anHour = 3_600_000

const chatBody = (extra: object = {}) =>
  JSON.stringify({ model: "m", messages: [{ role: "user", content: question }], ...extra })
const post = (url: string, body: string) =>
  Effect.promise(async () => {
    const response = await fetch(url, { method: "POST", body })
    return { status: response.status, headers: response.headers, text: await response.text() }
  })
const ask = (up: Upstream, extra: object = {}) => post(`${up.url}/chat/completions`, chatBody(extra))
const statusesOf = (up: Upstream, calls: number) =>
  Effect.map(Effect.replicateEffect(ask(up), calls), (replies) => replies.map(({ status }) => status))
const when = (up: Upstream, holds: Parameters<Upstream["when"]>[0]) => Effect.promise(() => up.when(holds))

type Check = (seen: Seen, ending: "closed" | "reset") => void

/** What a client sees of a fault in each form of a reply, and how far it gets where the rest never comes. */
interface Case {
  readonly stallsAt?: (seen: Seen) => boolean
  readonly body: Check
  readonly stream: Check
}

const deltasIn = (body: string): ReadonlyArray<Record<string, string>> =>
  [...body.matchAll(/^data: (\{.*"delta".*)$/gm)].map(([, data = ""]) => JSON.parse(data).choices[0].delta)
const streamedIn = (body: string, field = "content") =>
  deltasIn(body).reduce((all, delta) => all + (delta[field] ?? ""), "")

const whole =
  (message: object): Check =>
  ({ body, complete, status }) => {
    assert.isTrue(complete && status === 200)
    assert.deepStrictEqual(JSON.parse(body).choices[0].message, { role: "assistant", ...message })
  }
const wholeStream =
  (content: string, reasoning = ""): Check =>
  ({ body, complete }) => {
    assert.isTrue(complete && body.endsWith("data: [DONE]\n\n"))
    assert.deepStrictEqual([streamedIn(body), streamedIn(body, "reasoning_content")], [content, reasoning])
  }
const errorWith =
  (expected: number): Check =>
  ({ body, complete, status }) => {
    assert.isTrue(complete && status === expected)
    assert.strictEqual(JSON.parse(body).error.type, "server_error")
  }
const half: Check = ({ announced, body, complete }) => {
  assert.isFalse(complete)
  assert.strictEqual(body.length, Math.floor(announced / 2))
}
const brokenStream: Check = ({ body, complete, status }) => {
  assert.isTrue(!complete && status === 200)
  assert.match(body, /^data: .*"delta":\{"role"/)
  assert.notMatch(body, /\[DONE\]/)
}
const someDeltas =
  (complete: boolean, last: RegExp): Check =>
  (seen) => {
    const content = streamedIn(seen.body)
    assert.isTrue(answer.startsWith(content) && content.length > 0 && content.length < answer.length, content)
    assert.notMatch(seen.body, /\[DONE\]|"finish_reason":"/)
    assert.match(seen.body, last)
    assert.strictEqual(seen.complete, complete)
  }
const headersOnly =
  (type: string): Check =>
  ({ body, head, status }) => {
    assert.isTrue(status === 200 && body === "")
    assert.include(head, `content-type: ${type}`)
  }
const noJson: Check = ({ body, complete, status }) => {
  assert.isTrue(complete && status === 200)
  assert.throws(() => JSON.parse(body.replace(/^data: |\n\ndata: \[DONE\]\n\n$/g, "")), SyntaxError)
}
const webPage: Check = ({ body, complete, head, status }) => {
  assert.isTrue(complete && status === 200)
  assert.include(head, "content-type: text/html")
  assert.match(body, /^<!DOCTYPE html>/)
}
const nothing =
  (expected: "closed" | "reset"): Check =>
  ({ head }, ending) => {
    assert.deepStrictEqual([head, ending], ["", expected])
  }

const thought = /^<think>[^<]+<\/think>\n\n\{"answer":\["Paris"\]\}$/
const fenced = `\`\`\`json\n${answer}\n\`\`\``
const nowhere = { stallsAt: () => true, body: nothing("closed"), stream: nothing("closed") }

// A record, so that a kind of fault without a case does not compile.
const cases: { readonly [Kind in FaultKind]: Case } = {
  status: { body: errorWith(500), stream: errorWith(500) },
  stallBeforeHeaders: nowhere,
  stallAfterHeaders: {
    stallsAt: ({ head }) => head !== "",
    body: headersOnly("application/json"),
    stream: headersOnly("text/event-stream")
  },
  stallMidBody: { stallsAt: ({ body }) => body !== "", body: half, stream: brokenStream },
  cutBody: { body: half, stream: brokenStream },
  cutStream: { body: half, stream: someDeltas(false, /\}\n\n$/) },
  endStreamEarly: { body: noJson, stream: someDeltas(true, /\}\n\n$/) },
  errorIn200: { body: errorWith(200), stream: errorWith(200) },
  errorMidStream: { body: errorWith(200), stream: someDeltas(true, /\n\ndata: \{"error":\{"message".*\n\n$/) },
  emptyCompletion: { body: whole({ content: "" }), stream: wholeStream("") },
  noChoices: {
    body: ({ body }) => assert.deepStrictEqual(JSON.parse(body).choices, []),
    stream: ({ body }) => assert.match(body, /^data: .*"choices":\[\].*\n\ndata: \[DONE\]\n\n$/)
  },
  badJson: { body: noJson, stream: noJson },
  html: { body: webPage, stream: webPage },
  resetOnConnect: { body: nothing("reset"), stream: nothing("reset") },
  slowHeaders: { body: whole({ content: answer }), stream: wholeStream(answer) },
  reasoningOnly: { body: whole({ content: "", reasoning_content: answer }), stream: wholeStream("", answer) },
  thinkTags: {
    body: ({ body }) => assert.match(JSON.parse(body).choices[0].message.content, thought),
    stream: ({ body }) => assert.match(streamedIn(body), thought)
  },
  codeFence: { body: whole({ content: fenced }), stream: wholeStream(fenced) }
}

const forms: ReadonlyArray<"body" | "stream"> = ["body", "stream"]
const brieflySlow: Fault = { kind: "slowHeaders", ms: 20 }

describe("an upstream's faults", () => {
  for (const [kind, expected] of Object.entries(cases)) {
    for (const form of forms) {
      it.effect(`${kind} is what the client of a ${form} sees, on the call it was meant for alone`, () =>
        Effect.gen(function* () {
          const fault = kind === "slowHeaders" ? brieflySlow : (faultNamed(kind) ?? "ok")
          const up = yield* upstream({ script: [fault, "ok"] })
          const call = dial(up.port, chatBody({ stream: form === "stream" }))
          yield* when(up, ({ calls }) => calls === 1)
          const { stallsAt } = expected
          if (stallsAt === undefined) {
            const ending = yield* Effect.promise(() => call.ended)
            expected[form](call.seen(), ending)
            assert.strictEqual((yield* ask(up)).status, 200)
          } else {
            yield* Effect.promise(() => call.until(stallsAt))
            // The whole of another call goes by, and still no more of this one has come.
            assert.strictEqual((yield* ask(up)).status, 200)
            expected[form](call.seen(), "closed")
            assert.strictEqual(up.active, 1)
            call.leave()
            yield* when(up, ({ aborted }) => aborted === 1)
          }
          const outcome = stallsAt === undefined ? "faulted" : "aborted"
          assert.deepInclude(up.stats(), { calls: 2, active: 0, answered: 1, [outcome]: 1 })
          assert.deepStrictEqual([up.requests[0]?.fault, up.requests[0]?.outcome], [kind, outcome])
        })
      )
    }
  }

  it.effect.each([
    { fault: StatusFaults.rateLimited(), status: 429, code: "rate_limit_exceeded" },
    { fault: StatusFaults.quotaExhausted, status: 429, code: "insufficient_quota" },
    { fault: StatusFaults.serverError(503), status: 503, code: "overloaded" },
    { fault: StatusFaults.authFailed, status: 401, code: "invalid_api_key" },
    { fault: StatusFaults.noBalance, status: 402, code: "insufficient_balance" },
    { fault: StatusFaults.forbidden, status: 403, code: "unsupported_country" },
    { fault: StatusFaults.modelNotFound, status: 404, code: "model_not_found" },
    { fault: StatusFaults.contextTooLong, status: 400, code: "context_length_exceeded" },
    { fault: StatusFaults.contentFiltered, status: 400, code: "content_filter" }
  ])("an error $code comes with status $status in OpenAI's form", ({ code, fault, status }) =>
    Effect.gen(function* () {
      const reply = yield* ask(yield* upstream({ fallback: fault }))
      const { error } = JSON.parse(reply.text)
      assert.hasAllKeys(error, ["message", "type", "param", "code"])
      assert.deepStrictEqual([reply.status, error.code], [status, code])
    })
  )

  it.effect("a status can carry each form of retry-after, other headers and a body of its own", () =>
    Effect.gen(function* () {
      const up = yield* upstream({
        script: [
          StatusFaults.rateLimited({ retryAfterSeconds: 7 }),
          StatusFaults.rateLimited({ retryAfterMs: 250, headers: { "x-ratelimit-remaining": "0" } }),
          StatusFaults.serverError(503, { retryAfterDate: new Date(0) }),
          { kind: "status", status: 502, body: "bad gateway" }
        ]
      })
      assert.strictEqual((yield* ask(up)).headers.get("retry-after"), "7")
      const { headers } = yield* ask(up)
      assert.deepStrictEqual([headers.get("retry-after-ms"), headers.get("x-ratelimit-remaining")], ["250", "0"])
      assert.strictEqual((yield* ask(up)).headers.get("retry-after"), "Thu, 01 Jan 1970 00:00:00 GMT")
      assert.deepInclude(yield* ask(up), { status: 502, text: "bad gateway" })
    })
  )

  it.effect("go by the script first, then by request, then by the fallback, and the script can start anew", () =>
    Effect.gen(function* () {
      const up = yield* upstream({
        script: [StatusFaults.serverError(500), "ok", StatusFaults.serverError(502)],
        faultFor: (_, callIndex) => (callIndex === 3 ? StatusFaults.authFailed : undefined),
        fallback: StatusFaults.noBalance
      })
      assert.deepStrictEqual(yield* statusesOf(up, 5), [500, 200, 502, 401, 402])
      up.reset()
      assert.deepStrictEqual(yield* statusesOf(up, 2), [500, 200])
      up.configure({ script: [StatusFaults.modelNotFound], fallback: "ok" })
      assert.deepStrictEqual(yield* statusesOf(up, 3), [404, 401, 200])
    })
  )

  it.effect("drawn by rate depend on the seed alone, and come about as often as the rate says", () =>
    Effect.gen(function* () {
      const run = (seed: number) =>
        Effect.flatMap(upstream({ seed, faultRates: { 429: 0.3, forbidden: 0, 502: 0.1 } }), (up) =>
          statusesOf(up, 200)
        )
      const statuses = yield* run(7)
      assert.deepStrictEqual(yield* run(7), statuses)
      assert.notDeepEqual(yield* run(8), statuses)
      assert.approximately(statuses.filter((status) => status === 429).length, 60, 20)
      assert.approximately(statuses.filter((status) => status === 502).length, 20, 12)
    })
  )

  it.effect("and latencies that make no sense are refused, and change nothing", () =>
    Effect.gen(function* () {
      const up = yield* upstream()
      assert.throws(() => up.configure({ latencyMs: anHour, faultRates: { html: 0.7, badJson: 0.7 } }), RangeError)
      assert.throws(() => up.configure({ fallback: { kind: "html" }, faultRates: { html: -1 } }), RangeError)
      assert.throws(() => up.configure({ latencyMs: [20, 10] }), RangeError)
      assert.throws(() => up.configure({ latencyMs: 2 ** 31 }), RangeError)
      assert.include((yield* ask(up)).text, "Paris")
    })
  )
})

describe("an upstream's answers", () => {
  it.effect("name the first option, or repeat the beginning of the question", () =>
    Effect.gen(function* () {
      const up = yield* upstream()
      const contentOf = (text: string) => JSON.parse(text).choices[0].message.content
      assert.strictEqual(contentOf((yield* ask(up)).text), answer)
      const beginning = `${"思".repeat(39)}😀`
      const parts = [{ type: "text", text: `${beginning} and more` }]
      const other = yield* ask(up, { messages: [{ role: "user", content: parts }] })
      assert.strictEqual(contentOf(other.text), JSON.stringify({ answer: [`answer to ${beginning}`] }))
    })
  )

  it.effect("carry an id and their usage, worked out or as set", () =>
    Effect.gen(function* () {
      const reply = { content: "12345", reasoning: "123456789", cachedTokens: 3, finishReason: "length" }
      const up = yield* upstream({ answer: () => reply })
      const { headers, text } = yield* ask(up, { messages: [{ role: "user", content: "12345678" }] })
      const body = JSON.parse(text)
      assert.strictEqual(headers.get("x-request-id"), "req_0")
      assert.deepInclude(body, { id: "chatcmpl-0", object: "chat.completion", model: "m" })
      assert.strictEqual(body.choices[0].finish_reason, "length")
      assert.deepStrictEqual(body.usage, {
        prompt_tokens: 2,
        completion_tokens: 5,
        total_tokens: 7,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 3 }
      })
    })
  )

  it.effect("are streamed in pieces of whole characters, with usage only where it was asked for", () =>
    Effect.gen(function* () {
      const smiles = "😀".repeat(9)
      const up = yield* upstream({ answer: () => ({ content: smiles, reasoning: "why" }), chunkDelayMs: 1 })
      const { text } = yield* ask(up, { stream: true, stream_options: { include_usage: true } })
      const pieces = deltasIn(text).flatMap(({ content }) => (content ? [content] : []))
      assert.isTrue(pieces.length > 2 && pieces.every((piece) => piece.isWellFormed()))
      assert.deepStrictEqual([pieces.join(""), streamedIn(text, "reasoning_content")], [smiles, "why"])
      const events = text.split("\n\n")
      assert.match(events.at(-4) ?? "", /"delta":\{\},.*"finish_reason":"stop"\}\],"usage":null\}$/)
      assert.match(events.at(-3) ?? "", /"choices":\[\],"usage":\{"prompt_tokens":9,/)
      assert.strictEqual(events.at(-2), "data: [DONE]")
      assert.notMatch((yield* ask(up, { stream: true })).text, /usage/)
    })
  )

  it.effect("fail openly on a body that is no call, on an answer that throws, and on an unknown path", () =>
    Effect.gen(function* () {
      const up = yield* upstream({ answer: () => Promise.reject(new Error("no such line")) })
      assert.strictEqual((yield* post(`${up.url}/chat/completions`, "{")).status, 400)
      assert.include((yield* ask(up)).text, "no such line")
      assert.strictEqual((yield* post(`${up.url}/embeddings`, "{}")).status, 404)
      const seen = up.requests.map(({ body, path }) => [path.replace("/v1/", ""), body])
      assert.deepStrictEqual(seen, [
        ["chat/completions", "{"],
        ["chat/completions", JSON.parse(chatBody())],
        ["embeddings", {}]
      ])
      assert.strictEqual(up.calls, 2)
    })
  )
})

describe("an upstream", () => {
  it.effect("waits for its latency, which changes for the calls that come after", () =>
    Effect.gen(function* () {
      const up = yield* upstream({ script: [{ kind: "slowHeaders", ms: anHour }] })
      const slow = dial(up.port, chatBody())
      yield* when(up, ({ active }) => active === 1)
      up.configure({ latencyMs: anHour })
      const patient = dial(up.port, chatBody())
      yield* when(up, ({ active }) => active === 2)
      up.configure({ latencyMs: [30, 40] })
      const before = performance.now()
      assert.strictEqual((yield* ask(up)).status, 200)
      // Timers may fire up to a millisecond early.
      assert.isAtLeast(performance.now() - before, 29)
      assert.deepInclude(up.stats(), { calls: 3, active: 2, answered: 1 })
      assert.deepStrictEqual([slow.seen().head, patient.seen().head], ["", ""])
    })
  )

  it.effect("tells a client that left from a reply that ended, and says when it left", () =>
    Effect.gen(function* () {
      const up = yield* upstream({ latencyMs: anHour })
      const before = Date.now()
      const call = dial(up.port, chatBody())
      yield* when(up, ({ active }) => active === 1)
      assert.strictEqual(up.requests[0]?.outcome, "pending")
      call.leave()
      yield* when(up, ({ openSockets }) => openSockets === 0)
      assert.deepInclude(up.stats(), { calls: 1, active: 0, answered: 0, aborted: 1 })
      assert.strictEqual(up.requests[0]?.outcome, "aborted")
      assert.deepStrictEqual([...up.abortedAt], [up.requests[0]?.endedAt])
      assert.isAtLeast(up.abortedAt[0] ?? 0, before)
    })
  )

  it.effect("holds hundreds of calls at once, keeps their connections and remembers the last of them", () =>
    Effect.gen(function* () {
      let release = (_answer: string): void => {}
      const gate = new Promise<string>((resolve) => (release = resolve))
      const up = yield* upstream({ answer: () => gate, keepRequests: 10 })
      const agent = new Agent({ keepAlive: true, maxFreeSockets: 500 })
      const call = Effect.promise(async () => {
        const sent = request(`${up.url}/chat/completions`, { agent, method: "POST" }).end(chatBody())
        const [response] = await once(sent, "response")
        return text(response)
      })
      const calls = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 500 }, () => call),
          { concurrency: 500 }
        )
      )
      yield* when(up, ({ active }) => active === 500)
      release("now")
      assert.isTrue((yield* Fiber.join(calls)).every((reply) => reply.includes('"now"')))
      yield* Effect.replicateEffect(call, 20)
      assert.deepInclude(up.stats(), { calls: 520, answered: 520, active: 0, openSockets: 500 })
      assert.lengthOf(up.requests, 10)
      agent.destroy()
    })
  )

  it.effect("closes at once under stalled calls and idle connections, and blames no client for it", () =>
    Effect.gen(function* () {
      const up = yield* upstream({ script: ["ok"], fallback: { kind: "stallAfterHeaders" } })
      yield* ask(up)
      const silent = once(connect(up.port, "127.0.0.1").resume(), "close")
      const stalled = Array.from({ length: 20 }, () => dial(up.port, chatBody()).ended)
      yield* when(up, ({ active, openSockets }) => active === 20 && openSockets >= 21)
      const never = up.when(({ calls }) => calls === 1000).then(() => "it happened", String)
      yield* Effect.promise(() => Promise.all([up.close(), up.close(), silent, ...stalled]))
      assert.include(yield* Effect.promise(() => never), "closed before")
      assert.deepInclude(up.stats(), { active: 0, aborted: 0, openSockets: 0 })
    })
  )

  it.effect("lists one model and is steered from another process", () =>
    Effect.gen(function* () {
      const up = yield* upstream({ model: "only" })
      const get = (path: string) => Effect.promise(async () => (await fetch(new URL(path, up.url))).json())
      const steer = (path: string, body: object) => post(new URL(path, up.url).href, JSON.stringify(body))
      assert.nestedPropertyVal(yield* get("/v1/models"), "data[0].id", "only")
      yield* steer("/__configure", { latencyMs: [0, 1], faultRates: { 503: 1 } })
      assert.deepStrictEqual(yield* statusesOf(up, 2), [503, 503])
      assert.deepInclude(yield* get("/__stats"), { calls: 2, faulted: 2, answered: 0, active: 0 })
      assert.strictEqual((yield* steer("/__configure", { latency: 5 })).status, 400)
      assert.include((yield* steer("/__reset", {})).text, '"calls":0')
      assert.lengthOf(up.requests, 0)
    })
  )

  it.effect("lives as long as its scope, also as a layer", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const up = yield* Scope.provide(upstream(), scope)
      assert.strictEqual((yield* ask(up)).status, 200)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => fetch(up.url)))))
      const reply = Effect.flatMap(UpstreamServer, (up) => ask(up))
      const layer = UpstreamServer.layer({ fallback: StatusFaults.forbidden })
      assert.strictEqual((yield* Effect.provide(reply, layer)).status, 403)
    })
  )
})

describe("the upstream's command", () => {
  it("reads its options and says what is wrong with them", () => {
    const args = ["--port", "9009", "--latency", "50-80", "--fault-rate", "429=0.1", "--fault-rate", "html=0.2"]
    assert.deepStrictEqual(readCommandLine(args), {
      kind: "run",
      options: { port: 9009, latencyMs: [50, 80], faultRates: { 429: 0.1, html: 0.2 }, keepRequests: 0 }
    })
    assert.deepStrictEqual(readCommandLine(["--help"]), { kind: "help" })
    for (const wrong of ["--latency=fast", "--latency=1-2-3", "--fault-rate=429", "--speed=1"]) {
      assert.strictEqual(readCommandLine([wrong]).kind, "wrong", wrong)
    }
  })

  it("prints its URL, serves, and stops on SIGTERM", async () => {
    const main = fileURLToPath(new URL("../../scripts/upstream/main.ts", import.meta.url))
    const child = spawn(process.execPath, [main, "--fault-rate", "402=1"], { stdio: ["ignore", "pipe", "inherit"] })
    const exited = once(child, "exit")
    try {
      const [line] = await once(child.stdout.setEncoding("utf8"), "data")
      assert.match(line, /^http:\/\/127\.0\.0\.1:\d+\/v1\n$/)
      const response = await fetch(`${String(line).trim()}/chat/completions`, { method: "POST", body: chatBody() })
      assert.strictEqual(response.status, 402)
    } finally {
      child.kill("SIGTERM")
    }
    assert.deepStrictEqual(await exited, [0, null])
  })
})
