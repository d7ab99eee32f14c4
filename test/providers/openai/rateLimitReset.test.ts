import { assert, describe, it } from "@effect/vitest"
import { rateLimitResetMillis } from "../../../src/providers/openai/rateLimitReset.ts"

const now = Date.UTC(2026, 0, 1)

describe("rateLimitResetMillis", () => {
  it("reads durations, seconds, and times in seconds and milliseconds", () => {
    const cases: ReadonlyArray<readonly [string, number]> = [
      ["6m0s", 360_000],
      ["1h2m3.5s", 3_723_500],
      ["12ms", 12],
      ["1s", 1000],
      ["0", 0],
      ["20", 20_000],
      [String(now / 1000 + 5), 5000],
      [String(now + 7000), 7000]
    ]
    for (const [reset, wait] of cases) {
      assert.strictEqual(rateLimitResetMillis({ "x-ratelimit-reset": reset }, now), wait, reset)
    }
  })

  it("takes no nonsense: words, the past, and what lies more than a day ahead", () => {
    for (const reset of ["", " ", "soon", "-1", "1x", "s", "2d", String(now - 1000), String(now + 90_000_000)]) {
      assert.isUndefined(rateLimitResetMillis({ "x-ratelimit-reset": reset }, now), reset)
    }
    assert.isUndefined(rateLimitResetMillis({}, now))
  })

  it("goes by the limits that are used up, the longest of them", () => {
    const requests = { "x-ratelimit-reset-requests": "8s" }
    const tokens = { "x-ratelimit-reset-tokens": "20s" }
    assert.strictEqual(rateLimitResetMillis({ ...requests, ...tokens }, now), 20_000)
    assert.strictEqual(
      rateLimitResetMillis(
        { ...requests, "x-ratelimit-remaining-requests": "0", ...tokens, "x-ratelimit-remaining-tokens": "149" },
        now
      ),
      8000
    )
    assert.isUndefined(rateLimitResetMillis({ ...requests, "x-ratelimit-remaining-requests": "3" }, now))
  })
})
