import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Result, Stream } from "effect"
import type { Fault } from "../../scripts/upstream/Faults.ts"
import * as status from "../../scripts/upstream/StatusFaults.ts"
import type { Upstream } from "../../scripts/upstream/Upstream.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { foldEvents } from "../../src/providers/events.ts"
import { directOutbound, type FamilyName, familyNames, modelAt } from "../support/providers.ts"

const model = (server: Upstream, family: FamilyName, maxRetries = 0) =>
  modelAt(server, { family, maxRetries, timeoutMillis: 400 })
const request = { messages: [{ role: "user" as const, content: "1+1?" }] }
const answer = "二，因为一加一等于二。"

for (const family of familyNames) {
  describe(`a model behind the wire of ${family}`, () => {
    it.live("streams the same reply that it gives whole", () =>
      Effect.gen(function* () {
        const server = yield* upstream({ answer: () => answer })
        const chat = yield* model(server, family)
        const whole = yield* chat.complete(request)
        const events = yield* Stream.runCollect(chat.stream(request))
        assert.isAbove(events.length, 3)
        assert.strictEqual(events.at(-1)?._tag, "Finish")
        const { finish, text, usage } = foldEvents(events)
        assert.deepStrictEqual([text, finish], [whole.text, whole.finish])
        assert.strictEqual(text, answer)
        assert.deepStrictEqual(usage, whole.usage)
        assert.isFalse(whole.usage.estimated)
      }).pipe(Effect.provide(directOutbound))
    )

    const faults: ReadonlyArray<readonly [string, Fault, RegExp]> = [
      ["a rate limit", status.rateLimited(), /^RateLimited$/],
      ["a wrong key", status.authFailed, /^AuthFailed$/],
      ["a broken platform", status.serverError(500), /^(Unavailable|Overloaded)$/],
      ["a stall before the headers", { kind: "stallBeforeHeaders" }, /^Timeout$/],
      ["a stall in the stream", { kind: "stallMidBody" }, /^Timeout$/],
      ["a cut stream", { kind: "cutStream" }, /^Network$/],
      ["a stream that ends early", { kind: "endStreamEarly" }, /^Malformed$/],
      ["an error in the stream", { kind: "errorMidStream" }, /^(Malformed|Overloaded|Unavailable)$/],
      ["a web page", { kind: "html" }, /^Malformed$/],
      ["nothing at all", { kind: "emptyCompletion" }, /^Malformed$/],
      ["a reset connection", { kind: "resetOnConnect" }, /^Network$/]
    ]
    for (const [name, fault, reason] of faults) {
      it.live(`fails with the reason of ${name} instead of a false end, and leaves nothing open`, () =>
        Effect.gen(function* () {
          const server = yield* upstream({ fallback: fault, answer: () => answer })
          const chat = yield* model(server, family)
          const seen: Array<string> = []
          const result = yield* chat.stream(request).pipe(
            Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
            Effect.result
          )
          assert.match(Result.isFailure(result) ? result.failure.reason._tag : "finished", reason)
          assert.notInclude(seen, "Finish")
          yield* Effect.promise(() => server.when(({ active }) => active === 0))
        }).pipe(Effect.provide(directOutbound))
      )
    }

    it.live("tries a stream again only while nothing of it was passed on", () =>
      Effect.gen(function* () {
        const server = yield* upstream({ script: [status.serverError(500), "ok"], answer: () => answer })
        const chat = yield* model(server, family, 2)
        const { text } = foldEvents(yield* Stream.runCollect(chat.stream(request)))
        assert.deepStrictEqual([text, server.calls], [answer, 2])
        const cutting = yield* upstream({ fallback: { kind: "cutStream" }, answer: () => answer })
        const cut = yield* model(cutting, family, 2)
        yield* Effect.result(Stream.runDrain(cut.stream(request)))
        assert.strictEqual(cutting.calls, 1)
      }).pipe(Effect.provide(directOutbound))
    )

    it.live("closes the connection when the listener leaves", () =>
      Effect.gen(function* () {
        const server = yield* upstream({ fallback: { kind: "stallMidBody" }, answer: () => answer })
        const chat = yield* model(server, family)
        const listening = yield* Effect.forkChild(Stream.runDrain(chat.stream(request)))
        yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
        yield* Fiber.interrupt(listening)
        yield* Effect.promise(() => server.when(({ active }) => active === 0))
        assert.strictEqual(server.active, 0)
      }).pipe(Effect.provide(directOutbound))
    )
  })
}
