import { assert, describe, it } from "@effect/vitest"
import { criticalPath } from "../../../scripts/thinking/criticalPath.ts"
import { faultIn } from "../../../scripts/thinking/RunMeasure.ts"
import type { Bill } from "../../../src/thinking/Bill.ts"
import { RunId } from "../../../src/thinking/RunId.ts"
import type { LoggedEvent, ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"

const run = RunId.make(`run_${"0".repeat(36)}`)

const bill = (elapsed_ms: number): Bill => ({
  call_id: null,
  provider: null,
  model: null,
  attempts: 1,
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: false,
  cost: null,
  elapsed_ms
})

const logged = (events: ReadonlyArray<readonly [at: number, event: ThoughtEvent]>): ReadonlyArray<LoggedEvent> =>
  events.toSorted(([a], [b]) => a - b).map(([at, event], place) => ({ run, seq: place + 1, at, event }))

/** A call from one time to another, in a thread or in none. */
const call = (key: string, from: number, to: number, thread?: number, reason = "Timeout") =>
  [
    [from, { type: "CallStarted", call: key, role: "thinker", ...(thread === undefined ? {} : { thread }) }],
    [to, { type: "CallFailed", call: key, role: "thinker", reason, detail: "", bill: bill(to - from) }]
  ] as const

describe("the critical path of a run", () => {
  it("follows the slower of two threads, and what came before and after both", () => {
    const events = logged([
      ...call("plan", 0, 100),
      ...call("t1/s1/r0", 110, 200, 1),
      ...call("t2/s1/r0", 110, 300, 2),
      ...call("t1/s2/r0", 210, 250, 1),
      ...call("t2/s2/r0", 310, 400, 2),
      ...call("fusion", 410, 500)
    ])
    assert.deepStrictEqual(criticalPath(events), { calls: 4, millis: 100 + 190 + 90 + 90 })
  })

  it("takes the slowest of several calls at the same time, but not one that nobody waited for", () => {
    const events = logged([
      ...call("t1/s1/r0", 0, 100, 1),
      ...call("t1/s1/r0/c1", 100, 150, 1),
      ...call("t1/s1/r0/c2", 100, 180, 1),
      ...call("t1/s1/r0/c3", 100, 190, 1, "interrupted"),
      ...call("t1/s2/r0", 190, 290, 1)
    ])
    assert.deepStrictEqual(criticalPath(events), { calls: 3, millis: 100 + 80 + 100 })
  })

  it("waits for other threads where a thread begins late, or its conclusion is put to the test", () => {
    const concluded: ThoughtEvent = {
      type: "ThreadConcluded",
      thread: 1,
      answer: "",
      normalised: "",
      confidence: 1,
      tested: false
    }
    const events = logged([
      ...call("t1/s1/r0", 0, 100, 1),
      [101, concluded],
      ...call("t2/s1/r0", 0, 200, 2),
      ...call("t1/s1/r0/c1", 200, 260, 1),
      ...call("t3/s1/r0", 260, 300, 3)
    ])
    assert.deepStrictEqual(criticalPath(events), { calls: 3, millis: 200 + 60 + 40 })
  })

  it("ends with calls that took no time, and is nothing without calls", () => {
    assert.deepStrictEqual(criticalPath(logged([...call("plan", 5, 5), ...call("fusion", 5, 5)])).millis, 0)
    assert.deepStrictEqual(criticalPath([]), { calls: 0, millis: 0 })
  })
})

describe("the events of a run", () => {
  const whole = logged([...call("plan", 0, 1), [2, { type: "RunCancelled" }]])

  it("are complete where they count without a gap to an end", () => {
    assert.isUndefined(faultIn(whole))
    assert.strictEqual(faultIn(whole.slice(0, -1)), "it has no end")
    assert.strictEqual(faultIn(whole.filter(({ seq }) => seq !== 2)), "event 2 is missing")
    assert.strictEqual(faultIn([]), "it has no end")
  })
})
