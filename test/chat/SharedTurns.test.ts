import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { pullOf, restOf } from "../../src/chat/OpenedTurn.ts"
import { mostShared, SharedTurns } from "../../src/chat/SharedTurns.ts"
import type { TurnError, TurnEvent } from "../../src/chat/Turn.ts"
import { CurrentUser } from "../../src/platform/Caller.ts"
import { keyOf, nobodyCloses } from "../support/access.ts"
import { manage, send } from "../support/siku.ts"
import { asError, asFrames } from "./support/officialForm.ts"
import { sikuOverUpstream } from "./support/overSockets.ts"

const answer = "Because blue light is scattered most of all."
const body = (more: object = {}) =>
  JSON.stringify({
    model: "up/m",
    messages: [{ role: "user", content: "Why is the sky blue?" }],
    stream: true,
    ...more
  })

const post = (base: string, text: string, headers: Record<string, string> = {}) =>
  send(`${base}/v1/chat/completions`, {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", ...headers }
  })

const textOf = (stream: string) =>
  asFrames(stream)
    .chunks.map(({ choices }) => choices[0]?.delta.content ?? "")
    .join("")

const keyed = { "idempotency-key": "a key" }
/** As OpenAI's clients mark what they send again. */
const again = { "x-stainless-retry-count": "1" }
const layer = SharedTurns.layer.pipe(Layer.provide(nobodyCloses))

describe("a request that is sent again", () => {
  it.live("with the same key joins the turn under way, from its beginning", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 50 })
      const first = yield* Effect.forkChild(post(base, body(), keyed))
      yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
      const second = yield* post(base, body(), keyed)
      const { text } = yield* Fiber.join(first)
      assert.strictEqual(textOf(text), answer)
      assert.strictEqual(second.text, text)
      assert.strictEqual(server.calls, 1)
    })
  )

  it.live("with the same key finds what nobody read meanwhile, and what has ended", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 50 })
      const first = yield* Effect.forkChild(post(base, body(), keyed))
      yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
      yield* Fiber.interrupt(first)
      yield* Effect.promise(() => server.when(({ answered }) => answered === 1))
      const second = yield* post(base, body(), keyed)
      const third = yield* post(base, body(), keyed)
      assert.strictEqual(textOf(second.text), answer)
      assert.strictEqual(third.text, second.text)
      assert.strictEqual(server.calls, 1)
    })
  )

  it.live("with the same key after a failure is asked anew", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ script: [{ kind: "html" }, "ok"], answer: () => answer })
      assert.strictEqual((yield* post(base, body(), keyed)).status, 502)
      assert.strictEqual(textOf((yield* post(base, body(), keyed)).text), answer)
      assert.strictEqual(server.calls, 2)
    })
  )

  it.live("with the same key and another body is refused", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer })
      yield* post(base, body(), keyed)
      const other = yield* post(base, body({ seed: 1 }), keyed)
      assert.strictEqual(other.status, 400)
      assert.match(asError(JSON.parse(other.text)).error.message, /Idempotency-Key/)
      // Another caller's key is another key.
      const caller = yield* post(base, body({ seed: 1 }), { ...keyed, authorization: "Bearer another" })
      assert.deepStrictEqual([caller.status, server.calls], [200, 2])
    })
  )

  it.live("by a client that says so joins the run under way, which goes on when the first one leaves", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 50 })
      const direct = body({ model: "siku:standard@up/m", reasoning_effort: "minimal" })
      const first = yield* Effect.forkChild(post(base, direct))
      yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
      // its headers tell that it has joined
      const second = yield* Effect.promise((signal) =>
        fetch(`${base}/v1/chat/completions`, {
          method: "POST",
          body: direct,
          headers: { "content-type": "application/json", ...again },
          signal
        })
      )
      yield* Fiber.interrupt(first)
      const text = yield* Effect.promise(() => second.text())
      assert.strictEqual(textOf(text), answer)
      assert.strictEqual(server.calls, 1)
    })
  )

  it.live("only looks the same when neither says anything: both are asked", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 20 })
      for (const model of ["up/m", "siku:standard@up/m"]) {
        server.reset()
        const same = body({ model, ...(model === "up/m" ? {} : { reasoning_effort: "minimal" }) })
        yield* Effect.all([post(base, same), post(base, same)], { concurrency: 2 })
        assert.strictEqual(server.calls, 2)
      }
    })
  )
})

