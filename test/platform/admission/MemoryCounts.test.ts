import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Ask } from "../../../src/platform/admission/Counts.ts"
import { makeMemoryCounts } from "../../../src/platform/admission/MemoryCounts.ts"

const ask = (of: Ask["of"], id: string, perMinute: number, perHour = 0): Ask => ({ of, id, perMinute, perHour })
const start = 1_800_000_000_000

describe("counts in memory", () => {
  it("limit by the minute and by the hour, and say which", () => {
    const counts = makeMemoryCounts()
    const take = (now: number) => counts.takeUnsafe([ask("address", "a", 2, 3)], start + now)
    assert.deepInclude(take(0), { isAdmitted: true, window: "minute", limit: 2, remaining: 1 })
    assert.deepInclude(take(1), { isAdmitted: true, window: "minute", limit: 2, remaining: 0, resetMillis: 61_999 })
    assert.deepInclude(take(2), { isAdmitted: false, of: "address", window: "minute", limit: 2, remaining: 0 })
    assert.deepInclude(take(62_000), { isAdmitted: true, window: "hour", limit: 3, remaining: 0 })
    assert.deepInclude(take(125_000), { isAdmitted: false, window: "hour", limit: 3 })
  })

  it("count for all who are asked for, or for none", () => {
    const counts = makeMemoryCounts()
    const both = [ask("address", "a", 5), ask("key", "k", 1)]
    assert.deepInclude(counts.takeUnsafe(both, start), { isAdmitted: true, of: "key", remaining: 0 })
    for (let n = 0; n < 9; n++) assert.deepInclude(counts.takeUnsafe(both, start), { isAdmitted: false, of: "key" })
    assert.deepInclude(counts.takeUnsafe([ask("address", "a", 5)], start), { isAdmitted: true, remaining: 3 })
  })

  it("do not count what has no limit", () => {
    const counts = makeMemoryCounts()
    assert.isUndefined(counts.takeUnsafe([ask("address", "a", 0, 0)], start))
    assert.isUndefined(counts.takeUnsafe([], start))
  })

  it("do not forget a key for a flood of addresses", () => {
    const counts = makeMemoryCounts(10)
    counts.takeUnsafe([ask("key", "k", 1)], start)
    for (let n = 0; n < 1000; n++) counts.takeUnsafe([ask("address", `10.0.${n >> 8}.${n & 255}`, 1)], start)
    assert.deepInclude(counts.takeUnsafe([ask("key", "k", 1)], start), { isAdmitted: false })
  })

  const Requests = Schema.Array(
    Schema.Struct({
      pause: Schema.Literals([0, 0, 10, 1000, 2001, 30_000, 61_000, 1_800_000]),
      asks: Schema.NonEmptyArray(Schema.Literals(["address a", "address b", "key k", "user u"]))
    })
  )
  const limits: Record<string, Ask> = {
    "address a": ask("address", "a", 3, 5),
    "address b": ask("address", "b", 2, 0),
    "key k": ask("key", "k", 2, 4),
    "user u": ask("user", "u", 4, 6)
  }

  it.prop("never let any of them have more than any of its limits in any window", [Requests], ([requests]) => {
    const counts = makeMemoryCounts()
    const admitted: Array<{ readonly name: string; readonly now: number }> = []
    let now = start
    for (const { asks, pause } of requests) {
      now += pause
      const names = [...new Set(asks)]
      const verdict = counts.takeUnsafe(
        names.flatMap((name) => limits[name] ?? []),
        now
      )
      if (typeof verdict === "object" && verdict.isAdmitted) for (const name of names) admitted.push({ name, now })
    }
    for (const [name, { perHour, perMinute }] of Object.entries(limits)) {
      const times = admitted.flatMap((each) => (each.name === name ? [each.now] : []))
      for (const time of times) {
        const within = (millis: number) => times.filter((other) => other >= time && other < time + millis).length
        assert.isAtMost(within(60_000), perMinute)
        if (perHour > 0) assert.isAtMost(within(3_600_000), perHour)
      }
    }
  })
})
