import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { MessagesBody } from "../../../src/chat/messages/MessagesBody.ts"
import { callsOneTool, showsThinking, toTurn } from "../../../src/chat/messages/toTurn.ts"

const decode = Schema.decodeUnknownSync(MessagesBody)
const body = (changes: object = {}) =>
  decode({ model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }], ...changes })

const messagesOf = (messages: ReadonlyArray<object>, changes: object = {}) =>
  Effect.map(toTurn(body({ messages, ...changes })), (turn) => turn.messages)

describe("toTurn", () => {
  it.effect(
    "takes over the whole conversation, the system's words first and tools' results right behind the calls",
    () =>
      Effect.gen(function* () {
        const messages = yield* messagesOf(
          [
            { role: "user", content: [{ type: "text", text: "Weather?" }] },
            {
              role: "assistant",
              content: [
                { type: "thinking", thinking: "hm", signature: "s" },
                { type: "redacted_thinking", data: "x" },
                { type: "text", text: "I'll " },
                { type: "text", text: "look." },
                { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "北京" } }
              ]
            },
            {
              role: "user",
              content: [
                { type: "text", text: "Hurry." },
                {
                  type: "tool_result",
                  tool_use_id: "toolu_1",
                  content: [
                    { type: "text", text: "sunny" },
                    { type: "image", source: { type: "url", url: "https://example.com/a.png" } }
                  ]
                },
                { type: "tool_result", tool_use_id: "toolu_2", is_error: true, content: "no such city" }
              ]
            },
            { role: "system", content: "Be brief." },
            { role: "assistant", content: "Sunny." },
            {
              role: "user",
              content: [
                { type: "text", text: "And this?" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "QUJD" } }
              ]
            }
          ],
          {
            system: [
              { type: "text", text: "One.", cache_control: { type: "ephemeral" } },
              { type: "text", text: "Two." }
            ]
          }
        )
        assert.deepStrictEqual(messages, [
          { role: "system", content: "One.\n\nTwo." },
          { role: "user", content: "Weather?" },
          {
            role: "assistant",
            content: "I'll look.",
            toolCalls: [{ id: "toolu_1", name: "weather", arguments: '{"city":"北京"}' }]
          },
          { role: "tool", toolCallId: "toolu_1", content: "sunny" },
          { role: "tool", toolCallId: "toolu_2", content: "The tool failed: no such city" },
          {
            role: "user",
            content: [
              { type: "text", text: "Hurry." },
              { type: "text", text: "What the tool call toolu_1 showed:" },
              { type: "image", url: "https://example.com/a.png" }
            ]
          },
          { role: "system", content: "Be brief." },
          { role: "assistant", content: "Sunny." },
          {
            role: "user",
            content: [
              { type: "text", text: "And this?" },
              { type: "image", mediaType: "image/png", base64: "QUJD" }
            ]
          }
        ])
      })
  )

  it.effect("takes over sampling, tools and the form of the answer", () =>
    Effect.gen(function* () {
      const schema = { type: "object", properties: { a: { type: "string" } } }
      const { options } = yield* toTurn(
        body({
          temperature: 0.5,
          top_p: 0.9,
          stop_sequences: ["END"],
          tools: [
            { name: "weather", description: "Tells it", input_schema: schema, cache_control: { type: "ephemeral" } }
          ],
          tool_choice: { type: "any" },
          output_config: { format: { type: "json_schema", schema } },
          metadata: { user_id: "u" },
          service_tier: "auto",
          a_field_of_tomorrow: 1
        })
      )
      assert.deepStrictEqual(options, {
        maxTokens: 10,
        temperature: 0.5,
        topP: 0.9,
        stop: ["END"],
        tools: [{ name: "weather", description: "Tells it", parameters: schema }],
        toolChoice: "required",
        responseFormat: { type: "json_schema", name: "output", schema }
      })
      for (const [tool_choice, expected] of [
        [{ type: "auto" }, "auto"],
        [{ type: "none" }, "none"],
        [{ type: "tool", name: "weather" }, { name: "weather" }]
      ] as const) {
        assert.deepStrictEqual((yield* toTurn(body({ tool_choice }))).options.toolChoice, expected)
      }
    })
  )

  it.effect("sets what is null or empty as if it were not there", () =>
    Effect.gen(function* () {
      const turn = yield* toTurn(
        body({
          system: null,
          temperature: null,
          top_p: null,
          stop_sequences: [],
          tools: [],
          tool_choice: null,
          thinking: null,
          output_config: {},
          top_k: null,
          container: null,
          mcp_servers: [],
          speed: "standard"
        })
      )
      assert.deepStrictEqual(turn, {
        model: "m",
        messages: [{ role: "user", content: "hi" }],
        options: { maxTokens: 10 },
        effort: undefined,
        thinking: undefined
      })
    })
  )

  it.effect("takes the wish to think as the depth, and shows the thinking where it was asked for", () =>
    Effect.gen(function* () {
      const cases = [
        [{}, undefined, false],
        [{ thinking: { type: "disabled" } }, "none", false],
        [{ thinking: { type: "disabled" }, output_config: { effort: "high" } }, "none", false],
        [{ thinking: { type: "adaptive" } }, undefined, true],
        [{ thinking: { type: "adaptive", display: "omitted" } }, undefined, false],
        [{ thinking: { type: "enabled", budget_tokens: 1024 } }, "low", true],
        [{ thinking: { type: "enabled", budget_tokens: 4096 } }, "medium", true],
        [{ thinking: { type: "enabled", budget_tokens: 16_384 } }, "high", true],
        [{ thinking: { type: "enabled", budget_tokens: 1024 }, output_config: { effort: "max" } }, "high", true],
        [{ output_config: { effort: "low" } }, "low", false],
        [{ output_config: { effort: "medium" } }, "medium", false],
        [{ output_config: { effort: "xhigh" } }, "high", false]
      ] as const
      for (const [changes, effort, isShown] of cases) {
        const asked = body(changes)
        assert.strictEqual((yield* toTurn(asked)).effort, effort, JSON.stringify(changes))
        assert.strictEqual(showsThinking(asked), isShown, JSON.stringify(changes))
      }
    })
  )

  it("knows when only one tool may be called", () => {
    for (const [tool_choice, expected] of [
      [undefined, false],
      [{ type: "none" }, false],
      [{ type: "auto" }, false],
      [{ type: "any", disable_parallel_tool_use: true }, true],
      [{ type: "tool", name: "a", disable_parallel_tool_use: true }, true]
    ] as const) {
      assert.strictEqual(callsOneTool(body(tool_choice === undefined ? {} : { tool_choice })), expected)
    }
  })

  it.effect("refuses by name what nobody can give", () =>
    Effect.gen(function* () {
      const tool = { name: "t", input_schema: {} }
      const cases: ReadonlyArray<readonly [object, string]> = [
        [{ top_k: 5 }, "top_k"],
        [{ speed: "fast" }, "speed"],
        [{ inference_geo: "us" }, "inference_geo"],
        [{ container: "c" }, "container"],
        [{ mcp_servers: [{ type: "url" }] }, "mcp_servers"],
        [{ context_management: { edits: [] } }, "context_management"],
        [{ diagnostics: { a: 1 } }, "diagnostics"],
        [{ tools: [tool, { type: "web_search_20250305", name: "web_search" }] }, "tools.1.type"],
        [{ tools: [{ name: "t" }] }, "tools.0.input_schema"],
        [{ tools: [{ ...tool, defer_loading: true }] }, "tools.0.defer_loading"],
        [
          {
            messages: [
              { role: "user", content: [{ type: "image", source: { type: "url", url: "http://a.example/b.png" } }] }
            ]
          },
          "messages.0.content.0.source"
        ]
      ]
      for (const [changes, path] of cases) {
        assert.strictEqual((yield* Effect.flip(toTurn(body(changes)))).path, path)
      }
    })
  )
})
