import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Ref, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { eventFrames } from "../../../src/thinking/runs/eventFrames.ts"
import { LoggedEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { answered, aRunId, delta, event } from "./events.ts"

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(LoggedEvent))

describe("the frames of events", () => {
  it.effect("are numbered, named and of one line of data each, whatever is said", () =>
    Effect.gen(function* () {
      const events = [event(aRunId, 1, delta("a\n\nevent: b\r\nid: 7")), event(aRunId, 2, answered("\u2028\r42"))]
      const text = yield* Stream.mkString(Stream.decodeText(eventFrames(Stream.fromIterable(events))))
      const frames = text.split("\n\n").filter((frame) => frame !== "" && !frame.startsWith(":"))
      assert.lengthOf(frames, 2)
      for (const [index, frame] of frames.entries()) {
        const [id, name, data, ...more] = frame.split(/\r\n|\r|\n/)
        assert.deepStrictEqual([id, name, more], [`id: ${index + 1}`, `event: ${events[index]?.event.type}`, []])
        assert.deepStrictEqual(decode(data?.slice("data: ".length)), events[index])
      }
    })
  )

  it.effect("begin at once, and go on every ten seconds where nothing happens", () =>
    Effect.gen(function* () {
      const sent = yield* Ref.make("")
      const fiber = yield* Effect.forkChild(
        Stream.runForEach(Stream.decodeText(eventFrames(Stream.never)), (piece) =>
          Ref.update(sent, (all) => all + piece)
        ),
        { startImmediately: true }
      )
      const beats = Effect.map(
        Ref.get(sent),
        (text) => text.split("\n\n").filter((line) => line.startsWith(":")).length
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* beats, 1)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* beats, 4)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("end with the run", () =>
    Effect.gen(function* () {
      const frames = yield* Stream.runCollect(eventFrames(Stream.succeed(event(aRunId, 1, answered("42")))))
      assert.isAbove(frames.length, 0)
    })
  )
})
