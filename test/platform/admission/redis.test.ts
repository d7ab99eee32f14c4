import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, Schedule } from "effect"
import { NodeRedis } from "@effect/platform-node"
import { Redis } from "effect/persistence"
import { type Ask, Counts } from "../../../src/platform/admission/Counts.ts"
import * as CountsLive from "../../../src/platform/admission/countsLive.ts"
import { takeFrom } from "../../../src/platform/admission/RedisCounts.ts"
import { slotsPerWindow } from "../../../src/platform/admission/SlidingWindow.ts"
import { testConfig } from "../../support/config.ts"
import { freePort, hasRedis, redisAt } from "../../support/redis.ts"

const ask = (perMinute: number, perHour = 0, of: Ask["of"] = "key", id = "k"): Ask => ({ of, id, perMinute, perHour })

/** Counts of one process. */
const countsAt = (url: string, said: Array<string> = []) =>
  Effect.map(
    Layer.build(
      CountsLive.layer.pipe(
        Layer.provide(testConfig({ set: [`cache.redis_url=${url}`] })),
        Layer.provide(Logger.layer([Logger.make(({ message }) => void said.push(String(message)))])),
        Layer.orDie
      )
    ),
    Context.get(Counts)
  )

const until = (counts: Counts["Service"], state: "up" | "down") =>
  Effect.sync(counts.shared).pipe(
    Effect.repeat({ until: (now) => now === state, schedule: Schedule.spaced("10 millis") })
  )

const clientAt = (url: string) => Effect.map(Layer.build(NodeRedis.layer({ url })), Context.get(Redis.Redis))

