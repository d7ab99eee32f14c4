import { assert, describe, it } from "@effect/vitest"
import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import { targetOf } from "../openai/targets.ts"

const target = targetOf("google")
const read = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  geminiFamily.readError(target, status, headers, body, 0)
const status = (code: number, name: string, message: string, details: ReadonlyArray<object> = []) =>
  read(code, JSON.stringify({ error: { code, message, status: name, ...(details.length > 0 && { details }) } }))

const detail = (type: string, fields: object) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...fields })
const quotaMessage = "You exceeded your current quota, please check your plan and billing details."
const help = detail("Help", { links: [{ description: "Learn more", url: "https://ai.google.dev" }] })
const overQuota = (quotaId: string, quotaValue = "10") =>
  detail("QuotaFailure", { violations: [{ quotaMetric: "requests", quotaId, quotaDimensions: {}, quotaValue }] })
const retryIn = (retryDelay: string) => detail("RetryInfo", { retryDelay })

describe("Gemini's errors", () => {
  it.each([
    [400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "BadRequest"],
    [400, "FAILED_PRECONDITION", "User location is not supported for the API use.", "AuthFailed"],
    [400, "FAILED_PRECONDITION", "The free tier is not available. Please enable billing on your project.", "NoBalance"],
    [400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", "AuthFailed"],
    [
      400,
      "INVALID_ARGUMENT",
      "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).",
      "ContextTooLong"
    ],
    [401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "AuthFailed"],
    [402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", "NoBalance"],
    [403, "PERMISSION_DENIED", "Your API key doesn't have the required permissions.", "AuthFailed"],
    [404, "NOT_FOUND", "models/gemini-1 is not found for API version v1beta", "ModelNotFound"],
    [429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", "RateLimited"],
    [429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", "NoBalance"],
    [499, "CANCELLED", "The operation was cancelled.", "Unavailable"],
    [500, "INTERNAL", "An internal error has occurred.", "Unavailable"],
    [503, "UNAVAILABLE", "The model is overloaded. Please try again later.", "Overloaded"],
    [504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", "Unavailable"]
  ])("%i %s (%s) is %s", (code, name, message, expected) =>
    assert.strictEqual(status(code, name, message)._tag, expected)
  )

  it("tell a wrong key and a project without billing by the reason in their details", () => {
    const info = (reason: string) => [detail("ErrorInfo", { reason, domain: "googleapis.com", metadata: {} }), help]
    assert.strictEqual(status(400, "INVALID_ARGUMENT", "…", info("API_KEY_INVALID"))._tag, "AuthFailed")
    assert.strictEqual(status(403, "PERMISSION_DENIED", "…", info("BILLING_DISABLED"))._tag, "NoBalance")
  })

  it("say how long to wait where a limit is by the minute", () => {
    const perMinute = overQuota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")
    const limited = (message: string, ...details: ReadonlyArray<object>) =>
      status(429, "RESOURCE_EXHAUSTED", message, details)
    assert.deepInclude(limited(quotaMessage, perMinute, help, retryIn("34.074824224s")), {
      _tag: "RateLimited",
      retryAfterMillis: 34_075
    })
    assert.deepInclude(limited(`${quotaMessage}\nPlease retry in 900.2ms.`, perMinute), { retryAfterMillis: 901 })
    assert.deepInclude(limited(`${quotaMessage}\nPlease retry in 44.1s.`), { retryAfterMillis: 44_100 })
    assert.notProperty(limited(quotaMessage, perMinute, retryIn("soon")), "retryAfterMillis")
    assert.deepInclude(read(429, "", { "retry-after": "3" }), { _tag: "RateLimited", retryAfterMillis: 3000 })
    assert.deepInclude(status(503, "UNAVAILABLE", "busy", [retryIn("9s")]), { retryAfterMillis: 9000 })
  })

  it("are no balance where a quota is by the day or none at all, whatever the delay they suggest", () => {
    const limited = (message: string, ...details: ReadonlyArray<object>) =>
      status(429, "RESOURCE_EXHAUSTED", message, details)._tag
    const perMinute = overQuota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")
    const perDay = overQuota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "250")
    assert.strictEqual(limited(quotaMessage, perDay, retryIn("21s")), "NoBalance")
    assert.strictEqual(limited(quotaMessage, perMinute, perDay), "NoBalance")
    assert.strictEqual(limited(quotaMessage, overQuota("GenerateRequestsPerMinute", "0"), retryIn("2s")), "NoBalance")
    const metric = "* Quota exceeded for metric: free_tier_requests, limit:"
    assert.strictEqual(limited(`${quotaMessage}\n${metric} 0, model: gemini-3-pro`), "NoBalance")
    assert.strictEqual(limited(`${quotaMessage}\n${metric} 20, model: gemini-3-pro`), "RateLimited")
    assert.strictEqual(limited(`${quotaMessage}\n${metric} 0.5`), "RateLimited")
  })

  it("are read in a list, with details in forms of their own, and by status from what is no Google", () => {
    const list = [{ error: { code: 429, message: "exhausted", errors: [{}], status: "RESOURCE_EXHAUSTED" } }]
    assert.strictEqual(read(429, JSON.stringify(list))._tag, "RateLimited")
    assert.strictEqual(status(400, "INVALID_ARGUMENT", "…", [{ reason: 1, violations: {} }])._tag, "BadRequest")
    assert.strictEqual(read(429, '{"error":{"code":"x","message":"slow","status":"Too Many"}}')._tag, "RateLimited")
    assert.strictEqual(read(502, "<html><h1>Bad gateway</h1></html>").detail, "HTTP 502: Bad gateway")
    assert.strictEqual(read(413, "<html>")._tag, "ContextTooLong")
    assert.strictEqual(read(418, "")._tag, "BadRequest")
  })
})