describe("somebody else's turn", () => {
  it.live("is joined by nobody who writes another's name into a header", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => answer, chunkDelayMs: 50 })
      const made = yield* manage(base, "POST", "/api/v1/keys", { name: "one", scopes: ["chat"] })
      const mine = { authorization: `Bearer ${String(made.json["key"])}` }
      const id = String(made.json["id"])
      const run = body({ model: "siku:standard@up/m", reasoning_effort: "none" })
      for (const [text, sent] of [
        [body(), keyed],
        [run, again]
      ] as const) {
        server.reset()
        const first = yield* Effect.forkChild(post(base, text, { ...mine, ...sent }))
        yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
        const names = [`key   ${id}`, JSON.stringify(["key", null, null, id]), `Bearer key   ${id}`, id]
        const others = yield* Effect.forEach(
          names.flatMap((name) => [{ authorization: name }, { "x-api-key": name }]),
          (headers) => post(base, text, { ...headers, ...sent }),
          { concurrency: "unbounded" }
        )
        const { text: own } = yield* Fiber.join(first)
        for (const other of others) {
          assert.strictEqual(other.status, 200, other.text)
          assert.notStrictEqual(asFrames(other.text).chunks[0]?.id, asFrames(own).chunks[0]?.id)
        }
        assert.isAbove(server.calls, 1)
      }
    })
  )

  it.effect("is not pushed out, nor kept from being had again, by however many of others", () =>
    Effect.gen(function* () {
      let begun = 0
      const events = Stream.sync((): TurnEvent => ({ _tag: "TextDelta", text: "Because." }))
      const begin = Effect.sync(() => ({ head: `id ${begun++}`, pull: pullOf(events), isFound: false }))
      yield* Effect.gen(function* () {
        const { open } = (yield* SharedTurns).room<string, TurnEvent, TurnError>()
        const ask = (owner: string, key: string) =>
          Effect.scoped(
            Effect.flatMap(
              open({ key, fingerprint: () => "the same", isRetry: false, owner }, begin),
              ({ head, pull }) => Effect.as(restOf(pull), head)
            )
          )
        const mine = yield* ask("acc_mine", "mine 1")
        for (let n = 0; n < 2 * mostShared; n++) yield* ask("acc_other", `other ${n}`)
        assert.strictEqual(yield* ask("acc_mine", "mine 1"), mine)
        const second = yield* ask("acc_mine", "mine 2")
        assert.strictEqual(yield* ask("acc_mine", "mine 2"), second)
        // What has been kept for a minute makes room.
        yield* TestClock.adjust("61 seconds")
        const later = yield* ask("acc_other", "later")
        assert.strictEqual(yield* ask("acc_other", "later"), later)
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a turn that several read", () => {
  it.effect("is that of who began it, whoever reads it first", () =>
    Effect.gen(function* () {
      const asked: Array<string | null> = []
      const events = Stream.fromEffect(
        Effect.map(CurrentUser, ({ keyId }): TurnEvent => {
          asked.push(keyId)
          return { _tag: "TextDelta", text: "Because." }
        })
      )
      const begin = Effect.succeed({ head: "an id", pull: pullOf(events), isFound: false })
      yield* Effect.gen(function* () {
        const { open } = (yield* SharedTurns).room<string, TurnEvent, TurnError>()
        const retry = { key: "a key", fingerprint: () => "the same", isRetry: false, owner: "acc_1" }
        yield* Effect.provideService(open(retry, begin), CurrentUser, keyOf("acc_1", ["chat"]))
        const { head, pull } = yield* open(retry, begin)
        assert.deepStrictEqual([head, (yield* pull).length], ["an id", 1])
        assert.deepStrictEqual(asked, ["key_of_acc_1"])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("is begun once by requests with the same key that come at the same moment", () =>
    Effect.gen(function* () {
      let asked = 0
      const events = Stream.sync((): TurnEvent => ({ _tag: "TextDelta", text: `${asked++}` }))
      const begin = Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => ({ head: {}, pull: pullOf(events), isFound: false }))
      )
      yield* Effect.gen(function* () {
        const { open } = (yield* SharedTurns).room<object, TurnEvent, TurnError>()
        const retry = { key: "a key", fingerprint: () => "the same", isRetry: false, owner: "acc_1" }
        const [first, second] = yield* Effect.all([open(retry, begin), open(retry, begin)], { concurrency: 2 })
        yield* first.pull
        yield* second.pull
        assert.strictEqual(first.head, second.head)
        assert.strictEqual(asked, 1)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("can be had again by its key for a minute after its end", () =>
    Effect.gen(function* () {
      let begun = 0
      const events = Stream.sync((): TurnEvent => ({ _tag: "TextDelta", text: "Because." }))
      const begin = Effect.sync(() => ({ head: `id ${begun++}`, pull: pullOf(events), isFound: false }))
      yield* Effect.gen(function* () {
        const { open } = (yield* SharedTurns).room<string, TurnEvent, TurnError>()
        const retry = { key: "a key", fingerprint: () => "the same", isRetry: false, owner: "acc_1" }
        const ask = Effect.scoped(Effect.flatMap(open(retry, begin), ({ head, pull }) => Effect.as(restOf(pull), head)))
        assert.strictEqual(yield* ask, "id 0")
        yield* TestClock.adjust("59 seconds")
        assert.strictEqual(yield* ask, "id 0")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* ask, "id 1")
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("goes on by its key for half a minute when nobody reads it, and ends then", () =>
    Effect.gen(function* () {
      let isOver = false
      const events = Stream.ensuring(
        Stream.never,
        Effect.sync(() => (isOver = true))
      )
      const begin = Effect.succeed({ head: "an id", pull: pullOf(events), isFound: false })
      yield* Effect.gen(function* () {
        const { open } = (yield* SharedTurns).room<string, TurnEvent, TurnError>()
        const retry = { key: "a key", fingerprint: () => "the same", isRetry: false, owner: "acc_1" }
        const asking = yield* Effect.forkChild(Effect.scoped(Effect.flatMap(open(retry, begin), ({ pull }) => pull)))
        yield* TestClock.adjust("1 minute")
        yield* Fiber.interrupt(asking)
        yield* TestClock.adjust("29 seconds")
        assert.isFalse(isOver)
        yield* TestClock.adjust("1 seconds")
        assert.isTrue(isOver)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("has a key that is one key in every room", () =>
    Effect.gen(function* () {
      const begin = Effect.succeed({ head: "an id", pull: pullOf(Stream.never), isFound: false })
      yield* Effect.gen(function* () {
        const shared = yield* SharedTurns
        const rooms = [
          shared.room<string, TurnEvent, TurnError>(),
          shared.room<string, TurnEvent, TurnError>()
        ] as const
        yield* rooms[0].open({ key: "a key", fingerprint: () => "one", isRetry: false, owner: "acc_1" }, begin)
        const other = rooms[1].open(
          { key: "a key", fingerprint: () => "another", isRetry: false, owner: "acc_1" },
          begin
        )
        assert.match((yield* Effect.flip(other)).message, /Idempotency-Key/)
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a client that leaves", () => {
  for (const model of ["up/m", "siku:standard@up/m", "siku:lite@up/m"]) {
    for (const stream of [true, false]) {
      it.live(`ends the model's call: ${model}, ${stream ? "streamed" : "whole"}`, () =>
        Effect.gen(function* () {
          const { base, server } = yield* sikuOverUpstream({
            fallback: { kind: stream ? "stallMidBody" : "stallBeforeHeaders" },
            answer: () => answer
          })
          const asked = yield* Effect.forkChild(post(base, body({ model, stream })))
          yield* Effect.promise(() => server.when(({ active }) => active === 1))
          yield* Fiber.interrupt(asked)
          yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 1))
          assert.strictEqual(server.calls, 1)
        })
      )
    }
  }
})