describe.skipIf(!hasRedis)("counts in Redis (skipped where there is no redis-server on the PATH)", () => {
  it.live("are those of all processes together, to the last one", () =>
    Effect.gen(function* () {
      const { url } = yield* redisAt(yield* freePort)
      const processes = [yield* countsAt(url), yield* countsAt(url), yield* countsAt(url)]
      for (const each of processes) yield* until(each, "up")
      const verdicts = yield* Effect.forEach(
        Array.from({ length: 20 }, () => processes).flat(),
        (counts) => counts.take([ask(25, 100), ask(1000, 0, "address", "a")]),
        { concurrency: "unbounded" }
      )
      const admitted = verdicts.filter((verdict) => verdict?.isAdmitted)
      assert.strictEqual(admitted.length, 25)
      assert.deepStrictEqual(
        admitted.map((verdict) => verdict?.remaining).sort((a = 0, b = 0) => b - a),
        Array.from({ length: 25 }, (_, n) => 24 - n)
      )
      for (const verdict of verdicts)
        if (verdict?.isAdmitted === false) {
          assert.deepInclude(verdict, { of: "key", window: "minute", limit: 25, remaining: 0 })
          assert.isAbove(verdict.resetMillis, 55_000)
          assert.isAtMost(verdict.resetMillis, 62_000)
        }
    })
  )

  it.live("slide: what is older than the window is forgotten, and what is in it waits for its end", () =>
    Effect.gen(function* () {
      const { url } = yield* redisAt(yield* freePort)
      const client = yield* clientAt(url)
      const take = takeFrom(client)
      const width = 60_000 / slotsPerWindow
      const now = Math.floor(Date.now() / width)
      const key = "siku:rate:key:k:minute"
      yield* client.send("HSET", key, String(now - 40), "7", String(now - 20), "2", String(now - 10), "3")
      const first = yield* take([ask(6)])
      assert.deepInclude(first, { isAdmitted: true, remaining: 0 })
      const refused = yield* take([ask(6)])
      assert.isFalse(refused?.isAdmitted)
      // The two of twenty slots ago go first, once their whole slot is out of the window.
      const left = (now - 20 + slotsPerWindow + 1) * width - Date.now()
      assert.isAtMost(Math.abs((refused?.resetMillis ?? 0) - left), 1000)
      assert.isFalse((yield* take([ask(5)]))?.isAdmitted)
      assert.strictEqual(yield* client.send<number>("HEXISTS", key, String(now - 40)), 0)
      assert.isAtMost(yield* client.send<number>("PTTL", key), 62_000)
    })
  )

  it.live("count as of now what was counted by a clock that ran ahead, and let it go with the window", () =>
    Effect.gen(function* () {
      const { url } = yield* redisAt(yield* freePort)
      const client = yield* clientAt(url)
      const take = takeFrom(client)
      const width = 60_000 / slotsPerWindow
      const now = Math.floor(Date.now() / width)
      const key = "siku:rate:key:k:minute"
      yield* client.send("HSET", key, String(now + 1800), "4", String(now + 900_000), "3", String(now - 5), "1")
      const refused = yield* take([ask(8)])
      assert.deepInclude(refused, { isAdmitted: false, window: "minute" })
      assert.isAtMost(refused?.resetMillis ?? 0, 62_000)
      assert.isAbove(refused?.resetMillis ?? 0, 45_000)
      const kept = yield* client.send<Array<string>>("HKEYS", key)
      assert.isTrue(kept.every((slot) => Number(slot) <= Date.now() / width))
      assert.deepInclude(yield* take([ask(9)]), { isAdmitted: true, remaining: 0 })
    })
  )

  it.live("go on in this process while Redis is away, with one word when it goes and one when it is back", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const said: Array<string> = []
      const counts = yield* countsAt(`redis://127.0.0.1:${port}`, said)
      yield* Effect.repeat(
        Effect.sync(() => said.length),
        { until: (lines) => lines > 0, schedule: Schedule.spaced("10 millis") }
      )
      assert.deepInclude(yield* counts.take([ask(3)]), { isAdmitted: true, remaining: 2 })
      assert.deepInclude(counts.takeUnsafe([ask(3)], performance.now()), { isAdmitted: true, remaining: 1 })
      const redis = yield* redisAt(port)
      yield* until(counts, "up")
      assert.strictEqual(counts.takeUnsafe([ask(3)], Date.now()), "elsewhere")
      assert.deepInclude(yield* counts.take([ask(3)]), { isAdmitted: true, remaining: 2 })
      yield* redis.stop
      // Found out by a request, or by a look at it.
      const verdicts = yield* Effect.forEach([1, 2, 3], () => counts.take([ask(9)]))
      assert.isTrue(verdicts.every((verdict) => verdict?.isAdmitted === true))
      yield* until(counts, "down")
      yield* redisAt(port)
      yield* until(counts, "up")
      assert.deepStrictEqual(
        said.map((line) => line.slice(0, 16)),
        ["Redis does not a", "Redis answers ag", "Redis does not a", "Redis answers ag"]
      )
    })
  )

  it.live("ask a Redis that was emptied of its scripts again", () =>
    Effect.gen(function* () {
      const { url } = yield* redisAt(yield* freePort)
      const client = yield* clientAt(url)
      const take = takeFrom(client)
      yield* take([ask(5)])
      yield* client.send("SCRIPT", "FLUSH")
      assert.deepInclude(yield* take([ask(5)]), { isAdmitted: true, remaining: 3 })
      yield* client.send("SET", "siku:rate:key:other:minute", "no hash")
      assert.strictEqual((yield* Effect.flip(take([ask(5, 0, "key", "other")])))._tag, "RedisError")
    })
  )
})

describe("counts where Redis was never there", () => {
  it.live("are this process's own, and the service ends without waiting for it", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const counts = yield* countsAt(`redis://127.0.0.1:${port}`)
      assert.strictEqual(counts.shared(), "down")
      assert.deepInclude(yield* counts.take([ask(1)]), { isAdmitted: true })
      assert.deepInclude(yield* counts.take([ask(1)]), { isAdmitted: false })
    }).pipe(Effect.scoped, Effect.timeout("3 seconds"))
  )
})
