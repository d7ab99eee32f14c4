import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { APIError, APIUserAbortError, BadRequestError, NotFoundError, RateLimitError } from "openai"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { send, startSiku } from "../../support/siku.ts"
import { toolUpstream } from "../messages/toolUpstream.ts"
import { clientOf, passThrough, rejectionOf, sikuOverUpstream } from "../support/overSockets.ts"
import { assertInOrder, decodeResponse, eventsIn } from "./official.ts"

const answer = "The shorter waves are scattered more."
const input = "Why is the sky blue?"
const direct = { model: "siku", thinking: { mode: "direct" }, input }

const json = { "content-type": "application/json" }
const post = (base: string, body: unknown) =>
  send(`${base}/v1/responses`, { method: "POST", headers: json, body: JSON.stringify(body) })

const Asked = Schema.Struct({ messages: Schema.Array(Schema.Struct({ role: Schema.String, content: Schema.Unknown })) })
const messagesOf = (request: { readonly body: unknown } | undefined) =>
  Schema.decodeUnknownSync(Asked)(request?.body).messages

describe("OpenAI's client at /v1/responses", () => {
  it.live("gets a response, and reads it again until it is deleted", () =>
    Effect.gen(function* () {
      const { client } = yield* sikuOverUpstream({ answer: () => answer })
      const response = yield* Effect.promise(() =>
        client.responses.create({ model: passThrough, input, instructions: "Be brief.", metadata: { of: "a test" } })
      )
      decodeResponse(response)
      assert.strictEqual(response.output_text, answer)
      assert.deepInclude(response, { status: "completed", instructions: "Be brief.", metadata: { of: "a test" } })
      assert.isAbove(response.usage?.total_tokens ?? 0, 0)
      const { output_text: _, ...body } = response
      const again = yield* Effect.promise(() => client.responses.retrieve(response.id))
      assert.deepInclude(again, body)
      const items = yield* Effect.promise(() => client.responses.inputItems.list(response.id))
      assert.deepInclude(items.data[0], {
        type: "message",
        role: "user",
        content: [{ type: "input_text", text: input }]
      })
      yield* Effect.promise(() => client.responses.delete(response.id))
      assert.instanceOf(yield* rejectionOf(() => client.responses.retrieve(response.id)), NotFoundError)
    })
  )

  it.live("gets every event of a stream in the official form, and puts them together as the whole response", () =>
    Effect.gen(function* () {
      const { base, client } = yield* sikuOverUpstream({ answer: () => answer, fallback: { kind: "thinkTags" } })
      for (const body of [{ model: passThrough, input }, direct]) {
        const seen = yield* post(base, { ...body, stream: true })
        assert.match(seen.headers.get("content-type") ?? "", /^text\/event-stream/)
        assertInOrder(eventsIn(seen.text))
      }
      const stream = client.responses.stream({ model: passThrough, input })
      const final = yield* Effect.promise(() => stream.finalResponse())
      assert.deepStrictEqual([final.status, final.output_text], ["completed", answer])
      const thought = final.output.find((item) => item.type === "reasoning")
      assert.isNotEmpty(thought?.summary[0]?.text)
      const kept = yield* Effect.promise(() => client.responses.retrieve(final.id))
      assert.deepStrictEqual(kept.output_text, answer)
    })
  )

  it.live("goes on from a response by its id, and from an item by its", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream({ answer: () => answer })
      const create = (body: Parameters<typeof client.responses.create>[0]) =>
        Effect.promise(() => client.responses.create({ ...body, stream: false }))
      const first = yield* create({ model: passThrough, input, instructions: "Be brief." })
      const second = yield* create({ model: passThrough, input: "And at dusk?", previous_response_id: first.id })
      assert.deepStrictEqual(messagesOf(server.requests.at(-1)), [
        { role: "user", content: input },
        { role: "assistant", content: answer },
        { role: "user", content: "And at dusk?" }
      ])
      yield* create({ model: passThrough, input: "And on Mars?", previous_response_id: second.id })
      assert.strictEqual(messagesOf(server.requests.at(-1)).length, 5)
      yield* create({
        model: passThrough,
        input: [
          { type: "item_reference", id: first.output[0]?.id ?? "" },
          { role: "user", content: "Really?" }
        ]
      })
      assert.deepStrictEqual(messagesOf(server.requests.at(-1)), [
        { role: "assistant", content: answer },
        { role: "user", content: "Really?" }
      ])
    })
  )

  it.live("keeps nothing where it is asked not to", () =>
    Effect.gen(function* () {
      const { client } = yield* sikuOverUpstream()
      const { id } = yield* Effect.promise(() => client.responses.create({ model: passThrough, input, store: false }))
      assert.instanceOf(yield* rejectionOf(() => client.responses.retrieve(id)), NotFoundError)
      const error = yield* rejectionOf(() =>
        client.responses.create({ model: passThrough, input, previous_response_id: id })
      )
      assert.instanceOf(error, BadRequestError)
      assert.strictEqual(error.param, "previous_response_id")
    })
  )

  it.live("calls functions and tells what came of them", () =>
    Effect.gen(function* () {
      const model = yield* toolUpstream([
        { name: "weather", arguments: '{"city":"Paris"}' },
        { name: "weather", arguments: '{"city":"Rome"}' }
      ])
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      const client = clientOf(base)
      const tools = [
        {
          type: "function" as const,
          name: "weather",
          strict: true,
          parameters: { type: "object", properties: { city: { type: "string" } } }
        }
      ]
      const asked = { model: "custom/m", tools }
      const whole = yield* Effect.promise(() => client.responses.create({ ...asked, input: "What is the weather?" }))
      decodeResponse(whole)
      const streamed = yield* post(base, { ...asked, input: "What is the weather?", stream: true })
      assertInOrder(eventsIn(streamed.text))
      const calls = whole.output.flatMap((item) => (item.type === "function_call" ? [item] : []))
      assert.deepStrictEqual(
        calls.map(({ arguments: given, call_id, name }) => [call_id, name, given]),
        [
          ["call_0", "weather", '{"city":"Paris"}'],
          ["call_1", "weather", '{"city":"Rome"}']
        ]
      )
      const outputs = calls.map(({ call_id }) => ({ type: "function_call_output" as const, call_id, output: "sunny" }))
      const told = yield* Effect.promise(() =>
        client.responses.create({ ...asked, input: outputs, previous_response_id: whole.id })
      )
      assert.strictEqual(told.output_text, "It is sunny.")
      const both = yield* Effect.promise(() =>
        client.responses.create({ ...asked, input: [{ role: "user", content: "Weather?" }, ...calls, ...outputs] })
      )
      assert.strictEqual(both.output_text, "It is sunny.")
    })
  )

  it.live("asks for JSON by a schema and gets it read", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream({ answer: () => '{"colour":"blue"}' })
      const schema = { type: "object", properties: { colour: { type: "string" } } }
      const parsed = yield* Effect.promise(() =>
        client.responses.parse({
          model: passThrough,
          input,
          text: { format: { type: "json_schema", name: "colour", schema, strict: true } }
        })
      )
      assert.deepStrictEqual(parsed.output_text, '{"colour":"blue"}')
      assert.deepInclude(server.requests.at(-1)?.body, {
        response_format: { type: "json_schema", json_schema: { name: "colour", schema, strict: true } }
      })
    })
  )
})

