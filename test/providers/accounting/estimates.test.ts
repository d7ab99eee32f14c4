import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { tokensOfWeight, weightOfText } from "../../../src/providers/accounting/tokenEstimate.ts"
import { estimatedPrompt } from "../../../src/providers/accounting/usage.ts"
import { providerWith } from "../../support/providers.ts"
import { inTime, modelAtPlatform, rememberedBy } from "../policy/chains.ts"
import { tokensOf } from "../policy/ScriptedPlatform.ts"
import { exchangeOver } from "../../support/exchangeOver.ts"

const Said = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
const Whole = Schema.Boolean

describe("tokens that a platform does not report", () => {
  it.effect.prop(
    "are estimated and marked as that, in the reply, before the end of a stream, and in the record",
    { said: Said, isMetered: Whole, before: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 })) },
    ({ before, isMetered, said }) =>
      Effect.gen(function* () {
        const request = { messages: [{ role: "user" as const, content: said }] }
        const script = { does: isMetered ? ("answers" as const) : ("unmetered" as const), after: 100 }
        const { model: chat, platform } = yield* modelAtPlatform([script])
        const { calls, model } = rememberedBy(chat)
        const asked = Effect.gen(function* () {
          for (let at = 0; at < before; at++) yield* model.complete(request)
          const reply = yield* model.complete(request)
          const events = yield* Stream.runCollect(model.stream(request))
          return { reply, events }
        })
        const { events, reply } = yield* inTime("1 minute")(asked)
        const reports = events.flatMap((event, at) => (event._tag === "UsageReported" ? [{ at, ...event }] : []))
        assert.deepStrictEqual(
          reports.map(({ at }) => at),
          [events.length - 2]
        )
        assert.strictEqual(events.at(-1)?._tag, "Finish")
        const [streamed] = reports
        const text = events.map((event) => (event._tag === "TextDelta" ? event.text : "")).join("")
        const expected = (index: number, answer: string) =>
          isMetered
            ? {
                promptTokens: tokensOf(index).prompt,
                completionTokens: tokensOf(index).completion,
                cachedTokens: tokensOf(index).cached,
                cacheWriteTokens: 0,
                reasoningTokens: 0,
                estimated: false
              }
            : {
                promptTokens: estimatedPrompt(request),
                completionTokens: tokensOfWeight(weightOfText(answer)),
                cachedTokens: 0,
                cacheWriteTokens: 0,
                reasoningTokens: 0,
                estimated: true
              }
        assert.strictEqual(platform.seen.length, before + 2)
        assert.deepStrictEqual(reply.usage, expected(before, reply.text))
        assert.deepStrictEqual(streamed?.usage, expected(before + 1, text))
        assert.deepStrictEqual(
          calls.slice(-2).map(({ usage }) => usage),
          [reply.usage, streamed?.usage]
        )
      })
  )

  it.live("count the calls of tools in a whole reply as in a stream", () =>
    Effect.gen(function* () {
      const call = {
        index: 0,
        id: "1",
        type: "function",
        function: { name: "look", arguments: `{"q":"${"x".repeat(400)}"}` }
      }
      const whole = JSON.stringify({
        choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: "tool_calls" }]
      })
      const chunk = JSON.stringify({ choices: [{ delta: { tool_calls: [call] }, finish_reason: "tool_calls" }] })
      const client = HttpClient.make((request) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(
            request,
            request.headers["accept"] === "text/event-stream"
              ? new Response(`data: ${chunk}\n\ndata: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } })
              : new Response(whole)
          )
        )
      )
      const { model } = yield* providerWith(Effect.succeed(exchangeOver(client)), "http://platform.test/v1")
      const request = { messages: [{ role: "user" as const, content: "look" }] }
      const reply = yield* model.complete(request)
      const events = yield* Stream.runCollect(model.stream(request))
      const streamed = events.find((event) => event._tag === "UsageReported")
      assert.isAtLeast(streamed?.usage.completionTokens ?? 0, 80)
      assert.strictEqual(reply.usage.completionTokens, streamed?.usage.completionTokens)
    })
  )
})
