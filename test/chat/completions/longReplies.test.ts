import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Stream } from "effect"
import type { HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { makeChunkWriter } from "../../../src/chat/completions/chunkWriter.ts"
import { streamedReply } from "../../../src/chat/completions/streamedReply.ts"
import { wholeReply } from "../../../src/chat/completions/wholeReply.ts"
import { openTurn, pullOf } from "../../../src/chat/OpenedTurn.ts"
import type { TurnEvent } from "../../../src/chat/Turn.ts"
import { ProviderError, Unavailable } from "../../../src/providers/ProviderError.ts"
import { asCompletion, asFrames } from "../support/officialForm.ts"

const identity = { id: "chatcmpl-1", created: 1_800_000_000, model: "siku", run: undefined }
const usage = {
  promptTokens: 1,
  completionTokens: 2,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
  cost: undefined
}
const hello: TurnEvent = { _tag: "TextDelta", text: "Hello" }
const finish: TurnEvent = { _tag: "Finish", reason: "stop", usage }
const broken = new ProviderError({ provider: "p", model: "m", reason: new Unavailable({ detail: "it broke" }) })
const after = <A, E>(seconds: number, stream: Stream.Stream<A, E>) =>
  Stream.unwrap(Effect.as(Effect.sleep(seconds * 1000), stream))

/** Reads a body as it is written, and how it ended. */
const read = (response: HttpServerResponse.HttpServerResponse) => {
  let text = ""
  const body = response.body._tag === "Stream" ? response.body.stream : Stream.empty
  const all = Stream.runForEach(Stream.decodeText(body), (piece) => Effect.sync(() => (text += piece)))
  return Effect.map(Effect.exit(all), (exit) => ({ text, exit }))
}

describe("a streamed reply that takes long", () => {
  it.effect("begins after ten seconds at the latest, and gives a sign of life every ten", () =>
    Effect.gen(function* () {
      const opening = yield* Effect.forkChild(openTurn(after(35, Stream.make(hello, finish))))
      yield* TestClock.adjust("10 seconds")
      const writer = makeChunkWriter(identity, { includeUsage: false })
      const reading = yield* Effect.forkChild(read(streamedReply(yield* Fiber.join(opening), writer, "r")))
      yield* TestClock.adjust("26 seconds")
      const { exit, text } = yield* Fiber.join(reading)
      const { chunks } = asFrames(text)
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(
        chunks.map(({ choices }) => choices[0]?.delta),
        [{ role: "assistant", content: "" }, {}, {}, { content: "Hello" }, {}]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("waits with its status for the first thing that is told, however often a run reports progress", () =>
    Effect.gen(function* () {
      const opening = yield* Effect.forkChild(Effect.result(Effect.flatten(openTurn(after(3, Stream.fail(broken))))))
      yield* TestClock.adjust("3 seconds")
      assert.containSubset(yield* Fiber.join(opening), { failure: { _tag: "ProviderError" } })
    }).pipe(Effect.scoped)
  )
})

describe("a whole reply that takes long", () => {
  const reply = (events: Stream.Stream<TurnEvent, ProviderError>) =>
    Effect.flatMap(pullOf(events), (pull) => wholeReply(pull, identity))

  it.effect("begins with white space, which JSON allows", () =>
    Effect.gen(function* () {
      const replying = yield* Effect.forkChild(reply(after(35, Stream.make(hello, finish))))
      yield* TestClock.adjust("10 seconds")
      const reading = yield* Effect.forkChild(read(yield* Fiber.join(replying)))
      for (const seconds of [1, 10, 10, 5]) yield* TestClock.adjust(seconds * 1000)
      const { exit, text } = yield* Fiber.join(reading)
      assert.isTrue(Exit.isSuccess(exit))
      assert.match(text, /^ {3}\{/)
      assert.strictEqual(asCompletion(JSON.parse(text)).choices[0].message.content, "Hello")
    }).pipe(Effect.scoped)
  )

  it.effect("that fails then has the error as its body, and is cut short so that nobody takes it for whole", () =>
    Effect.gen(function* () {
      const replying = yield* Effect.forkChild(reply(after(15, Stream.fail(broken))))
      yield* TestClock.adjust("10 seconds")
      const response = yield* Fiber.join(replying)
      assert.strictEqual(response.status, 200)
      const reading = yield* Effect.forkChild(read(response))
      yield* TestClock.adjust("6 seconds")
      const { exit, text } = yield* Fiber.join(reading)
      assert.strictEqual(JSON.parse(text).error.code, "upstream_unavailable")
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    }).pipe(Effect.scoped)
  )
})
