import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { send } from "../../support/siku.ts"
import { asError } from "../support/officialForm.ts"
import { sikuOverUpstream } from "../support/overSockets.ts"

const hi = [{ role: "user", content: "hi" }]
const base = { model: "up/m", messages: hi }
const user = (content: unknown) => ({ ...base, messages: [{ role: "user", content }] })
const second = (message: unknown) => ({ ...base, messages: [...hi, message] })
const image = (url: unknown) => user([{ type: "image_url", image_url: url }])
const tool = (definition: unknown) => ({ ...base, tools: [definition] })
const format = (response_format: unknown) => ({ ...base, response_format })

/** What is sent, as text or as what becomes JSON, and what the error says is wrong with it. */
const bodies: ReadonlyArray<readonly [body: unknown, param: string | null]> = [
  ["", null],
  ["{", null],
  ["[1", null],
  ["nonsense", null],
  ["\u0000", null],
  [null, null],
  [[], null],
  [7, null],
  ["true", null],
  [{}, "model"],
  [{ messages: hi }, "model"],
  [{ ...base, model: "" }, "model"],
  [{ ...base, model: 5 }, "model"],
  [{ ...base, model: null }, "model"],
  [{ ...base, model: "x".repeat(256) }, "model"],
  [{ model: "up/m" }, "messages"],
  [{ ...base, messages: [] }, "messages"],
  [{ ...base, messages: "hi" }, "messages"],
  [{ ...base, messages: null }, "messages"],
  [{ ...base, messages: ["hi"] }, "messages[0]"],
  [{ ...base, messages: [{}] }, "messages[0].role"],
  [{ ...base, messages: [{ role: "robot", content: "hi" }] }, "messages[0].role"],
  [{ ...base, messages: [{ role: "user" }] }, "messages[0].content"],
  [user(null), "messages[0].content"],
  [user(5), "messages[0].content"],
  [user({ text: "hi" }), "messages[0].content"],
  [user(["hi"]), "messages[0].content[0]"],
  [user([{ text: "hi" }]), "messages[0].content[0].type"],
  [user([{ type: "text", text: "a" }, { type: "text" }]), "messages[0].content[1].text"],
  [user([{ type: "input_audio", input_audio: {} }]), "messages[0].content[0].type"],
  [image(undefined), "messages[0].content[0].image_url"],
  [image({}), "messages[0].content[0].image_url.url"],
  [image({ url: "file:///etc/passwd" }), "messages[0].content[0].image_url"],
  [image({ url: "http://example.com/a.png" }), "messages[0].content[0].image_url"],
  [
    second({ role: "system", content: [{ type: "image_url", image_url: { url: "https://a" } }] }),
    "messages[1].content[0].type"
  ],
  [second({ role: "tool", content: "4" }), "messages[1].tool_call_id"],
  [second({ role: "tool", tool_call_id: "nobody", content: "4" }), "messages[1].tool_call_id"],
  [second({ role: "function", content: "4" }), "messages[1].name"],
  [
    second({ role: "assistant", tool_calls: [{ function: { name: "f", arguments: "{}" } }] }),
    "messages[1].tool_calls[0].id"
  ],
  [
    second({ role: "assistant", tool_calls: [{ id: "a", function: { name: "f" } }] }),
    "messages[1].tool_calls[0].function.arguments"
  ],
  [second({ role: "assistant", content: 3 }), "messages[1].content"],
  [{ ...base, temperature: "hot" }, "temperature"],
  [{ ...base, temperature: 3 }, "temperature"],
  [{ ...base, top_p: -1 }, "top_p"],
  [{ ...base, max_tokens: 0 }, "max_tokens"],
  [{ ...base, max_completion_tokens: 1.5 }, "max_completion_tokens"],
  [{ ...base, stop: [1] }, "stop[0]"],
  [{ ...base, seed: "x" }, "seed"],
  [{ ...base, stream: "yes" }, "stream"],
  [{ ...base, stream_options: true }, "stream_options"],
  [{ ...base, n: 0 }, "n"],
  [{ ...base, n: 9 }, "n"],
  [{ ...base, model: "siku", n: 2 }, "n"],
  [{ ...base, logprobs: true }, "logprobs"],
  [{ ...base, top_logprobs: 3 }, "top_logprobs"],
  [{ ...base, logit_bias: { 5: -100 } }, "logit_bias"],
  [{ ...base, modalities: ["text", "audio"] }, "modalities"],
  [{ ...base, audio: { voice: "alloy" } }, "audio"],
  [{ ...base, prediction: { type: "content", content: "x" } }, "prediction"],
  [{ ...base, web_search_options: {} }, "web_search_options"],
  [{ ...base, functions: [{ name: "f" }] }, "functions"],
  [{ ...base, function_call: { name: "f" } }, "function_call"],
  [{ ...base, parallel_tool_calls: false }, "parallel_tool_calls"],
  [{ ...base, store: true }, "store"],
  [{ ...base, tools: {} }, "tools"],
  [tool({}), "tools[0].type"],
  [tool({ type: "custom", custom: { name: "f" } }), "tools[0].type"],
  [tool({ type: "function", function: {} }), "tools[0].function.name"],
  [tool({ type: "function", function: { name: "a b" } }), "tools[0].function.name"],
  [{ ...base, tool_choice: "sometimes" }, "tool_choice"],
  [{ ...base, tool_choice: "required" }, "tool_choice"],
  [format({ type: "yaml" }), "response_format.type"],
  [format({ type: "json_schema" }), "response_format.json_schema"],
  [format({ type: "json_schema", json_schema: { name: "a" } }), "response_format.json_schema.schema"],
  [{ ...base, reasoning_effort: "extreme" }, "reasoning_effort"],
  [{ ...base, thinking: { mode: "direct" } }, "thinking"],
  [{ ...base, model: "siku", tools: [{ type: "function", function: { name: "f" } }] }, "tools"],
  [{ ...base, model: "siku", tool_choice: "required" }, "tool_choice"],
  [{ ...base, model: "siku", presence_penalty: 1 }, "presence_penalty"],
  [{ ...base, model: "siku", frequency_penalty: 1 }, "frequency_penalty"]
]

