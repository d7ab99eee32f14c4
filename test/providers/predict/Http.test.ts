import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { send, startSiku } from "../../support/siku.ts"

const predict = (base: string, body: unknown) =>
  send(`${base}/api/v1/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body)
  })

const setUp = Effect.fnUntraced(function* (fallback: Fault | "ok" = "ok") {
  const model = yield* upstream({ fallback, answer: () => "the answer" })
  const base = yield* startSiku({
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
    set: ["ai.max_retries=0", "ai.timeout=1"]
  })
  return { base, model }
})

describe("POST /api/v1/predict", () => {
  it.live("makes one plain call with what was given, by the default or a named model", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      for (const [model_name, asked] of [
        [undefined, "m"],
        ["default", "m"],
        ["custom", "m"],
        ["custom/org/other-7b", "org/other-7b"]
      ] as const) {
        const seen = yield* predict(base, { text: "问", model_name, temperature: 0.5, max_tokens: 99 })
        assert.strictEqual(seen.status, 200, seen.text)
        assert.deepInclude(seen.json, { success: true, message: "ok" })
        assert.deepInclude(seen.json["data"], { result: "the answer", estimated: false })
        assert.match(String(seen.json["timestamp"]), /^\d{4}-\d\d-\d\dT.*Z$/)
        assert.strictEqual(seen.json["request_id"], seen.headers.get("x-request-id"))
        assert.deepStrictEqual(model.requests.at(-1)?.body, {
          model: asked,
          messages: [{ role: "user", content: "问" }],
          temperature: 0.5,
          max_tokens: 99
        })
      }
    })
  )

  it.live("says what is wrong with a request, and calls nobody", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      for (const body of [
        {},
        { text: "" },
        { text: "x".repeat(10_001) },
        { text: 1 },
        { text: "x", temperature: 2.1 },
        { text: "x", temperature: -1 },
        { text: "x", max_tokens: 0 },
        { text: "x", max_tokens: 2001 },
        { text: "x", max_tokens: 1.5 },
        []
      ]) {
        const seen = yield* predict(base, body)
        assert.strictEqual(seen.status, 422, JSON.stringify(body))
        assert.include(seen.headers.get("content-type"), "problem+json")
      }
      for (const model_name of ["nobody", "nobody/m", "custom/"]) {
        assert.strictEqual((yield* predict(base, { text: "x", model_name })).status, 404)
      }
      assert.strictEqual(model.calls, 0)
    })
  )

  it.live("says so when no provider is set up", () =>
    Effect.gen(function* () {
      const seen = yield* predict(yield* startSiku(), { text: "x" })
      assert.strictEqual(seen.status, 503)
      assert.include(seen.text, "DEEPSEEK_API_KEY")
    })
  )

  const faults: ReadonlyArray<readonly [Fault, number, string]> = [
    [status.serverError(500), 502, "Unavailable"],
    [status.authFailed, 502, "AuthFailed"],
    [status.noBalance, 502, "NoBalance"],
    [status.contentFiltered, 502, "ContentFiltered"],
    [{ kind: "errorIn200" }, 502, "Malformed"],
    [{ kind: "resetOnConnect" }, 502, "Network"],
    [{ kind: "stallBeforeHeaders" }, 504, "Timeout"]
  ]
  for (const [fault, code, reason] of faults) {
    it.live(`tells of ${reason} with ${code}, and what to do`, () =>
      Effect.gen(function* () {
        const { base } = yield* setUp(fault)
        const seen = yield* predict(base, { text: "x" })
        assert.strictEqual(seen.status, code, seen.text)
        assert.deepInclude(seen.json, { reason, provider: "custom", model: "m" })
        assert.match(String(seen.json["detail"]), /[.]$/)
      })
    )
  }

  it.live("closes the call to the platform when its caller leaves", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({ kind: "stallAfterHeaders" })
      const calling = yield* Effect.forkChild(predict(base, { text: "x" }))
      yield* Effect.promise(() => model.when(({ calls }) => calls === 1))
      yield* Fiber.interrupt(calling)
      yield* Effect.promise(() => model.when(({ aborted }) => aborted === 1))
      assert.strictEqual(model.active, 0)
    })
  )
})
