import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { errorBody } from "../../../scripts/upstream/ErrorBody.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import { describeNativeFaults } from "../gemini/nativeFaults.ts"
import { call, told } from "../gemini/overSocket.ts"
import { targetOf } from "../openai/targets.ts"

const target = targetOf("anthropic", "claude-sonnet-5")

describeNativeFaults("Anthropic", anthropicFamily, target, (port) => `http://127.0.0.1:${port}/v1/messages`)

describe("an overload in the middle of Anthropic's stream", () => {
  it.effect("is an overload, not a cut", () =>
    Effect.gen(function* () {
      const up = yield* upstream({
        fallback: { kind: "errorMidStream", error: errorBody("overloaded", "server_error", "overloaded") }
      })
      const request = { messages: [{ role: "user" as const, content: "1+1?" }] }
      const { outcome } = call(anthropicFamily, { ...target, baseUrl: up.url }, request, { stream: true })
      assert.strictEqual(told(yield* Effect.promise(() => outcome)), "Overloaded")
    })
  )
})