describe("a response in the background", () => {
  it.live("is thought through when nobody listens, and its events can be read as often as anyone likes", () =>
    Effect.gen(function* () {
      const { base, client } = yield* sikuOverUpstream({ answer: () => answer })
      const accepted = yield* post(base, { ...direct, background: true })
      assert.strictEqual(accepted.json["status"], "queued")
      const id = String(decodeResponse(accepted.json).id)
      const read = (query: string) => send(`${base}/v1/responses/${id}?stream=true${query}`)
      const all = eventsIn((yield* read("")).text)
      assertInOrder(all)
      for (const { sequence_number: seen } of all) {
        assert.deepStrictEqual(eventsIn((yield* read(`&starting_after=${seen}`)).text), all.slice(seen + 1))
      }
      const response = yield* Effect.promise(() => client.responses.retrieve(id))
      decodeResponse(response)
      assert.deepStrictEqual([response.status, response.output_text], ["completed", answer])
      const last = all.at(-1)
      assert.isTrue(last?.type === "response.completed" && last.response.output.length === 1)
      const next = yield* Effect.promise(() =>
        client.responses.create({ model: passThrough, input: "And at dusk?", previous_response_id: id })
      )
      assert.strictEqual(next.output_text, answer)
    })
  )

  it.live("is told of from the beginning to whoever asks for it as a stream", () =>
    Effect.gen(function* () {
      const { base } = yield* sikuOverUpstream({ answer: () => answer, latencyMs: 50 })
      const seen = yield* post(base, { ...direct, background: true, stream: true })
      const events = eventsIn(seen.text)
      assertInOrder(events)
      assert.strictEqual(events.at(-1)?.type, "response.completed")
    })
  )

  it.live("goes on after a restart, for those too who had seen how it began", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const model = yield* upstream({ answer: () => answer, fallback: { kind: "stallMidBody" } })
      const start = startSiku({
        environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
        set: [`database.url=sqlite:${folder}/siku.db`]
      })
      const id = yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* start
          const accepted = yield* post(base, { ...direct, background: true })
          yield* Effect.promise(() => model.when(({ active }) => active === 1))
          return String(accepted.json["id"])
        })
      )
      model.configure({ fallback: "ok" })
      const base = yield* start
      const rest = eventsIn((yield* send(`${base}/v1/responses/${id}?stream=true&starting_after=1`)).text)
      const all = eventsIn((yield* send(`${base}/v1/responses/${id}?stream=true`)).text)
      assertInOrder(all)
      assert.deepStrictEqual(rest, all.slice(2))
      const response = decodeResponse((yield* send(`${base}/v1/responses/${id}`)).json)
      assert.strictEqual(response.status, "completed")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("ends with all its calls when it is cancelled", () =>
    Effect.gen(function* () {
      const { base, client, server } = yield* sikuOverUpstream({ fallback: { kind: "stallMidBody" } })
      const accepted = yield* post(base, { ...direct, background: true })
      const id = String(accepted.json["id"])
      yield* Effect.promise(() => server.when(({ active }) => active === 1))
      const going = yield* Effect.promise(() => client.responses.retrieve(id))
      assert.strictEqual(decodeResponse(going).status, "in_progress")
      const cancelled = yield* Effect.promise(() => client.responses.cancel(id))
      assert.strictEqual(decodeResponse(cancelled).status, "cancelled")
      yield* Effect.promise(() => server.when(({ aborted, active }) => aborted === 1 && active === 0))
      const again = yield* Effect.promise(() => client.responses.cancel(id))
      assert.strictEqual(again.status, "cancelled")
      const events = eventsIn((yield* send(`${base}/v1/responses/${id}?stream=true`)).text)
      assertInOrder(events)
      assert.strictEqual(events.at(-1)?.type, "error")
    })
  )

  it.live("that is deleted asks no model any more", () =>
    Effect.gen(function* () {
      const { base, client, server } = yield* sikuOverUpstream({ fallback: { kind: "stallBeforeHeaders" } })
      const accepted = yield* post(base, { ...direct, background: true })
      yield* Effect.promise(() => server.when(({ active }) => active === 1))
      yield* Effect.promise(() => client.responses.delete(String(accepted.json["id"])))
      yield* Effect.promise(() => server.when(({ active }) => active === 0))
    })
  )

  it.live("that fails says why", () =>
    Effect.gen(function* () {
      const { base } = yield* sikuOverUpstream({ fallback: status.authFailed })
      const accepted = yield* post(base, { ...direct, background: true })
      const id = String(accepted.json["id"])
      const events = eventsIn((yield* send(`${base}/v1/responses/${id}?stream=true`)).text)
      assertInOrder(events)
      assert.deepStrictEqual(
        events.slice(-2).map(({ type }) => type),
        ["response.failed", "error"]
      )
      const response = decodeResponse((yield* send(`${base}/v1/responses/${id}`)).json)
      assert.strictEqual(response.status, "failed")
      assert.include(response.error?.message, "AuthFailed")
    })
  )

  it.live("is the only kind that can be cancelled or streamed again, and a model that is asked directly has none", () =>
    Effect.gen(function* () {
      const { base, client } = yield* sikuOverUpstream()
      const { id } = yield* Effect.promise(() => client.responses.create({ model: passThrough, input }))
      assert.instanceOf(yield* rejectionOf(() => client.responses.cancel(id)), BadRequestError)
      assert.strictEqual((yield* send(`${base}/v1/responses/${id}?stream=true`)).status, 400)
      const error = yield* rejectionOf(() => client.responses.create({ model: passThrough, input, background: true }))
      assert.instanceOf(error, BadRequestError)
      assert.strictEqual(error.param, "background")
    })
  )
})

