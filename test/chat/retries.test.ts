// What of a request sent again holds for chat completions (`SharedTurns.test.ts`) holds for responses and messages.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { send } from "../support/siku.ts"
import { eventsIn as messageEvents, sdk } from "./messages/clients.ts"
import { eventsIn as responseEvents } from "./responses/official.ts"
import { clientOf, sikuOverUpstream } from "./support/overSockets.ts"

const answer = "Because blue light is scattered most of all."
const question = "Why is the sky blue?"
const keyed = { "idempotency-key": "a key" }
/** As clients of OpenAI and Anthropic mark what they send again. */
const again = { "x-stainless-retry-count": "1" }

const routes = [
  {
    path: "/v1/responses",
    id: /"(resp_[\w-]+)"/,
    body: (more: object) => ({ model: "up/m", input: question, ...more }),
    run: { model: "siku:standard@up/m", reasoning: { effort: "minimal" } },
    typesIn: (text: string): ReadonlyArray<string> => responseEvents(text).map(({ type }) => type)
  },
  {
    path: "/v1/messages",
    id: /"(msg_[\w-]+)"/,
    body: (more: object) => ({
      model: "up/m",
      max_tokens: 100,
      messages: [{ role: "user", content: question }],
      ...more
    }),
    run: { model: "siku:standard@up/m", thinking: { type: "disabled" } },
    typesIn: (text: string): ReadonlyArray<string> => messageEvents(text).map(({ type }) => type)
  }
] as const

for (const { body, id, path, run, typesIn } of routes) {
  const post = (base: string, more: object, headers: Record<string, string> = {}) =>
    send(`${base}${path}`, {
      method: "POST",
      body: JSON.stringify(body(more)),
      headers: { "content-type": "application/json", ...headers }
    })
  const idIn = (text: string) => id.exec(text)?.[1]

  describe(`a request that is sent again to ${path}`, () => {
    for (const stream of [true, false]) {
      const how = stream ? "streamed" : "whole"

      it.live(`with the same key joins the turn under way, from its beginning, and gets the same id: ${how}`, () =>
        Effect.gen(function* () {
          const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 30, latencyMs: 200 })
          const first = yield* Effect.forkChild(post(base, { stream }, keyed))
          yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
          const second = yield* post(base, { stream }, keyed)
          const { status, text } = yield* Fiber.join(first)
          assert.strictEqual(status, 200, text)
          assert.isDefined(idIn(text))
          assert.strictEqual(second.text, text)
          if (stream) typesIn(text)
          assert.strictEqual(server.calls, 1)
        })
      )

      it.live(`with the same key finds what nobody read meanwhile, and what has ended: ${how}`, () =>
        Effect.gen(function* () {
          const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 30, latencyMs: 200 })
          const first = yield* Effect.forkChild(post(base, { stream }, keyed))
          yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
          yield* Fiber.interrupt(first)
          yield* Effect.promise(() => server.when(({ answered }) => answered === 1))
          const second = yield* post(base, { stream }, keyed)
          const third = yield* post(base, { stream }, keyed)
          assert.strictEqual(third.text, second.text)
          assert.deepStrictEqual([second.status, server.calls], [200, 1], second.text)
        })
      )

      it.live(`with the same key after a failure is asked anew: ${how}`, () =>
        Effect.gen(function* () {
          const { base, server } = yield* sikuOverUpstream({
            script: [{ kind: "html" }, { kind: "cutStream" }, "ok"],
            answer: () => answer
          })
          assert.strictEqual((yield* post(base, { stream }, keyed)).status, 502)
          const cut = yield* post(base, { stream }, keyed)
          if (stream) assert.strictEqual(typesIn(cut.text).at(-1), "error")
          else assert.strictEqual(cut.status, 502)
          const whole = yield* post(base, { stream }, keyed)
          assert.strictEqual(whole.status, 200)
          assert.notStrictEqual(idIn(whole.text), idIn(cut.text))
          assert.strictEqual(server.calls, 3)
        })
      )

      it.live(`by a client that says so joins the run under way, which goes on when the first one leaves: ${how}`, () =>
        Effect.gen(function* () {
          const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 30, latencyMs: 1500 })
          const first = yield* Effect.forkChild(post(base, { ...run, stream }))
          yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
          const second = yield* Effect.forkChild(post(base, { ...run, stream }, again))
          const third = yield* Effect.forkChild(post(base, { ...run, stream }, again))
          // Nothing tells from outside that they have joined; the model takes longer than this.
          yield* Effect.sleep("700 millis")
          yield* Fiber.interrupt(first)
          const { status, text } = yield* Fiber.join(second)
          assert.deepStrictEqual([status, (yield* Fiber.join(third)).text], [200, text])
          assert.strictEqual(server.calls, 1)
          // Nobody tries again: two that look the same are two.
          server.reset()
          yield* Effect.all([post(base, { ...run, stream }), post(base, { ...run, stream })], { concurrency: 2 })
          assert.strictEqual(server.calls, 2)
        })
      )
    }

    it.live("with the same key and another body, or to another route, is refused", () =>
      Effect.gen(function* () {
        const { base, server } = yield* sikuOverUpstream({ answer: () => answer })
        yield* post(base, {}, keyed)
        const other = yield* post(base, { temperature: 0.5 }, keyed)
        assert.strictEqual(other.status, 400)
        assert.match(other.text, /Idempotency-Key/)
        const chat = { model: "up/m", messages: [{ role: "user", content: question }] }
        const elsewhere = yield* send(`${base}/v1/chat/completions`, {
          method: "POST",
          body: JSON.stringify(chat),
          headers: { "content-type": "application/json", ...keyed }
        })
        assert.strictEqual(elsewhere.status, 400)
        // Another caller's key is another key.
        const caller = yield* post(base, { temperature: 0.5 }, { ...keyed, "x-api-key": "another" })
        assert.deepStrictEqual([caller.status, server.calls], [200, 2])
      })
    )
  })
}

