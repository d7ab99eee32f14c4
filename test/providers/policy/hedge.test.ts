import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema } from "effect"
import { withHedge } from "../../../src/providers/policy/hedge.ts"
import { ask, inTime, modelAtPlatform, rememberedBy, timed } from "./chains.ts"
import { type Does, type Reaction, reactionOf } from "./Reaction.ts"
import { pieceMillis } from "./ScriptedPlatform.ts"

const Latency = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2000 }))
const Latencies = Schema.Array(Latency).check(Schema.isMinLength(20), Schema.isMaxLength(40))
const Reply = reactionOf(["answers", "answers", "down", "badRequest", "reset"])
/** From the first piece of a stream to its last. */
const restMillis = (stream: boolean) => (stream ? 3 * pieceMillis : 0)
/** Each run begins with twenty calls. */
const fewer = { arbitrary: { runs: 25 } }
const isAnswer = (does: Does) => does === "answers"

/** A hedged model that has answered so fast before. */
const hedgedAfter = Effect.fnUntraced(function* (latencies: ReadonlyArray<number>, stream: boolean) {
  const { model, platform } = yield* modelAtPlatform([], { timeoutMillis: 60_000 })
  const remembered = rememberedBy(withHedge(model))
  const replies = latencies.map((after): Reaction => ({ does: "answers", after }))
  platform.become(replies)
  yield* inTime("10 minutes")(Effect.forEach(latencies, () => ask(remembered.model, stream)))
  return { ...remembered, platform }
})

describe("withHedge", () => {
  it.effect.prop(
    "makes no second request before it knows what is usual",
    [Schema.Array(Latency).check(Schema.isMaxLength(19)), Schema.Boolean],
    ([latencies, stream]) =>
      Effect.gen(function* () {
        const { model, platform } = yield* hedgedAfter(latencies, stream)
        platform.become([{ does: "answers", after: 50_000 }])
        yield* inTime("2 minutes")(ask(model, stream))
        assert.strictEqual(platform.seen.length, 1)
      }),
    fewer
  )

  it.effect.prop(
    "asks a second time once nineteen of twenty were faster, takes the first answer and ends the other request",
    { latencies: Latencies, stream: Schema.Boolean, first: Reply, second: Reply },
    ({ first, latencies, second, stream }) =>
      Effect.gen(function* () {
        // Every call before counts, those too that the hedge itself made faster.
        const { calls, model, platform } = yield* hedgedAfter(latencies.slice(0, 20), stream)
        const p95 = latencies.slice(0, 20).toSorted((left, right) => left - right)[18] ?? 0
        platform.become([first, second])
        const before = calls.length
        const asked = yield* inTime("10 minutes")(timed(ask(model, stream)))
        const [one, two] = platform.seen
        const isHedged = first.after > p95
        if (first.after !== p95) assert.strictEqual(platform.seen.length, isHedged ? 2 : 1)
        const times = [
          ...(isAnswer(first.does) ? [first.after] : []),
          ...(two !== undefined && isAnswer(second.does) ? [p95 + second.after] : [])
        ]
        assert.strictEqual(Exit.isSuccess(asked.exit), times.length > 0)
        if (times.length > 0) assert.closeTo(asked.millis, Math.min(...times) + restMillis(stream), 1e-6)
        if (two !== undefined) {
          assert.closeTo(two.at - asked.begun, p95, 1e-6)
          assert.notStrictEqual(one?.end, "pending")
          assert.notStrictEqual(two.end, "pending")
          if (times.length === 2) {
            assert.deepStrictEqual([one?.end, two.end].toSorted(), ["answered", "left"])
            const [winner, loser] = one?.end === "answered" ? [one, two] : [two, one]
            assert.isAtMost(loser?.endedAt ?? Infinity, (winner?.endedAt ?? 0) - restMillis(stream) + 1e-6)
          }
        }
        const [call] = calls.slice(before)
        assert.strictEqual(call?.attempts.length, platform.seen.length)
        assert.deepStrictEqual(
          call?.attempts.map(({ outcome }) => outcome === "answered").toSorted(),
          platform.seen.map(({ end }) => end === "answered").toSorted()
        )
      }),
    { arbitrary: { runs: 60 } }
  )

  it.effect.prop(
    "does not ask again when the first request fails before that",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 499 })), Schema.Boolean],
    ([after, stream]) =>
      Effect.gen(function* () {
        const { model, platform } = yield* hedgedAfter(
          Array.from({ length: 20 }, () => 500),
          stream
        )
        platform.become([{ does: "down", after }])
        const { exit, millis } = yield* inTime("1 minute")(timed(ask(model, stream)))
        assert.isTrue(Exit.isFailure(exit))
        assert.closeTo(millis, after, 1e-6)
        assert.strictEqual(platform.seen.length, 1)
      }),
    fewer
  )
})
