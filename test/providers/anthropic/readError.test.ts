import { assert, describe, it } from "@effect/vitest"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import { targetOf } from "../openai/targets.ts"

const target = targetOf("anthropic")
const read = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  anthropicFamily.readError(target, status, headers, body, 0)
const reason = (status: number, type: string, message: string, details: unknown = null) =>
  read(status, JSON.stringify({ type: "error", error: { details, type, message }, request_id: "req_011CSH" }))._tag

describe("Anthropic's errors", () => {
  it.each([
    [400, "invalid_request_error", "max_tokens: Field required", "BadRequest"],
    [401, "authentication_error", "invalid x-api-key", "AuthFailed"],
    [402, "billing_error", "There is an issue with your payment information.", "NoBalance"],
    [403, "permission_error", "Your API key does not have permission", "AuthFailed"],
    [404, "not_found_error", "model: claude-2", "ModelNotFound"],
    [409, "conflict_error", "Try again", "Unavailable"],
    [413, "request_too_large", "Request exceeds the maximum allowed number of bytes.", "ContextTooLong"],
    [429, "rate_limit_error", "This request would exceed your organization's rate limit", "RateLimited"],
    [500, "api_error", "Internal server error", "Unavailable"],
    [504, "timeout_error", "The request timed out", "Unavailable"],
    [529, "overloaded_error", "Overloaded", "Overloaded"],
    [500, "overloaded_error", "Overloaded", "Overloaded"]
  ])("%i %s (%s) is %s", (status, type, message, expected) =>
    assert.strictEqual(reason(status, type, message), expected)
  )

  it.each([
    [400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing", "NoBalance"],
    [
      400,
      "You have reached your specified workspace API usage limits. You will regain access on 2026-12-01",
      "NoBalance"
    ],
    [400, "prompt is too long: 208310 tokens > 200000 maximum", "ContextTooLong"],
    [400, "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease", "ContextTooLong"],
    [400, "Output blocked by content filtering policy", "ContentFiltered"]
  ])("%i invalid_request_error: %s is %s", (status, message, expected) =>
    assert.strictEqual(reason(status, "invalid_request_error", message), expected)
  )

  it("tells a month's spend cap from a rate limit", () => {
    assert.strictEqual(
      reason(429, "rate_limit_error", "limit", { error_code: "enforced_spend_limit_reached" }),
      "NoBalance"
    )
    assert.strictEqual(reason(429, "rate_limit_error", "limit", { error_code: "another" }), "RateLimited")
    assert.strictEqual(reason(429, "rate_limit_error", "limit", [1]), "RateLimited")
  })

  it("carry the pause that the headers ask for", () => {
    const body = '{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'
    assert.deepInclude(read(429, body, { "retry-after": "12" }), { _tag: "RateLimited", retryAfterMillis: 12_000 })
    assert.deepInclude(read(529, "", { "retry-after": "1" }), { _tag: "Overloaded", retryAfterMillis: 1000 })
    assert.notProperty(read(429, body), "retryAfterMillis")
  })

  it("are read by their status where a gateway sends something else", () => {
    assert.strictEqual(read(502, "<html><h1>Bad gateway</h1></html>")._tag, "Unavailable")
    assert.include(read(502, "<html><h1>Bad gateway</h1></html>").detail, "HTTP 502: Bad gateway")
    assert.strictEqual(read(413, "<html>")._tag, "ContextTooLong")
    assert.strictEqual(read(401, '{"error":{"message":"no","type":"invalid_request_error"}}')._tag, "AuthFailed")
    assert.strictEqual(read(418, "")._tag, "BadRequest")
  })
})
