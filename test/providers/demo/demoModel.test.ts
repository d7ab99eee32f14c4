import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { roles } from "../../../src/platform/config/Roles.ts"
import type { AttemptRecord } from "../../../src/providers/accounting/CallRecord.ts"
import { AttemptListener } from "../../../src/providers/accounting/CallRecord.ts"
import type { ChatEvent, ChatRequest } from "../../../src/providers/ChatModel.ts"
import { demoModel } from "../../../src/providers/demo/demoModel.ts"
import { foldEvents } from "../../../src/providers/events.ts"
import { CallLimits, withDeadline } from "../../../src/providers/policy/CallLimits.ts"
import { inTime } from "../policy/chains.ts"

const asking = (content: string, others: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content }],
  ...others
})

const inSeconds = inTime("1 second")

/** A whole reply with the milliseconds that it took. */
const replyOf = (role: (typeof roles)[number], request: ChatRequest) =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeMillis
    const reply = yield* demoModel(role).complete(request)
    return { reply, millis: (yield* Clock.currentTimeMillis) - before }
  }).pipe(inSeconds)

/** The events of a streamed reply, each with the milliseconds until it came. */
const eventsOf = (role: (typeof roles)[number], request: ChatRequest) =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeMillis
    const events: Array<{ readonly event: ChatEvent; readonly millis: number }> = []
    yield* Stream.runForEach(demoModel(role).stream(request), (event) =>
      Effect.map(Clock.currentTimeMillis, (now) => events.push({ event, millis: now - before }))
    )
    return events
  }).pipe(inSeconds)

const recording = (attempts: Array<AttemptRecord>) =>
  Effect.provideService(AttemptListener, (attempt) => {
    attempts.push(attempt)
  })

describe("the demo model", () => {
  for (const role of roles)
    it.effect(`says the same in the role ${role} whenever it is asked the same, whole or streamed`, () =>
      Effect.gen(function* () {
        const request = asking("What is 17*23?")
        const { reply } = yield* replyOf(role, request)
        const events = (yield* eventsOf(role, request)).map(({ event }) => event)
        const streamed = foldEvents(events)
        assert.strictEqual(streamed.text, reply.text)
        assert.deepStrictEqual(streamed.usage, reply.usage)
        assert.strictEqual(streamed.finish, "stop")
        assert.isTrue(reply.usage.estimated)
        assert.deepStrictEqual([reply.provider, reply.model], ["demo", "demo"])
      })
    )

  it.effect("takes 150 to 400 ms for a reply, which a stream brings piece by piece", () =>
    Effect.gen(function* () {
      for (const content of ["2+3=?", "你好", "Why is the sky blue?", "a".repeat(5000)]) {
        const { millis } = yield* replyOf("fusion", asking(content))
        assert.isAtLeast(millis, 150)
        assert.isAtMost(millis, 400)
        const pieces = (yield* eventsOf("fusion", asking(content))).filter(({ event }) => event._tag === "TextDelta")
        assert.isAbove(pieces.length, 10)
        const times = pieces.map(({ millis }) => millis)
        assert.deepStrictEqual(
          times,
          times.toSorted((left, right) => left - right)
        )
        assert.isAtMost(times[0] ?? 1000, 40)
        assert.isAtMost(times.at(-1) ?? 1000, 401)
        assert.isAtLeast(times.at(-1) ?? 0, 149)
      }
    })
  )

  it.effect("calls what people read scripted, in the language of the question, and works out a sum", () =>
    Effect.gen(function* () {
      const english = (yield* replyOf("answer", asking("What is 17*23?"))).reply.text
      assert.include(english, "Scripted demo")
      assert.include(english, "17*23 = 391")
      const chinese = (yield* replyOf("fusion", asking("17*23等于多少？"))).reply.text
      assert.include(chinese, "演示模型")
      assert.include(chinese, "17*23 = 391")
      const unknown = (yield* replyOf("predict", asking("Who wrote Hamlet?"))).reply.text
      assert.include(unknown, "connect a real model")
    })
  )

  it.effect("keeps to the length, the stop words and the form that are asked for, or refuses them by name", () =>
    Effect.gen(function* () {
      const { reply: short } = yield* replyOf("fusion", asking("2+3", { maxTokens: 3 }))
      assert.strictEqual(short.finish, "length")
      assert.strictEqual([...short.text].length, 12)
      const { reply: stopped } = yield* replyOf("fusion", asking("2+3", { stop: ["script"] }))
      assert.notInclude(stopped.text, "script")
      const { reply: object } = yield* replyOf("fusion", asking("2+3", { responseFormat: { type: "json_object" } }))
      assert.strictEqual(JSON.parse(object.text).answer, "5")
      const schema = { type: "json_schema", name: "n", schema: {} } as const
      const refused = [asking("2+3", { responseFormat: schema }), asking("2+3", { toolChoice: "required" })]
      for (const request of refused) {
        const { reason } = yield* Effect.flip(demoModel("fusion").complete(request))
        assert.strictEqual(reason._tag, "BadRequest")
      }
    })
  )

  it.effect("tells of each attempt that costs nothing, however it ends", () =>
    Effect.gen(function* () {
      const attempts: Array<AttemptRecord> = []
      const model = demoModel("fusion")
      yield* model.complete(asking("2+3")).pipe(recording(attempts), inSeconds)
      yield* Stream.runDrain(model.stream(asking("2+3"))).pipe(recording(attempts), inSeconds)
      const left = yield* Effect.forkChild(model.complete(asking("2+3")).pipe(recording(attempts)))
      yield* TestClock.adjust("20 millis")
      yield* Fiber.interrupt(left)
      yield* Stream.runDrain(Stream.take(model.stream(asking("2+3")), 2)).pipe(recording(attempts), inSeconds)
      assert.deepStrictEqual(
        attempts.map(({ cost, outcome, provider }) => [provider, outcome, cost]),
        [
          ["demo", "answered", 0],
          ["demo", "answered", 0],
          ["demo", "interrupted", 0],
          ["demo", "interrupted", 0]
        ]
      )
      assert.deepStrictEqual(attempts[0]?.usage, attempts[1]?.usage)
    })
  )

  it.effect("makes no attempt that its caller has no time or no money left for", () =>
    Effect.gen(function* () {
      const attempts: Array<AttemptRecord> = []
      const call = demoModel("thinker").complete(asking("2+3")).pipe(recording(attempts))
      const late = yield* Effect.flip(withDeadline(Duration.zero)(call))
      const poor = yield* Effect.flip(
        Effect.updateService(call, CallLimits, (limits) => ({ ...limits, mayAttempt: () => false }))
      )
      assert.deepStrictEqual([late.reason._tag, poor.reason._tag], ["Timeout", "Timeout"])
      assert.deepStrictEqual(attempts, [])
    })
  )
})
