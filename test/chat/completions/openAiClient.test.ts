import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  APIConnectionTimeoutError,
  APIUserAbortError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError
} from "openai"
import { send, startSiku } from "../../support/siku.ts"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { asCompletion, asError, asFrames, asModels } from "../support/officialForm.ts"
import { clientOf, passThrough as model, rejectionOf, sikuOverUpstream, watchedClient } from "../support/overSockets.ts"

const messages = [{ role: "user" as const, content: "Why is the sky blue?" }]
const answer = "Because blue light is scattered most. 因为蓝光散射最强。"

describe("OpenAI's own client", () => {
  it.live("gets the same reply whole, streamed and through its stream helper, in the official form", () =>
    Effect.gen(function* () {
      const reply = { content: answer, reasoning: "Rayleigh.", promptTokens: 20, completionTokens: 30, cachedTokens: 5 }
      const { base } = yield* sikuOverUpstream({ answer: () => ({ ...reply, reasoningTokens: 10 }) })
      const { bodies, client } = watchedClient(base)
      const whole = yield* Effect.promise(() => client.chat.completions.create({ model, messages }))
      const usage = {
        prompt_tokens: 20,
        completion_tokens: 30,
        total_tokens: 50,
        prompt_tokens_details: { cached_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 10 }
      }
      assert.deepStrictEqual(
        [whole.choices[0]?.message.content, whole.choices[0]?.finish_reason, whole.model],
        [answer, "stop", model]
      )
      assert.deepStrictEqual(whole.usage, usage)
      let streamed = ""
      yield* Effect.promise(async () => {
        for await (const { choices } of await client.chat.completions.create({ model, messages, stream: true })) {
          streamed += choices[0]?.delta.content ?? ""
        }
      })
      assert.strictEqual(streamed, answer)
      const helped = yield* Effect.promise(() =>
        client.chat.completions
          .stream({ model, messages, stream_options: { include_usage: true } })
          .finalChatCompletion()
      )
      assert.strictEqual(helped.choices[0]?.message.content, answer)
      assert.deepStrictEqual(helped.usage, usage)
      const [first = "", second = "", third = ""] = yield* bodies
      asCompletion(JSON.parse(first))
      assert.isTrue(asFrames(second).chunks.every((chunk) => !("usage" in chunk)))
      const { chunks } = asFrames(third)
      assert.deepStrictEqual(chunks.at(-1)?.choices, [])
      assert.deepStrictEqual(chunks.map(({ usage }) => usage).slice(0, -1), Array(chunks.length - 1).fill(null))
      const kinds = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => Object.keys(delta)))
      assert.isBelow(kinds.lastIndexOf("reasoning_content"), kinds.indexOf("content", 2))
    })
  )

  it.live("sends everything it can say to the model", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream({ answer: () => answer })
      yield* Effect.promise(() =>
        client.chat.completions.create({
          model,
          messages: [
            { role: "developer", content: [{ type: "text", text: "Be brief." }] },
            {
              role: "user",
              content: [
                { type: "text", text: "What is this?" },
                { type: "image_url", image_url: { url: "https://example.com/a.png" } }
              ]
            },
            { role: "assistant", content: [{ type: "refusal", refusal: "I cannot see it." }] },
            { role: "user", content: "Try." }
          ],
          temperature: 0.5,
          top_p: 0.9,
          max_completion_tokens: 50,
          stop: "END",
          seed: 7,
          presence_penalty: 0.1,
          frequency_penalty: 0.2,
          user: "someone",
          metadata: { a: "b" }
        })
      )
      const sent = server.requests[0]?.body
      assert.deepStrictEqual(sent, {
        model: "m",
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image_url", image_url: { url: "https://example.com/a.png" } }
            ]
          },
          { role: "assistant", content: "I cannot see it." },
          { role: "user", content: "Try." }
        ],
        temperature: 0.5,
        top_p: 0.9,
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        max_tokens: 50,
        stop: ["END"],
        seed: 7
      })
    })
  )

  it.live("throws its own classes of errors", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream()
      const { bodies, client } = watchedClient(base)
      const create = (model: string) => rejectionOf(() => client.chat.completions.create({ model, messages }))
      assert.instanceOf(
        yield* rejectionOf(() => client.chat.completions.create({ model, messages: [] })),
        BadRequestError
      )
      assert.instanceOf(yield* create("nobody"), NotFoundError)
      server.configure({ fallback: status.rateLimited() })
      assert.instanceOf(yield* create(model), RateLimitError)
      server.configure({ fallback: { kind: "html" } })
      assert.instanceOf(yield* create(model), InternalServerError)
      for (const body of yield* bodies) asError(JSON.parse(body))
    })
  )

  it.live("tries again what cost nothing, and never what may have", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({
        script: [status.serverError(503), "ok"],
        answer: () => answer
      })
      const client = clientOf(base, { maxRetries: 2 })
      const reply = yield* Effect.promise(() => client.chat.completions.create({ model, messages }))
      assert.deepStrictEqual([reply.choices[0]?.message.content, server.calls], [answer, 2])
      server.configure({ fallback: { kind: "badJson" } })
      yield* rejectionOf(() => client.chat.completions.create({ model, messages }))
      assert.strictEqual(server.calls, 3)
    })
  )

  it.live("closes the model's connection when it aborts, or has waited long enough", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ fallback: { kind: "stallMidBody" }, answer: () => answer })
      const client = clientOf(base, { maxRetries: 0 })
      const aborted = yield* rejectionOf(async () => {
        const stream = await client.chat.completions.create({ model, messages, stream: true })
        for await (const { choices } of stream) {
          if ((choices[0]?.delta.content ?? "") !== "") stream.controller.abort()
        }
        throw new APIUserAbortError()
      })
      assert.instanceOf(aborted, APIUserAbortError)
      yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 1))
      const late = yield* rejectionOf(() => client.chat.completions.create({ model, messages }, { timeout: 300 }))
      assert.instanceOf(late, APIConnectionTimeoutError)
      yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 2))
    })
  )

  it.live("lists the models and finds each of them by name, slashes and all", () =>
    Effect.gen(function* () {
      const { base } = yield* sikuOverUpstream({}, ["ai.roles.voter.models=up/org/judge"])
      const { bodies, client } = watchedClient(base)
      const ids: Array<string> = []
      yield* Effect.promise(async () => {
        for await (const { id } of client.models.list()) ids.push(id)
      })
      assert.includeMembers(ids, ["siku", "siku-lite", "siku-max", "triple-thread-thinking", "up/m", "up/org/judge"])
      asModels(JSON.parse((yield* bodies)[0] ?? ""))
      for (const id of [...ids, "siku:max@up/m", "siku:lite@up", "up/org/other"]) {
        assert.strictEqual((yield* Effect.promise(() => client.models.retrieve(id))).id, id)
        assert.strictEqual((yield* send(`${base}/v1/models/${id}`)).json["id"], id)
      }
      assert.instanceOf(yield* rejectionOf(() => client.models.retrieve("nobody/m")), NotFoundError)
    })
  )

  it.live("is answered by the demo model, by name, where no provider is set up", () =>
    Effect.gen(function* () {
      const { bodies, client } = watchedClient(yield* startSiku())
      const request = { model: "siku", messages: [{ role: "user" as const, content: "What is 12*12?" }] }
      const streamed = yield* Effect.promise(() =>
        client.chat.completions.stream({ ...request, stream_options: { include_usage: true } }).finalChatCompletion()
      )
      assert.strictEqual(streamed.model, "demo")
      assert.match(streamed.choices[0]?.message.content ?? "", /^Scripted demo: [\s\S]*144/)
      const { chunks } = asFrames((yield* bodies)[0] ?? "")
      const thoughts = chunks.map(({ choices }) => choices[0]?.delta.reasoning_content ?? "").join("")
      assert.match(thoughts, /\[Thread 1, step 1\] Scripted demo/)
      const { completion_tokens: all = 0, completion_tokens_details: of } = streamed.usage ?? {}
      assert.isAbove(of?.reasoning_tokens ?? 0, all / 2)
      const progress = chunks.flatMap(({ choices, siku }) => (choices.length > 0 && siku !== undefined ? [siku] : []))
      assert.containSubset(progress, [{ type: "RunStarted" }, { type: "Planned" }, { type: "StepAccepted", thread: 1 }])
    })
  )

  it.live("has a chat's own small tasks done in one call", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOverUpstream({ answer: () => "The blue sky" })
      const task = "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history."
      const reply = yield* Effect.promise(() =>
        client.chat.completions.create({ model: "siku", messages: [{ role: "user", content: task }] })
      )
      assert.deepStrictEqual([reply.choices[0]?.message.content, server.calls], ["The blue sky", 1])
    })
  )
})
