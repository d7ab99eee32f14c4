import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { RecentMap } from "../../../src/platform/admission/RecentMap.ts"
import { SlidingWindow, slotsPerWindow } from "../../../src/platform/admission/SlidingWindow.ts"

const width = 60_000
const slot = width / slotsPerWindow
const start = 1_800_000_000_123

// Pauses between requests: bursts, parts of a slot, whole slots and windows.
const Pauses = Schema.Array(
  Schema.Literals([0, 0, 0, 1, 400, slot - 1, slot, slot + 1, 9000, 29_000, width, 2 * width])
)
const Limit = Schema.Literals([1, 2, 3, 5, 8])

/** The times at which requests came, and whether each was let through. */
const replay = (pauses: ReadonlyArray<number>, limit: number) => {
  const window = new SlidingWindow(width)
  let now = start
  return pauses.map((pause) => {
    now += pause
    const isAdmitted = window.at(now) < limit
    const wait = isAdmitted ? 0 : window.untilBelow(limit, now)
    if (isAdmitted) window.add()
    return { now, isAdmitted, wait }
  })
}

describe("a sliding window", () => {
  it.prop(
    "lets no more than the limit through in any stretch as long as the window",
    [Pauses, Limit],
    ([pauses, limit]) => {
      const admitted = replay(pauses, limit).filter(({ isAdmitted }) => isAdmitted)
      for (const [first, { now }] of admitted.entries()) {
        const within = admitted.slice(first).filter((other) => other.now < now + width)
        assert.isAtMost(within.length, limit)
      }
    }
  )

  it.prop(
    "refuses nothing that has less than the limit in the window and a slot before it",
    [Pauses, Limit],
    ([pauses, limit]) => {
      const seen = replay(pauses, limit)
      for (const [at, { isAdmitted, now }] of seen.entries()) {
        if (isAdmitted) continue
        const before = seen.slice(0, at).filter((other) => other.isAdmitted && other.now > now - width - slot)
        assert.isAtLeast(before.length, limit)
      }
    }
  )

  it.prop(
    "says of what it refuses when it would be let through, to the millisecond",
    [Pauses, Limit],
    ([pauses, limit]) => {
      const times = pauses
      for (const [at, { isAdmitted, wait }] of replay(times, limit).entries()) {
        if (isAdmitted) continue
        assert.isAtMost(wait, width + slot)
        const again = (pause: number) => replay([...times.slice(0, at + 1), pause], limit).at(-1)?.isAdmitted
        assert.deepStrictEqual([again(wait - 1), again(wait)], [false, true])
      }
    }
  )

  const Step = Schema.Literals([-1, -slot, -width, -width - slot, -3_600_000, -86_400_000 * 365])
  it.prop(
    "forgets nothing early and all within a window for a clock that goes back",
    [Pauses, Limit, Step],
    ([pauses, limit, step]) => {
      const window = new SlidingWindow(width)
      let now = start
      const take = () => {
        const isAdmitted = window.at(now) < limit
        if (isAdmitted) window.add()
        return isAdmitted
      }
      // What was let through in the last window, by a clock that nobody sets.
      let gone = 0
      const admitted: Array<number> = []
      for (const [at, pause] of [...pauses, 0, 0].entries()) {
        gone += pause
        now += pause + (at === pauses.length >> 1 ? step : 0)
        if (take()) admitted.push(gone)
      }
      const last = admitted.filter((at) => at > gone - width)
      assert.isAtMost(last.length, limit)
      now += width + slot
      for (let left = limit; left > 0; left--) assert.isTrue(take())
      assert.isFalse(take())
    }
  )
})

describe("a map of what was asked for last", () => {
  const Keys = Schema.Array(Schema.Literals(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]))

  it.prop(
    "never holds more than its capacity, and always the last half of it",
    [Keys, Schema.Literals([2, 4, 6])],
    ([keys, capacity]) => {
      const map = new RecentMap(capacity, () => ({ made: true }))
      const values = new Map<string, object>()
      const asked: Array<string> = []
      for (const key of keys) {
        const recent = [...new Set(asked.toReversed())].slice(0, capacity / 2)
        const value = map.get(key)
        if (recent.includes(key)) assert.strictEqual(value, values.get(key))
        values.set(key, value)
        asked.push(key)
        assert.isAtMost(map.size, capacity)
        assert.strictEqual(map.find(key), value)
      }
    }
  )
})