describe("a response that fails", () => {
  it.live("is one of the client's own errors", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream()
      const failing = (fault: Fault) => {
        server.configure({ fallback: fault })
        return rejectionOf(() => client.responses.create({ model: passThrough, input }))
      }
      const long = yield* failing(status.contextTooLong)
      assert.instanceOf(long, BadRequestError)
      assert.strictEqual(long.param, "input")
      // The key rests from here on.
      const limited = yield* failing(status.rateLimited({ retryAfterSeconds: 7 }))
      assert.instanceOf(limited, RateLimitError)
      assert.strictEqual(limited.headers?.get("retry-after"), "7")
      const unknown = yield* rejectionOf(() => client.responses.create({ model: "up2/m", input }))
      assert.instanceOf(unknown, NotFoundError)
      assert.strictEqual(unknown.code, "model_not_found")
    })
  )

  const cuts: ReadonlyArray<Fault> = [
    { kind: "cutStream" },
    { kind: "cutBody" },
    { kind: "endStreamEarly" },
    { kind: "errorMidStream" },
    { kind: "stallMidBody" },
    { kind: "emptyCompletion" },
    { kind: "badJson" },
    { kind: "resetOnConnect" }
  ]
  for (const fault of cuts) {
    it.live(`is never taken for whole by a client that streams: ${fault.kind}`, () =>
      Effect.gen(function* () {
        const { base, client } = yield* sikuOverUpstream({ fallback: fault, answer: () => answer }, [
          "ai.timeout=1",
          "ai.providers.up.stall_timeout=1"
        ])
        const body = { model: passThrough, input }
        const error = yield* rejectionOf(() => client.responses.stream(body).finalResponse())
        assert.instanceOf(error, APIError)
        const seen = yield* post(base, { ...body, stream: true })
        if (seen.status === 200) {
          const events = eventsIn(seen.text)
          assertInOrder(events)
          assert.strictEqual(events.at(-1)?.type, "error")
          const created = events[0]
          const id = created?.type === "response.created" ? created.response.id : ""
          const kept = decodeResponse((yield* send(`${base}/v1/responses/${id}`)).json)
          assert.strictEqual(kept.status, "failed")
        } else assert.isAtLeast(seen.status, 500)
      })
    )
  }

  it.live("ends its call when the client leaves", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream({ fallback: { kind: "stallMidBody" }, answer: () => answer })
      const body = { model: passThrough, input }
      const stream = yield* Effect.promise(() => client.responses.create({ ...body, stream: true }))
      yield* Effect.promise(() => server.when(({ active }) => active === 1))
      stream.controller.abort()
      yield* Effect.promise(() => server.when(({ aborted, active }) => aborted === 1 && active === 0))
      const waiting = new AbortController()
      const left = rejectionOf(() => client.responses.create(body, { signal: waiting.signal }))
      const leave = Effect.promise(() => server.when(({ active }) => active === 1).then(() => waiting.abort()))
      const [error] = yield* Effect.all([left, leave], { concurrency: 2 })
      assert.instanceOf(error, APIUserAbortError)
      yield* Effect.promise(() => server.when(({ aborted, active }) => aborted === 2 && active === 0))
    })
  )
})

