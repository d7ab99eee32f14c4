import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { messageFrames } from "../../../src/chat/messages/messageFrames.ts"
import { wholeReply } from "../../../src/chat/messages/wholeReply.ts"
import { pullOf } from "../../../src/chat/OpenedTurn.ts"
import type { TurnError, TurnEvent } from "../../../src/chat/Turn.ts"
import { Malformed, ProviderError } from "../../../src/providers/ProviderError.ts"
import { eventsIn } from "./clients.ts"
import { assertInOrder, OfficialError, OfficialEvent, OfficialMessage } from "./official.ts"

const head = { id: "msg_1", model: "p/m", showsThinking: true, callsOneTool: false, promptTokens: 3 }
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

/** A turn that says nothing for a while, and then all at once. */
const slow = (seconds: number, end: Stream.Stream<TurnEvent, TurnError> = Stream.fromIterable(said)) =>
  Stream.concat(Stream.drain(Stream.fromEffect(Effect.sleep(`${seconds} seconds`))), end)

const isEvent = Schema.is(OfficialEvent)

const textOf = <E>(body: Stream.Stream<Uint8Array, E>) => {
  const pieces: Array<string> = []
  return body.pipe(
    Stream.decodeText,
    Stream.runForEach((piece) => Effect.sync(() => void pieces.push(piece))),
    Effect.exit,
    Effect.map((exit) => ({ exit, text: pieces.join("") }))
  )
}

/** The body of a reply, and how it ends, with the time that both take. */
const replyTo = Effect.fnUntraced(function* (events: Stream.Stream<TurnEvent, TurnError>, seconds: number) {
  const replying = yield* Effect.forkChild(
    Effect.flatMap(pullOf(events), (turn) => wholeReply(turn, head, "req_1")).pipe(
      Effect.flatMap((response) =>
        response.body._tag === "Stream"
          ? textOf(response.body.stream)
          : Effect.die(new Error(`the reply is ${response.body._tag}`))
      )
    )
  )
  yield* TestClock.adjust(`${seconds} seconds`)
  return yield* Fiber.join(replying)
})

describe("a turn that takes long", () => {
  it.effect("sends a ping every ten seconds while it is streamed", () =>
    Effect.gen(function* () {
      const reading = yield* Effect.forkChild(
        Effect.flatMap(pullOf(slow(35)), (turn) => textOf(messageFrames(turn, head, "req_1")))
      )
      yield* TestClock.adjust("35 seconds")
      const events = eventsIn((yield* Fiber.join(reading)).text).filter(isEvent)
      assertInOrder(events)
      assert.deepStrictEqual(
        events.slice(0, 6).map(({ type }) => type),
        ["message_start", "ping", "ping", "ping", "ping", "content_block_start"]
      )
    })
  )

  it.effect("begins a whole reply with white space, so that nobody gives it up", () =>
    Effect.gen(function* () {
      const { exit, text } = yield* replyTo(slow(35), 35)
      assert.isTrue(Exit.isSuccess(exit))
      assert.match(text, /^ {3}\{/)
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.fromJsonString(OfficialMessage))(text).content, [
        { type: "text", text: "yes", citations: null }
      ])
    })
  )

  it.effect("cuts a whole reply that fails late, behind the error", () =>
    Effect.gen(function* () {
      const { exit, text } = yield* replyTo(slow(35, Stream.fail(failure)), 35)
      assert.isTrue(Exit.isFailure(exit))
      const { error } = Schema.decodeUnknownSync(Schema.fromJsonString(OfficialError))(text)
      assert.strictEqual(error.type, "api_error")
    })
  )
})

describe("a streamed message", () => {
  const typesOf = (events: Stream.Stream<TurnEvent, TurnError>) =>
    Effect.flatMap(pullOf(events), (turn) => textOf(messageFrames(turn, head, "req_1"))).pipe(
      Effect.map(({ text }) => eventsIn(text).map(({ type }) => type))
    )

  it.effect("ends with an error where the turn has no end", () =>
    Effect.gen(function* () {
      const types = yield* typesOf(Stream.fromIterable(said.slice(0, 1)))
      assert.deepStrictEqual(types.slice(-2), ["content_block_delta", "error"])
    })
  )

  it.effect("ends with an error where the fault is ours", () =>
    Effect.gen(function* () {
      const types = yield* typesOf(Stream.concat(Stream.fromIterable(said.slice(0, 1)), Stream.die("a fault")))
      assert.strictEqual(types.at(-1), "error")
    })
  )
})
