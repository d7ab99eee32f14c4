import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Fiber, Schema, Stream } from "effect"
import type { HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { failureOf } from "../../../src/chat/responses/failureOf.ts"
import { responseEvents, untilTold, wholeResponse } from "../../../src/chat/responses/responseEvents.ts"
import { responseFrames } from "../../../src/chat/responses/responseFrames.ts"
import { makeResponseWriter } from "../../../src/chat/responses/responseWriter.ts"
import { wholeReply } from "../../../src/chat/responses/wholeReply.ts"
import type { TurnError, TurnEvent } from "../../../src/chat/Turn.ts"
import { Malformed, ProviderError } from "../../../src/providers/ProviderError.ts"
import { assertInOrder, eventsIn, OfficialResponse } from "./official.ts"
import { newResponse } from "./support.ts"

const usage = {
  promptTokens: 1,
  completionTokens: 1,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
  cost: undefined
}
const said: ReadonlyArray<TurnEvent> = [
  { _tag: "TextDelta", text: "yes" },
  { _tag: "Finish", reason: "stop", usage }
]
const failure = new ProviderError({ provider: "p", model: "m", reason: new Malformed({ detail: "cut" }) })
const keep = () => Effect.void

/** A turn that says nothing for a while. */
const slow = (seconds: number, end: Stream.Stream<TurnEvent, TurnError>) =>
  Stream.concat(Stream.drain(Stream.fromEffect(Effect.sleep(`${seconds} seconds`))), end)

const textOf = <E>(body: Stream.Stream<Uint8Array, E>) => Stream.mkString(Stream.decodeText(body))

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Stream" ? textOf(body.stream) : Effect.die(new Error(`the reply is ${body._tag}`))

/** What a client that streams reads, however long it takes. */
const streamed = Effect.fnUntraced(function* (events: Stream.Stream<TurnEvent, TurnError>) {
  const writer = makeResponseWriter(newResponse)
  const reading = yield* responseEvents(writer, events, { keep, failureOf }).pipe(
    Effect.flatMap((events) => textOf(responseFrames(Stream.fromPull(Effect.succeed(untilTold(events)))))),
    Effect.forkChild
  )
  yield* TestClock.adjust("40 seconds")
  return yield* Fiber.join(reading)
})

/** What a client that waits for the whole reads. */
const whole = Effect.fnUntraced(function* (events: Stream.Stream<TurnEvent, TurnError>) {
  const response = wholeResponse(makeResponseWriter(newResponse), events, keep)
  const reading = yield* Effect.forkChild(Effect.flatMap(wholeReply(newResponse, Effect.map(response, Arr.of)), bodyOf))
  yield* TestClock.adjust("40 seconds")
  return yield* Fiber.join(reading)
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(OfficialResponse))

describe("a response that takes long", () => {
  it.effect("gives a sign of life every ten seconds while it is streamed", () =>
    Effect.gen(function* () {
      const text = yield* streamed(slow(35, Stream.fromIterable(said)))
      assertInOrder(eventsIn(text))
      // The first ten seconds are waited for with the headers.
      assert.strictEqual(text.match(/^: still thinking$/gm)?.length, 2)
    })
  )

  it.effect("begins with white space where it is wanted whole, so that nobody gives it up", () =>
    Effect.gen(function* () {
      const text = yield* whole(slow(35, Stream.fromIterable(said)))
      assert.match(text, /^ {3}\{/)
      assert.strictEqual(decode(text).status, "completed")
    })
  )

  it.effect("has failed where that comes after its headers, and says so itself", () =>
    Effect.gen(function* () {
      const response = decode(yield* whole(slow(35, Stream.fail(failure))))
      assert.strictEqual(response.status, "failed")
      assert.include(response.error?.message, "Malformed")
    })
  )
})

describe("a streamed response", () => {
  const begun = Stream.fromIterable(said.slice(0, 1))
  const endings: ReadonlyArray<readonly [string, Stream.Stream<TurnEvent, TurnError>]> = [
    ["the turn fails", Stream.concat(begun, Stream.fail(failure))],
    ["the turn has no end", begun],
    ["the fault is ours", Stream.concat(begun, Stream.die("a fault"))]
  ]
  for (const [name, events] of endings) {
    it.effect(`ends with an error where ${name}`, () =>
      Effect.gen(function* () {
        const told = eventsIn(yield* streamed(events))
        assertInOrder(told)
        assert.deepStrictEqual(
          told.slice(-2).map(({ type }) => type),
          ["response.failed", "error"]
        )
      })
    )
  }
})
