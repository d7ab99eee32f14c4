import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Fault } from "../../scripts/upstream/Faults.ts"
import * as status from "../../scripts/upstream/StatusFaults.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { manage, query, startSiku } from "../support/siku.ts"

const options = "甲\n乙\n丙\n丁"
const right = () => '{"answer":["甲"]}'
const ask = (base: string, title: string) => query(base, { title, options, type: "single" })

describe("under load", () => {
  it.live("a thousand identical misses are one model call and one answer", () =>
    Effect.gen(function* () {
      const model = yield* upstream({ latencyMs: 50, answer: right })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      const seen = yield* Effect.all(
        Array.from({ length: 1000 }, () => ask(base, "一个从未见过的问题")),
        { concurrency: "unbounded" }
      )
      assert.isTrue(seen.every(({ json }) => json["code"] === 1 && json["answer"] === "甲"))
      assert.strictEqual(new Set(seen.map(({ json }) => json["id"])).size, 1)
      assert.strictEqual(model.calls, 1)
    })
  )

  it.live("a thousand different misses lose none", () =>
    Effect.gen(function* () {
      const model = yield* upstream({ latencyMs: 5, answer: right })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      const seen = yield* Effect.all(
        Array.from({ length: 1000 }, (_, n) => ask(base, `第${n}个从未见过的问题`)),
        { concurrency: "unbounded" }
      )
      assert.isTrue(seen.every(({ json }) => json["code"] === 1))
      assert.strictEqual(new Set(seen.map(({ json }) => json["id"])).size, 1000)
      assert.strictEqual(model.calls, 1000)
    })
  )
})

const failing = Effect.fnUntraced(function* (fault: Fault) {
  const model = yield* upstream({ fallback: fault, answer: right })
  const base = yield* startSiku({
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
    set: ["ai.timeout=1", "ai.max_retries=0", "answering.deadline=3"]
  })
  return { base, model }
})

// Some of them do nothing but wait.
describe.concurrent("a provider that fails", () => {
  const lasting: ReadonlyArray<readonly [string, Fault, RegExp]> = [
    ["a rate limit", status.rateLimited({ retryAfterSeconds: 120 }), /频繁/],
    ["a wrong key", status.authFailed, /API Key/],
    ["no balance", status.noBalance, /余额/]
  ]
  for (const [name, fault, message] of lasting) {
    it.live(`with ${name} gives code 0 and a plain reason, and is left alone until it is tried by hand`, () =>
      Effect.gen(function* () {
        const { base, model } = yield* failing(fault)
        for (const _ of [1, 2]) {
          const failed = yield* ask(base, "问题")
          assert.deepStrictEqual([failed.status, failed.json["code"], failed.json["source"]], [200, 0, "none"])
          assert.match(String(failed.json["msg"]), message)
          assert.strictEqual(model.calls, 1)
        }
        model.configure({ fallback: "ok" })
        const tried = yield* manage(base, "POST", "/api/v1/providers/custom/test")
        assert.isTrue(tried.json["ok"])
        assert.strictEqual((yield* ask(base, "问题")).json["code"], 1)
        assert.strictEqual(model.calls, 3)
      })
    )
  }

  const faults: ReadonlyArray<readonly [string, Fault, RegExp]> = [
    ["a server error", status.serverError(500), /不可用/],
    ["a stall", { kind: "stallBeforeHeaders" }, /超时|仍在思考/],
    ["a stalled body", { kind: "stallMidBody" }, /超时|仍在思考/],
    ["a cut body", { kind: "cutBody" }, /无法连接/],
    ["a reset connection", { kind: "resetOnConnect" }, /无法连接/],
    ["an error under 200", { kind: "errorIn200" }, /无法识别/],
    ["an empty completion", { kind: "emptyCompletion" }, /无法识别/],
    ["broken JSON", { kind: "badJson" }, /无法识别/],
    ["a web page", { kind: "html" }, /无法识别/]
  ]
  for (const [name, fault, message] of faults) {
    it.live(`with ${name} gives code 0 and a plain reason, and is asked again next time`, () =>
      Effect.gen(function* () {
        const { base, model } = yield* failing(fault)
        const failed = yield* ask(base, "问题")
        assert.deepStrictEqual([failed.status, failed.json["code"], failed.json["source"]], [200, 0, "none"])
        assert.match(String(failed.json["msg"]), message)
        assert.notMatch(failed.text, /Error|stack|\bat \b/)
        model.configure({ fallback: "ok" })
        assert.strictEqual((yield* ask(base, "问题")).json["code"], 1)
        assert.strictEqual(model.calls, 2)
      })
    )
  }
})
