import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { lookingUpAtMost } from "../../src/platform/outbound/pinned.ts"
import { privateToo, publicOnly, type Resolve } from "../../src/platform/SafeFetchGuard.ts"
import type { ChatModel, ChatReply } from "../../src/providers/ChatModel.ts"
import { guardingImages, hasTooManyImages } from "../../src/providers/imageGuard.ts"

const reply: ChatReply = {
  text: "a cat",
  reasoning: "",
  toolCalls: [],
  finish: "stop",
  usage: {
    promptTokens: 1,
    completionTokens: 1,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false
  },
  provider: "p",
  model: "m"
}

/** A model that counts what it is asked. */
const counting = () => {
  const asked = { times: 0 }
  const ask = Effect.sync(() => {
    asked.times++
    return reply
  })
  const model: ChatModel = {
    provider: "p",
    name: "P",
    model: "m",
    complete: () => ask,
    stream: () => Stream.drain(Stream.fromEffect(ask))
  }
  return { asked, model }
}

// The internet and what is inside, as a resolver would tell.
const resolve: Resolve = (host) =>
  host === "example.org"
    ? Effect.succeed(["93.184.216.34"])
    : host === "inside.example.org"
      ? Effect.succeed(["93.184.216.34", "10.0.0.7"])
      : Effect.fail("unknown")

const showing = (...urls: ReadonlyArray<string>) => ({
  messages: [{ role: "user", content: urls.map((url) => ({ type: "image", url }) as const) }] as const
})

const refused = [
  "https://127.0.0.1/a.png",
  "https://127.1/a.png",
  "https://2130706433/a.png",
  "https://0x7f.1/a.png",
  "https://[::1]/a.png",
  "https://[::ffff:10.0.0.1]/a.png",
  "https://10.0.0.5/a.png",
  "https://192.168.1.1/a.png",
  "https://172.16.0.1/a.png",
  "https://169.254.169.254/latest/meta-data",
  "https://100.64.0.1/a.png",
  "https://localhost/a.png",
  "https://router.local/a.png",
  "https://metadata.google.internal/computeMetadata/v1",
  "https://redis/a.png",
  "https://nas.home.arpa/a.png",
  "https://inside.example.org/a.png",
  "https://example.org:6379/a.png",
  "https://user:secret@example.org/a.png",
  "HTTPS://LOCALHOST/a.png"
]

describe("images that strangers point at", () => {
  for (const url of refused) {
    it.effect(`are not handed on to a platform from ${url}`, () =>
      Effect.gen(function* () {
        const { asked, model } = counting()
        const guarded = guardingImages(model, publicOnly, resolve)
        const whole = yield* Effect.flip(guarded.complete(showing("https://example.org/a.png", url)))
        assert.strictEqual(whole.reason._tag, "BadRequest")
        const streamed = yield* Effect.flip(Stream.runDrain(guarded.stream(showing(url))))
        assert.strictEqual(streamed.reason._tag, "BadRequest")
        assert.strictEqual(asked.times, 0)
      })
    )
  }

  it.effect("are handed on from the internet, from a name that nobody here knows, and as content", () =>
    Effect.gen(function* () {
      const { asked, model } = counting()
      const guarded = guardingImages(model, publicOnly, resolve)
      const shown = showing(
        "https://example.org/a.png",
        "https://unknown.example.net/b.png",
        "data:image/png;base64,AA=="
      )
      yield* guarded.complete(shown)
      yield* Stream.runDrain(guarded.stream(shown))
      yield* guarded.complete({ messages: [{ role: "user", content: "https://10.0.0.1/a.png" }] })
      assert.strictEqual(asked.times, 3)
    })
  )

  it.effect(
    "are handed on from networks of the operator's own where he says so, and never from where clouds tell secrets",
    () =>
      Effect.gen(function* () {
        const { asked, model } = counting()
        const guarded = guardingImages(model, privateToo, resolve)
        yield* guarded.complete(showing("https://10.0.0.5/a.png", "https://localhost/a.png"))
        assert.strictEqual(asked.times, 1)
        yield* Effect.flip(guarded.complete(showing("https://169.254.169.254/a.png")))
        assert.strictEqual(asked.times, 1)
      })
  )

  it("are two hundred in a conversation, and no more", () => {
    const url = "https://example.org/a.png"
    assert.isFalse(hasTooManyImages(showing(...Array.from({ length: 200 }, () => url)).messages))
    assert.isTrue(hasTooManyImages(showing(...Array.from({ length: 201 }, () => url)).messages))
  })

  it.effect("have their names looked up two at a time, also when those who asked have gone", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<void>()
      let looking = 0
      let most = 0
      const slow: Resolve = () =>
        Effect.gen(function* () {
          looking++
          most = Math.max(most, looking)
          yield* Deferred.await(answer)
          looking--
          return ["93.184.216.34"]
        })
      const bounded = lookingUpAtMost(2, slow)
      const gone = yield* Effect.forkChild(Effect.all([bounded("a"), bounded("b")], { concurrency: 2 }))
      yield* Effect.yieldNow
      yield* Effect.forkChild(Fiber.interrupt(gone))
      const waiting = yield* Effect.forkChild(bounded("c"))
      yield* Effect.yieldNow
      assert.deepStrictEqual([looking, most], [2, 2])
      yield* Deferred.succeed(answer, undefined)
      assert.deepStrictEqual(yield* Fiber.join(waiting), ["93.184.216.34"])
      assert.deepStrictEqual([looking, most], [0, 2])
    })
  )
})