const patience = { headers: keyed, timeout: 400, maxRetries: 5 }

describe("a client that gives up and tries again by itself", () => {
  it.live("gets the one response of OpenAI's that it paid for, which is kept once", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, latencyMs: 900 })
      const client = clientOf(base)
      const ask = () => client.responses.create({ model: "up/m", input: question }, patience)
      const response = yield* Effect.promise(ask)
      assert.deepStrictEqual([response.output_text, server.calls], [answer, 1])
      assert.strictEqual((yield* Effect.promise(ask)).id, response.id)
      const kept = yield* Effect.promise(() => client.responses.retrieve(response.id))
      assert.strictEqual(kept.id, response.id)
      const next = yield* Effect.promise(() =>
        client.responses.create({ model: "up/m", input: "And at dusk?", previous_response_id: response.id })
      )
      assert.deepStrictEqual([next.status, server.calls], ["completed", 2])
    })
  )

  it.live("gets the one message of Anthropic's", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, latencyMs: 900 })
      const ask = () =>
        sdk(base).messages.create(
          { model: "up/m", max_tokens: 100, messages: [{ role: "user", content: question }] },
          patience
        )
      const message = yield* Effect.promise(ask)
      assert.strictEqual((yield* Effect.promise(ask)).id, message.id)
      assert.strictEqual(server.calls, 1)
    })
  )
})

describe("a response in the background that is asked for again", () => {
  const Begun = Schema.Struct({ id: Schema.String, status: Schema.String })
  const background = {
    model: "siku:standard@up/m",
    reasoning: { effort: "minimal" },
    input: question,
    background: true
  }
  const post = (base: string, more: object, headers: Record<string, string>) =>
    Effect.map(
      send(`${base}/v1/responses`, {
        method: "POST",
        body: JSON.stringify({ ...background, ...more }),
        headers: { "content-type": "application/json", ...headers }
      }),
      ({ text }) => text
    )

  for (const [name, headers] of [
    ["with its key", [keyed, keyed]],
    ["by a client that tries again", [{}, again]]
  ] as const)
    it.live(`${name} is the one that is under way`, () =>
      Effect.gen(function* () {
        const { base, server } = yield* sikuOverUpstream({ answer: () => answer, latencyMs: 200 })
        const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Begun))
        const first = decode(yield* post(base, {}, headers[0]))
        const second = decode(yield* post(base, {}, headers[1]))
        assert.strictEqual(second.id, first.id)
        const streamed = yield* post(base, { stream: true }, { "idempotency-key": "another" })
        const events = yield* post(base, { stream: true }, { "idempotency-key": "another" })
        assert.strictEqual(events, streamed)
        assert.strictEqual(responseEvents(events).at(-1)?.type, "response.completed")
        yield* Effect.promise(() => server.when(({ answered }) => answered === 2))
        assert.strictEqual(server.calls, 2)
      })
    )
})
