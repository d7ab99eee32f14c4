// `errorBodies.jsonl` holds error replies in the form in which the platforms document or are known to send them.
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { presets, type Preset } from "../../../src/platform/config/Presets.ts"
import { openAiFamily } from "../../../src/providers/openai/Family.ts"
import { key, targetOf } from "./targets.ts"

const now = Date.UTC(2026, 0, 1)

const reasonOf = (
  platform: string,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  changes: Partial<Preset> = {}
) =>
  openAiFamily.readError(
    targetOf(platform, "m", changes),
    status,
    headers,
    typeof body === "string" ? body : JSON.stringify(body),
    now
  )

const Case = Schema.fromJsonString(
  Schema.Struct({
    platform: Schema.String,
    what: Schema.String,
    status: Schema.Int,
    tag: Schema.String,
    /** As it comes over the wire. */
    body: Schema.String
  })
)

const cases = readFileSync(new URL("errorBodies.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => Schema.decodeSync(Case)(line))

for (const [platform, ofPlatform] of Object.entries(Object.groupBy(cases, ({ platform }) => platform))) {
  describe(`an error of ${platform}`, () => {
    for (const { body, status, tag, what } of ofPlatform ?? []) {
      it(`is ${tag} for ${what}`, () => assert.strictEqual(reasonOf(platform, status, body)._tag, tag))
    }
  })
}

it("has been seen of every platform that is spoken to in this way", () => {
  const spoken = [...presets].filter(([, preset]) => preset.family === "openai").map(([name]) => name)
  assert.includeMembers(
    cases.map(({ platform }) => platform),
    spoken
  )
})

describe("an error reply", () => {
  it("is what the preset says of its code, whatever the status and the words", () => {
    const body = { error: { code: "insufficient_quota", message: "You exceeded your current quota", type: "quota" } }
    assert.strictEqual(reasonOf("custom", 429, body)._tag, "NoBalance")
    const errorCodes = { Insufficient_Quota: "RateLimited" as const }
    assert.strictEqual(reasonOf("custom", 429, body, {}, { errorCodes })._tag, "RateLimited")
    assert.strictEqual(
      reasonOf("custom", 429, { error: { type: "x", code: 7 } }, {}, { errorCodes: { "7": "Overloaded" } })._tag,
      "Overloaded"
    )
  })

  it("carries the platform's words, cut short, and never the key", () => {
    const echoed = reasonOf("openai", 401, { error: { message: `Incorrect API key provided: ${key}.` } })
    assert.strictEqual(echoed.detail, "HTTP 401: Incorrect API key provided: ***.")
    assert.isBelow(reasonOf("openai", 400, { error: { message: "x".repeat(10_000) } }).detail.length, 500)
    assert.isBelow(reasonOf("openai", 500, "y".repeat(10_000)).detail.length, 500)
    assert.strictEqual(
      reasonOf("custom", 502, "<html><title>502 Bad\nGateway</title></html>").detail,
      "HTTP 502: 502 Bad Gateway"
    )
    assert.strictEqual(reasonOf("custom", 500, "").detail, "HTTP 500")
    const behind = { error: { message: "Provider returned error", code: 502, metadata: { raw: "upstream is out" } } }
    assert.strictEqual(reasonOf("openrouter", 502, behind).detail, "HTTP 502: Provider returned error: upstream is out")
  })

  it("says how long to wait, by retry-after before all else", () => {
    const wait = (status: number, headers: Readonly<Record<string, string>>) => {
      const reason = reasonOf("openai", status, {}, headers)
      return "retryAfterMillis" in reason ? reason.retryAfterMillis : undefined
    }
    assert.strictEqual(wait(429, { "retry-after": "3", "x-ratelimit-reset-requests": "9s" }), 3000)
    assert.strictEqual(wait(503, { "retry-after-ms": "1500" }), 1500)
    assert.strictEqual(wait(429, { "x-ratelimit-reset-requests": "1m30.5s" }), 90_500)
    assert.strictEqual(wait(503, { "x-ratelimit-reset-requests": "9s" }), undefined)
    assert.strictEqual(wait(429, {}), undefined)
  })

  it("is a wait rather than an empty account where OpenRouter asks to come back", () => {
    const body = { error: { message: "Your requests in flight exceed your balance", code: 402 } }
    assert.strictEqual(reasonOf("openrouter", 402, body, { "retry-after": "2" })._tag, "RateLimited")
  })
})
