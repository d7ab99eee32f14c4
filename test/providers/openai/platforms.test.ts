// Streams as the platforms send them, each with what sets it apart.
import { assert, describe, it } from "@effect/vitest"
import { chunk, done, failure, finish, reply } from "./streams.ts"

describe("a stream of SiliconFlow", () => {
  it("says and thinks in one chunk, and counts its tokens in every one", () => {
    const counts = (completion: number) => ({
      usage: { prompt_tokens: 9, completion_tokens: completion, total_tokens: 9 + completion }
    })
    const { reasoning, text, usage } = reply([
      chunk({ content: null, reasoning_content: "好", role: "assistant" }, null, counts(1)),
      chunk({ content: "2", reasoning_content: "的", role: "assistant" }, null, counts(3)),
      chunk({ content: "", reasoning_content: null, role: "assistant" }, "stop", counts(4)),
      done
    ])
    assert.deepStrictEqual({ reasoning, text }, { reasoning: "好的", text: "2" })
    assert.strictEqual(usage?.completionTokens, 4)
  })
})

describe("a stream of Alibaba", () => {
  it("thinks first, and counts in a last chunk without choices", () => {
    const {
      finish: reason,
      reasoning,
      text,
      usage
    } = reply([
      chunk({ content: null, role: "assistant", reasoning_content: "" }, null, { usage: null }),
      chunk({ content: null, reasoning_content: "嗯" }, null, { usage: null }),
      chunk({ content: "2", reasoning_content: null }, null, { usage: null }),
      chunk({ content: "", reasoning_content: null }, "stop", { usage: null }),
      JSON.stringify({
        choices: [],
        object: "chat.completion.chunk",
        usage: {
          prompt_tokens: 24,
          completion_tokens: 80,
          total_tokens: 104,
          completion_tokens_details: { reasoning_tokens: 70 },
          prompt_tokens_details: { cached_tokens: 0 }
        }
      }),
      done
    ])
    assert.deepStrictEqual({ reason, reasoning, text }, { reason: "stop", reasoning: "嗯", text: "2" })
    assert.strictEqual(usage?.reasoningTokens, 70)
  })

  it("gives the later pieces of a call an empty id and no name", () => {
    const piece = (id: string, name: string | null, text: string) =>
      chunk({ content: null, tool_calls: [{ index: 0, id, type: "function", function: { name, arguments: text } }] })
    const { toolCalls } = reply([
      piece("call_8f", "weather", '{"city": '),
      piece("", null, '"杭州"}'),
      piece("", null, ""),
      finish("tool_calls"),
      done
    ])
    assert.deepStrictEqual(toolCalls, [{ id: "call_8f", name: "weather", arguments: '{"city": "杭州"}' }])
  })
})

describe("a stream of Zhipu", () => {
  it("numbers its tool calls −1", () => {
    const piece = (id: string, text: string) =>
      chunk({
        role: "assistant",
        tool_calls: [{ index: -1, id, type: "function", function: { name: "weather", arguments: text } }]
      })
    const { toolCalls } = reply([
      piece("call_1", '{"city":"北京"}'),
      piece("call_2", '{"city":"上海"}'),
      finish("tool_calls"),
      done
    ])
    assert.deepStrictEqual(
      toolCalls.map(({ id, arguments: text }) => [id, text]),
      [
        ["call_1", '{"city":"北京"}'],
        ["call_2", '{"city":"上海"}']
      ]
    )
  })

  it("ends for reasons of its own", () => {
    assert.strictEqual(failure([finish("sensitive"), done])._tag, "ContentFiltered")
    assert.strictEqual(reply([chunk({ content: "a" }), finish("sensitive"), done]).finish, "filter")
    assert.strictEqual(failure([chunk({ content: "a" }), finish("network_error"), done])._tag, "Unavailable")
    assert.strictEqual(
      failure([chunk({ content: "a" }), JSON.stringify({ error: { code: "1302", message: "并发数过高" } })])._tag,
      "RateLimited"
    )
  })
})

