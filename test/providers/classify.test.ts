import { assert, describe, it } from "@effect/vitest"
import { classify, classifyInBand, readError, readErrorBody } from "../../src/providers/openai/classify.ts"
import { retryAfterMillis } from "../../src/providers/retryAfter.ts"

const reason = (status: number, body: unknown) =>
  classify(status, readErrorBody(JSON.stringify(body)) ?? { code: "", message: "" }, undefined)._tag

// Bodies in the forms that the platforms document.
describe("classify", () => {
  it("tells arrears from a rate limit", () => {
    assert.strictEqual(reason(429, { error: { code: "1113", message: "您的账户已欠费" } }), "NoBalance")
    assert.strictEqual(reason(429, { error: { code: "1302", message: "您当前使用该API的并发数过高" } }), "RateLimited")
    assert.strictEqual(reason(429, { error: { code: "1305", message: "当前API请求过多" } }), "Overloaded")
    assert.strictEqual(
      reason(429, { error: { type: "insufficient_quota", message: "You exceeded your current quota" } }),
      "NoBalance"
    )
    assert.strictEqual(reason(400, { error: { code: "Arrearage", message: "Access denied" } }), "NoBalance")
    assert.strictEqual(reason(403, { error: { code: "AccountOverdueError", message: "…" } }), "NoBalance")
    assert.strictEqual(
      reason(403, { code: 30001, message: "Sorry, your account balance is insufficient" }),
      "NoBalance"
    )
    assert.strictEqual(reason(402, { error: { message: "Insufficient Balance" } }), "NoBalance")
  })

  it("tells what the request is at fault for", () => {
    assert.strictEqual(reason(400, { error: { code: "context_length_exceeded", message: "…" } }), "ContextTooLong")
    assert.strictEqual(
      reason(400, { error: { code: "1301", message: "系统检测到输入或生成内容可能包含不安全或敏感内容" } }),
      "ContentFiltered"
    )
    assert.strictEqual(reason(404, { error: { message: "The model `x` does not exist" } }), "ModelNotFound")
    assert.strictEqual(reason(400, { error: { message: "Model Not Exist" } }), "ModelNotFound")
    assert.strictEqual(reason(400, { error: { message: "temperature is too high" } }), "BadRequest")
    assert.strictEqual(reason(403, { error: { message: "forbidden" } }), "AuthFailed")
  })

  it("tells a busy platform from a broken one", () => {
    assert.strictEqual(reason(503, { error: { message: "engine overloaded" } }), "Overloaded")
    assert.strictEqual(reason(502, "bad gateway"), "Unavailable")
    assert.strictEqual(reason(529, { error: "overloaded" }), "Overloaded")
  })
})

describe("classify, by numbers and words", () => {
  it("looks for numbers in the code alone", () => {
    assert.strictEqual(reason(400, { error: { message: "1301 messages are too many, 1113 at most" } }), "BadRequest")
    assert.strictEqual(reason(429, { error: { message: "Used 1305 of 1302 tokens" } }), "RateLimited")
    assert.strictEqual(reason(400, { error: { code: "11130", message: "…" } }), "BadRequest")
  })

  it("is not led astray by words that mean something else", () => {
    assert.strictEqual(reason(400, { error: { message: "field names are case-sensitive" } }), "BadRequest")
    assert.strictEqual(reason(429, { error: { message: "too many tokens per minute" } }), "RateLimited")
    assert.strictEqual(reason(500, { error: { message: "model not found in cache" } }), "Unavailable")
  })

  it("lets the preset decide on the codes it names, one by one", () => {
    const codes = { Arrearage: "NoBalance", "7": "Overloaded" } as const
    const by = (code: string) => classify(500, { code, message: "" }, undefined, codes)._tag
    assert.strictEqual(by("arrearage arrearage"), "NoBalance")
    assert.strictEqual(by("7 other"), "Overloaded")
    assert.strictEqual(by("77"), "Unavailable")
  })

  it("keeps the pause asked for, where another attempt is worth it", () => {
    const paused = (status: number) => classify(status, { code: "", message: "" }, 1500)
    for (const status of [429, 503, 500]) assert.propertyVal(paused(status), "retryAfterMillis", 1500)
    assert.notProperty(paused(401), "retryAfterMillis")
  })
})

describe("classifyInBand", () => {
  const tag = (error: unknown) => classifyInBand(readError(error) ?? { code: "none", message: "none" })._tag
  it("goes by a status in the code, then by the code, then by the words, and is malformed by none", () => {
    assert.strictEqual(tag({ code: 401, message: "no" }), "AuthFailed")
    assert.strictEqual(tag({ code: "resource_exhausted", message: "no" }), "RateLimited")
    assert.strictEqual(tag({ message: "the engine is overloaded" }), "Overloaded")
    assert.strictEqual(tag({ code: "permission_denied", message: "no" }), "AuthFailed")
    assert.strictEqual(tag({ code: "unheard_of", message: "no" }), "Malformed")
    assert.strictEqual(tag("no"), "Malformed")
    assert.strictEqual(tag(42), "Malformed")
  })

  it("is not asked where there is no error", () => {
    for (const none of [undefined, null, "", {}]) assert.isUndefined(readError(none))
  })
})

describe("retryAfterMillis", () => {
  const now = Date.UTC(2026, 0, 1)
  it("reads milliseconds, seconds and dates, and nothing else", () => {
    assert.strictEqual(retryAfterMillis({ "retry-after-ms": "150", "retry-after": "9" }, now), 150)
    assert.strictEqual(retryAfterMillis({ "retry-after": "1.5" }, now), 1500)
    assert.strictEqual(retryAfterMillis({ "retry-after": new Date(now + 4000).toUTCString() }, now), 4000)
    assert.strictEqual(retryAfterMillis({ "retry-after": new Date(now - 4000).toUTCString() }, now), 0)
    assert.isUndefined(retryAfterMillis({ "retry-after": "soon" }, now))
    assert.isUndefined(retryAfterMillis({ "retry-after": "-1" }, now))
    assert.strictEqual(retryAfterMillis({ "retry-after-ms": "", "retry-after": "2" }, now), 2000)
    assert.isUndefined(retryAfterMillis({}, now))
  })
})
