import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Ref, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Draining } from "../../src/platform/Draining.ts"
import { CheckState } from "../../src/platform/Health.ts"
import { checking, degraded, failed, HealthChecks, ok } from "../../src/platform/HealthChecks.ts"
import { healthOf, Readiness } from "../../src/platform/Readiness.ts"
import { EventLoop } from "../../src/platform/telemetry/EventLoop.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { query, send, startSiku } from "../support/siku.ts"

const fresh = Layer.mergeAll(
  Layer.sync(HealthChecks, () => new Set()),
  Draining.layer
)
const readiness = Readiness.layer.pipe(Layer.provideMerge(fresh))

describe("whether the service is ready", () => {
  it.prop("is as bad as the worst of its parts", [Schema.Array(CheckState)], ([states]) => {
    const health = healthOf(states.map((state, at) => [`part-${at}`, { state }]))
    const expected = states.includes("failed") ? "unavailable" : states.includes("degraded") ? "degraded" : "ok"
    assert.strictEqual(health.status, expected)
    assert.strictEqual(Object.keys(health.checks).length, states.length)
  })

  it("says why, and leaves out what is not set up", () => {
    assert.deepStrictEqual(
      healthOf([
        ["database", ok],
        ["redis", undefined],
        ["providers", degraded("no model can be asked")]
      ]),
      {
        status: "degraded",
        checks: { database: "ok", providers: "degraded" },
        reasons: { providers: "no model can be asked" }
      }
    )
  })

  it.effect("is looked at once a second, however many ask", () =>
    Effect.gen(function* () {
      const looks = yield* Ref.make(0)
      yield* checking(
        "part",
        Effect.as(
          Ref.update(looks, (n) => n + 1),
          ok
        )
      )
      const { check } = yield* Readiness
      const ask = Effect.all(
        Array.from({ length: 100 }, () => check),
        { concurrency: "unbounded" }
      )
      yield* ask
      yield* ask
      assert.strictEqual(yield* Ref.get(looks), 1)
      yield* TestClock.adjust("1 second")
      yield* ask
      assert.strictEqual(yield* Ref.get(looks), 2)
    }).pipe(Effect.provide(readiness))
  )

  it.effect("is known in two seconds, also where a part hangs or breaks; who leaves takes nobody along", () =>
    Effect.gen(function* () {
      yield* checking("hangs", Effect.never)
      yield* checking("breaks", Effect.die(new Error("with a-secret in it")))
      const { check } = yield* Readiness
      const left = yield* Effect.forkChild(check, { startImmediately: true })
      const stays = yield* Effect.forkChild(check, { startImmediately: true })
      yield* Fiber.interrupt(left)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* Fiber.join(stays), {
        status: "unavailable",
        checks: { hangs: "failed", breaks: "failed" },
        reasons: { hangs: "it did not answer in time", breaks: "it could not be checked" }
      })
    }).pipe(Effect.provide(readiness))
  )

  it.effect("is not from the moment on that it is told to stop", () =>
    Effect.gen(function* () {
      yield* checking("part", Effect.succeed(ok))
      const { check } = yield* Readiness
      assert.strictEqual((yield* check).status, "ok")
      const draining = yield* Draining
      draining.begin()
      assert.deepStrictEqual((yield* check).reasons, { shutdown: "it is shutting down" })
      assert.strictEqual((yield* check).status, "unavailable")
    }).pipe(Effect.provide(readiness))
  )

  it.effect("counts a part only as long as it is there", () =>
    Effect.gen(function* () {
      const { check } = yield* Readiness
      const scope = yield* Scope.make()
      yield* Scope.provide(checking("part", Effect.succeed(failed("gone"))), scope)
      assert.strictEqual((yield* check).status, "unavailable")
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* check).status, "ok")
    }).pipe(Effect.provide(readiness))
  )
})

describe("/health/ready", () => {
  it.live("tells of the database and the event loop, and of providers once one is set up", () =>
    Effect.gen(function* () {
      const bare = yield* send(`${yield* startSiku()}/health/ready`)
      assert.deepStrictEqual(bare.json["checks"], { database: "ok", event_loop: "ok" })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: "http://127.0.0.1:9/v1", CUSTOM_MODEL: "m" } })
      for (const path of ["/health/ready", "/health", "/api/v1/health"]) {
        const seen = yield* send(base + path)
        assert.deepStrictEqual([seen.status, seen.json["status"]], [200, "ok"])
        assert.deepInclude(seen.json["checks"], { providers: "ok" })
      }
    })
  )

  it.live("is degraded, and still 200, where the only key is refused", () =>
    Effect.gen(function* () {
      const model = yield* upstream({
        faultFor: () => ({ kind: "status", status: 401, body: { error: { message: "no" } } })
      })
      const base = yield* startSiku({
        environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m", CUSTOM_API_KEY: "sk-a-secret-of-a-test" }
      })
      yield* query(base, { title: "谁知道？" })
      const seen = yield* send(`${base}/health/ready`)
      assert.deepStrictEqual([seen.status, seen.json["status"]], [200, "degraded"])
      assert.deepStrictEqual(seen.json["reasons"], { providers: "no model can be asked: custom refuses its key" })
    })
  )
})

describe("the lag of the event loop", () => {
  it.live("shows what held it up", () =>
    Effect.gen(function* () {
      const { lag } = yield* EventLoop
      const holdUp = Effect.gen(function* () {
        yield* Effect.sleep("50 millis")
        const until = performance.now() + 300
        while (performance.now() < until);
        yield* Effect.sleep("50 millis")
        return lag().max
      })
      // What comes before node has looked at the clock for the first time it does not see.
      assert.isAbove(yield* Effect.repeat(holdUp, { until: (max) => max > 0.2, times: 10 }), 0.2)
      assert.isBelow(lag().max, 10)
      assert.isAtLeast(lag().utilisation, 0)
    }).pipe(Effect.provide(EventLoop.layer))
  )
})
