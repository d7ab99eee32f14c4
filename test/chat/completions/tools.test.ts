import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSiku } from "../../support/siku.ts"
import { asCompletion, asFrames } from "../support/officialForm.ts"
import { watchedClient } from "../support/overSockets.ts"
import { type Asked, wireServer } from "../support/wireServer.ts"

const head = { id: "c-1", created: 1, model: "m" }
const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
const calls = [
  { id: "call_a", type: "function" as const, function: { name: "weather", arguments: '{"city":"北京"}' } },
  { id: "call_b", type: "function" as const, function: { name: "weather", arguments: '{"city":"Oslo"}' } }
]

/** A platform whose model calls tools until it is told what came of them, piece by piece where it is asked to stream. */
const platform = (asked: Asked): unknown => {
  const isTold = JSON.stringify(asked["messages"]).includes('"tool"')
  const object = asked["stream"] === true ? "chat.completion.chunk" : "chat.completion"
  const said = isTold ? { content: "Cold in both." } : { content: null, tool_calls: calls }
  const finish_reason = isTold ? "stop" : "tool_calls"
  if (asked["stream"] !== true) {
    return { ...head, object, choices: [{ index: 0, message: { role: "assistant", ...said }, finish_reason }], usage }
  }
  const chunk = (delta: unknown, finish: string | null = null) => ({
    ...head,
    object,
    choices: [{ index: 0, delta, finish_reason: finish }]
  })
  return [
    chunk({ role: "assistant" }),
    ...calls.flatMap((call, index) => [
      chunk({
        tool_calls: [{ index, id: call.id, type: "function" as const, function: { name: "weather", arguments: "" } }]
      }),
      chunk({ tool_calls: [{ index, function: { arguments: call.function.arguments.slice(0, 5) } }] }),
      chunk({ tool_calls: [{ index, function: { arguments: call.function.arguments.slice(5) } }] })
    ]),
    chunk({}, "tool_calls"),
    { ...head, object, choices: [], usage }
  ]
}

const sikuOver = (answer: (asked: Asked) => unknown) =>
  Effect.gen(function* () {
    const server = yield* wireServer(answer)
    const base = yield* startSiku({
      set: ["ai.providers.up.preset=custom", `ai.providers.up.base_url=${server.url}`, "ai.providers.up.model=m"]
    })
    return { server, ...watchedClient(base) }
  })

const tools = [
  {
    type: "function" as const,
    function: {
      name: "weather",
      description: "The weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } } }
    }
  }
]
const question = [{ role: "user" as const, content: "Is it cold?" }]

describe("tools of a model that is asked directly", () => {
  it.live("are called, whole and streamed, and told of what came of it", () =>
    Effect.gen(function* () {
      const { bodies, client, server } = yield* sikuOver(platform)
      const request = { model: "up", messages: question, tools, tool_choice: "required" as const }
      const whole = yield* Effect.promise(() => client.chat.completions.create(request))
      assert.deepStrictEqual(whole.choices[0]?.message.tool_calls, calls)
      assert.deepStrictEqual([whole.choices[0]?.message.content, whole.choices[0]?.finish_reason], [null, "tool_calls"])
      const streamed = yield* Effect.promise(() => client.chat.completions.stream(request).finalChatCompletion())
      assert.containSubset(streamed.choices[0]?.message.tool_calls, calls)
      const told = yield* Effect.promise(() =>
        client.chat.completions.create({
          ...request,
          messages: [
            ...question,
            { role: "assistant", content: null, tool_calls: whole.choices[0]?.message.tool_calls ?? [] },
            { role: "tool", tool_call_id: "call_a", content: "-3" },
            { role: "tool", tool_call_id: "call_b", content: [{ type: "text", text: "-9" }] }
          ]
        })
      )
      assert.strictEqual(told.choices[0]?.message.content, "Cold in both.")
      assert.containSubset(server.asked[0], { tools, tool_choice: "required" })
      assert.containSubset(server.asked[2], {
        messages: [
          {},
          { role: "assistant", tool_calls: calls },
          { role: "tool", tool_call_id: "call_a", content: "-3" },
          { role: "tool", tool_call_id: "call_b", content: "-9" }
        ]
      })
      const [first = "", second = "", third = ""] = yield* bodies
      asCompletion(JSON.parse(first))
      asCompletion(JSON.parse(third))
      asFrames(second)
    })
  )

  it.live("may be the functions of old, in the conversation so far", () =>
    Effect.gen(function* () {
      const { client, server } = yield* sikuOver(platform)
      yield* Effect.promise(() =>
        client.chat.completions.create({
          model: "up",
          messages: [
            ...question,
            { role: "assistant", content: null, function_call: { name: "weather", arguments: "{}" } },
            { role: "function", name: "weather", content: "-3" }
          ]
        })
      )
      const id = "call_weather"
      assert.containSubset(server.asked[0], {
        messages: [{}, { role: "assistant", tool_calls: [{ id }] }, { role: "tool", tool_call_id: id, content: "-3" }]
      })
    })
  )
})

describe("a JSON schema", () => {
  it.live("reaches the model, and the client parses what it writes", () =>
    Effect.gen(function* () {
      const message = { role: "assistant", content: '{"capital":"Oslo"}' }
      const { client, server } = yield* sikuOver(() => ({
        ...head,
        object: "chat.completion",
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage
      }))
      const schema = {
        type: "object",
        properties: { capital: { type: "string" } },
        required: ["capital"],
        additionalProperties: false
      }
      const parsed = yield* Effect.promise(() =>
        client.chat.completions.parse({
          model: "up",
          messages: [{ role: "user", content: "The capital of Norway?" }],
          response_format: { type: "json_schema", json_schema: { name: "answer", schema } }
        })
      )
      assert.strictEqual(parsed.choices[0]?.message.content, message.content)
      assert.containSubset(server.asked[0], {
        response_format: { type: "json_schema", json_schema: { name: "answer", schema } }
      })
    })
  )
})
