import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Result, Schema, Stream } from "effect"
import type { ChatEvent, ChatModel } from "../../src/providers/ChatModel.ts"
import { withFallback } from "../../src/providers/policy/fallback.ts"
import { AuthFailed, ProviderError } from "../../src/providers/ProviderError.ts"

const request = { messages: [{ role: "user" as const, content: "1+1?" }] }
const usage = {
  promptTokens: 1,
  completionTokens: 1,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false
}

/** A model that answers, fails at once, or fails in the middle of its stream. */
const fake = (provider: string, does: "answers" | "fails" | "breaks off", asked: Array<string>): ChatModel => {
  const error = new ProviderError({ provider, model: "m", reason: new AuthFailed({ detail: "no" }) })
  const said: ReadonlyArray<ChatEvent> = [
    { _tag: "TextDelta", text: provider },
    { _tag: "Finish", reason: "stop" }
  ]
  return {
    provider,
    name: provider,
    model: "m",
    complete: () =>
      Effect.suspend(() => {
        asked.push(provider)
        return does === "answers"
          ? Effect.succeed({
              text: provider,
              reasoning: "",
              toolCalls: [],
              finish: "stop" as const,
              usage,
              provider,
              model: "m"
            })
          : Effect.fail(error)
      }),
    stream: () =>
      Stream.suspend(() => {
        asked.push(provider)
        if (does === "answers") return Stream.fromIterable(said)
        return does === "fails"
          ? Stream.fail(error)
          : Stream.concat(Stream.fromIterable(said.slice(0, 1)), Stream.fail(error))
      })
  }
}

const Models = Schema.NonEmptyArray(Schema.Literals(["answers", "fails", "breaks off"])).check(Schema.isMaxLength(5))

describe("withFallback", () => {
  it.effect.prop(
    "answers whenever one of its models would, asks none after that, and tells the first failure",
    [Models],
    ([models]) =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const chain = withFallback(Arr.map(models, (does, at) => fake(`p${at}`, does, asked)))
        const result = yield* Effect.result(chain.complete(request))
        const answering = models.indexOf("answers")
        assert.deepStrictEqual(
          asked,
          models.slice(0, answering < 0 ? models.length : answering + 1).map((_, at) => `p${at}`)
        )
        if (Result.isSuccess(result)) assert.strictEqual(result.success.provider, `p${answering}`)
        else assert.deepStrictEqual([answering, result.failure.provider], [-1, "p0"])
      })
  )

  it.effect.prop("never splices two streams: once a word is out, its model's end is the end", [Models], ([models]) =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const heard: Array<string> = []
      const chain = withFallback(Arr.map(models, (does, at) => fake(`p${at}`, does, asked)))
      const result = yield* chain.stream(request).pipe(
        Stream.runForEach((event) => Effect.sync(() => event._tag === "TextDelta" && heard.push(event.text))),
        Effect.result
      )
      const speaking = models.findIndex((does) => does !== "fails")
      assert.deepStrictEqual(heard, speaking < 0 ? [] : [`p${speaking}`])
      assert.strictEqual(asked.length, speaking < 0 ? models.length : speaking + 1)
      assert.strictEqual(Result.isSuccess(result), models[speaking] === "answers")
      if (Result.isFailure(result)) assert.strictEqual(result.failure.provider, speaking < 0 ? "p0" : `p${speaking}`)
    })
  )
})