describe("a body that cannot be used", () => {
  const cases: ReadonlyArray<readonly [body: Record<string, unknown>, param: string | null]> = [
    [{ input: [{ type: "function_call" }] }, "input[0].call_id"],
    [{ input: [{ type: "computer_call", id: "x" }] }, "input[0].type"],
    [{ input: [{ role: "user", content: [{ type: "input_text" }] }] }, "input[0].content[0].text"],
    [{ input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] }, "input[0].content[0].type"],
    [
      { input: [{ role: "user", content: [{ type: "input_image", image_url: "ftp://x" }] }] },
      "input[0].content[0].image_url"
    ],
    [{ input: [{ role: "robot", content: "x" }] }, "input[0].role"],
    [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0].id"],
    [{ input: [] }, "input"],
    [{ input: 7 }, "input"],
    [{ model: undefined }, "model"],
    [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
    [{ tools: [{ type: "function" }] }, "tools[0].name"],
    [{ tool_choice: { type: "web_search" } }, "tool_choice.type"],
    [{ tool_choice: "sometimes" }, "tool_choice"],
    [{ text: { format: { type: "json_schema" } } }, "text.format.name"],
    [{ text: { verbosity: "low" } }, "text.verbosity"],
    [{ reasoning: { effort: "endless" } }, "reasoning.effort"],
    [{ temperature: 3 }, "temperature"],
    [{ max_output_tokens: 0 }, "max_output_tokens"],
    [{ truncation: "auto" }, "truncation"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "p" } }, "prompt"],
    [{ top_logprobs: 3 }, "top_logprobs"],
    [{ include: ["message.output_text.logprobs"] }, "include[0]"],
    [{ service_tier: "flex" }, "service_tier"],
    [{ background: true, store: false }, "store"],
    [{ previous_response_id: "resp_gone" }, "previous_response_id"],
    [{ model: "siku", tools: [{ type: "function", name: "f" }] }, "tools"]
  ]

  it.live("is refused with the place of what is wrong, before any model is asked", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream()
      for (const [body, param] of cases) {
        const seen = yield* post(base, { model: passThrough, input, ...body })
        const { error } = Schema.decodeUnknownSync(
          Schema.Struct({ error: Schema.Struct({ type: Schema.String, param: Schema.NullOr(Schema.String) }) })
        )(seen.json)
        assert.deepStrictEqual([seen.status, error.type, error.param], [400, "invalid_request_error", param], seen.text)
      }
      const seen = yield* send(`${base}/v1/responses`, { method: "POST", headers: json, body: "{" })
      assert.strictEqual(seen.status, 400)
      assert.strictEqual(server.calls, 0)
    })
  )
})
