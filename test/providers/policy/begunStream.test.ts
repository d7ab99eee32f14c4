import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { chainOf, inTime, keysOf, request, seenBy, textOf } from "./chains.ts"
import type { ChatEvent } from "../../../src/providers/ChatModel.ts"
import { AnyScript, reactionOf } from "./Reaction.ts"

const Beginning = Schema.NonEmptyArray(
  reactionOf(["breaksOff", "stalls", "answers", "unmetered", "down", "reset"])
).check(Schema.isMaxLength(3))
const Case = {
  scripts: Schema.NonEmptyArray(Schema.Union([Beginning, AnyScript])).check(Schema.isMaxLength(3)),
  hedge: Schema.Boolean,
  keys: Schema.Literals([1, 3]),
  maxRetries: Schema.Literals([0, 1, 3])
}

describe("a stream of which a piece is out", () => {
  it.effect.prop(
    "is neither tried again nor handed to another model",
    Case,
    ({ hedge, keys, maxRetries, scripts }) =>
      Effect.gen(function* () {
        const options = { hedge, stream: true, maxRetries, keys: keysOf(keys), timeoutMillis: 5000 }
        const { model, platforms } = yield* chainOf(scripts, options)
        const events: Array<ChatEvent> = []
        let askedBefore: number | undefined
        const listening = Stream.runForEach(model.stream(request), (event) =>
          Effect.sync(() => {
            askedBefore ??= seenBy(platforms).length
            events.push(event)
          })
        )
        yield* inTime("30 minutes")(Effect.exit(listening))
        if (askedBefore !== undefined) assert.strictEqual(seenBy(platforms).length, askedBefore)
        const words = textOf(events).match(/\[\d+\]/g) ?? []
        assert.isAtMost(new Set(words).size, 1, "two replies in one")
        assert.isAtMost(words.length, 3)
        const isFinished = events.at(-1)?._tag === "Finish"
        assert.strictEqual(
          isFinished,
          seenBy(platforms).some(({ end }) => end === "answered")
        )
        if (isFinished) assert.strictEqual(words.length, 3)
      }),
    { arbitrary: { runs: 70 } }
  )
})