const post = (address: string, body: unknown) =>
  send(`${address}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body)
  })

describe("a body that cannot be used", () => {
  it.live("is a 400 in OpenAI's envelope that names the culprit, and nothing is asked", () =>
    Effect.gen(function* () {
      const { base: address, server } = yield* sikuOverUpstream()
      assert.isAtLeast(bodies.length, 50)
      for (const [body, param] of bodies) {
        const seen = yield* post(address, body)
        assert.strictEqual(seen.status, 400, `${JSON.stringify(body)} → ${seen.text}`)
        assert.match(seen.headers.get("x-request-id") ?? "", /./)
        const { error } = asError(JSON.parse(seen.text))
        assert.strictEqual(error.type, "invalid_request_error")
        assert.strictEqual(error.param, param, `${JSON.stringify(body)} → ${seen.text}`)
      }
      assert.strictEqual(server.calls, 0)
    })
  )

  it.live("is a 413 where it is too large, and a model that is not there a 404", () =>
    Effect.gen(function* () {
      const { base: address } = yield* sikuOverUpstream({}, ["server.body_limit=1024"])
      const large = yield* post(address, user("x".repeat(2000)))
      assert.strictEqual(large.status, 413)
      asError(JSON.parse(large.text))
      for (const model of ["nobody", "nobody/m", "siku:max@nobody/m", "siku:deep@up/m", "up/"]) {
        const unknown = yield* post(address, { ...base, model })
        const { error } = asError(JSON.parse(unknown.text))
        assert.deepStrictEqual([unknown.status, error.param, error.code], [404, "model", "model_not_found"], model)
      }
    })
  )

  it.live("is told from one with nulls, unknown fields, and values that ask for nothing", () =>
    Effect.gen(function* () {
      const { base: address } = yield* sikuOverUpstream({ answer: () => "Hello" })
      const seen = yield* post(address, {
        ...base,
        temperature: null,
        stop: null,
        stream: null,
        n: 1,
        logprobs: false,
        top_logprobs: 0,
        logit_bias: {},
        modalities: ["text"],
        functions: [],
        function_call: "auto",
        parallel_tool_calls: true,
        store: false,
        tools: [],
        tool_choice: "auto",
        response_format: { type: "text" },
        reasoning_effort: "medium",
        user: "u",
        metadata: { a: "b" },
        never_heard_of: { x: 1 }
      })
      assert.strictEqual(seen.status, 200, seen.text)
    })
  )
})