describe("a stream of DeepSeek", () => {
  it("tells what its cache held and what it thought", () => {
    const { usage } = reply([
      chunk({ content: "", reasoning_content: "Hm." }),
      chunk({ content: "2", reasoning_content: null }),
      finish("stop", {
        usage: {
          prompt_tokens: 20,
          completion_tokens: 30,
          total_tokens: 50,
          prompt_cache_hit_tokens: 12,
          prompt_cache_miss_tokens: 8,
          completion_tokens_details: { reasoning_tokens: 25 }
        }
      }),
      done
    ])
    assert.deepStrictEqual(usage, {
      promptTokens: 20,
      completionTokens: 30,
      cachedTokens: 12,
      cacheWriteTokens: 0,
      reasoningTokens: 25,
      estimated: false
    })
  })

  it("is no answer when its machines ran out", () => {
    assert.strictEqual(
      failure([chunk({ content: "half an ans" }), finish("insufficient_system_resource"), done])._tag,
      "Overloaded"
    )
  })
})

describe("a stream of Moonshot", () => {
  it("counts inside the last choice", () => {
    const { usage } = reply([
      chunk({ content: "2" }),
      JSON.stringify({
        id: "cmpl-1305b94c",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
            usage: { prompt_tokens: 19, completion_tokens: 13, total_tokens: 32, cached_tokens: 10 }
          }
        ]
      }),
      done
    ])
    assert.deepStrictEqual(usage, {
      promptTokens: 19,
      completionTokens: 13,
      cachedTokens: 10,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false
    })
  })
})

describe("a stream of OpenRouter", () => {
  const broken = (code: number | string, message = "Provider disconnected unexpectedly") =>
    JSON.stringify({
      id: "gen-1",
      object: "chat.completion.chunk",
      provider: "openai",
      error: { code, message },
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }]
    })

  it("thinks in a field of its own name", () => {
    assert.strictEqual(
      reply([
        chunk({ content: "", reasoning: "Hm.", reasoning_details: [{}] }),
        chunk({ content: "2" }),
        finish("stop"),
        done
      ]).reasoning,
      "Hm."
    )
  })

  it("fails in its middle, with an HTTP status as the code", () => {
    const cases: ReadonlyArray<readonly [number | string, string]> = [
      [429, "RateLimited"],
      [502, "Unavailable"],
      [503, "Overloaded"],
      [402, "NoBalance"],
      [408, "Unavailable"],
      [400, "BadRequest"],
      ["server_error", "Malformed"],
      ["rate_limit_exceeded", "RateLimited"]
    ]
    for (const [code, tag] of cases) {
      assert.strictEqual(failure([chunk({ content: "half an ans" }), broken(code), done])._tag, tag, String(code))
    }
    assert.include(failure([broken(502)]).detail, "Provider disconnected unexpectedly")
  })

  it("is no answer when a finish says error and nothing else does", () => {
    assert.strictEqual(failure([chunk({ content: "half an ans" }), finish("error"), done])._tag, "Malformed")
  })
})

describe("a stream of any other server", () => {
  it("fails by an error in any of the forms an error takes", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      [
        '{"error":{"message":"The server had an error while processing your request.","type":"server_error"}}',
        "Malformed"
      ],
      ['{"error":"model runner has stopped"}', "Malformed"],
      ['{"object":"error","message":"maximum context length is 4096 tokens","code":400}', "ContextTooLong"],
      ['{"choices":[],"error":{"message":"Too many requests","code":"rate_limit_exceeded"}}', "RateLimited"]
    ]
    for (const [data, tag] of cases) assert.strictEqual(failure([chunk({ content: "a" }), data])._tag, tag, data)
    assert.strictEqual(failure(['{"code":"invalid_api_key","message":"no"}'], "error")._tag, "AuthFailed")
    assert.strictEqual(failure(["out of memory"], "error").detail, "an error under HTTP 200: out of memory")
  })
})
