import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { noRunUsage, withBill } from "../../src/thinking/Bill.ts"
import { RunId } from "../../src/thinking/RunId.ts"
import { emptyRun, fold, type RunState } from "../../src/thinking/RunState.ts"
import { type LoggedEvent, ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"
import { aBill, aRequest, aRunId } from "./runs/events.ts"

const logged = (events: ReadonlyArray<ThoughtEvent>): ReadonlyArray<LoggedEvent> =>
  events.map((event, index) => ({ run: aRunId, seq: index + 1, at: 1000 + index, event }))

const stateAfter = (...events: ReadonlyArray<ThoughtEvent>): RunState => logged(events).reduce(fold, emptyRun)

const Events = Schema.Array(ThoughtEvent).check(Schema.isMaxLength(30))
const place = { thread: 1, step: 1, revision: 0 }
const strategy = { name: "direct", hint: "Answer at once." }
const started = { type: "ThreadStarted", thread: 1, strategy } as const
const proposed = {
  type: "StepProposed",
  ...place,
  call: "t1/s1/r0",
  bill: aBill,
  text: "6 × 7",
  isLast: false
} as const
const votes = { accept: 1, reject: 2, abstain: 0 }

describe("the state of a run", () => {
  it.prop(
    "is the same whether its log is read at once or taken up in between",
    [Events, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))],
    ([events, at]) => {
      const log = logged(events)
      const before = log.slice(0, at).reduce(fold, emptyRun)
      const frozen = structuredClone(before)
      assert.deepStrictEqual(log.slice(at).reduce(fold, before), log.reduce(fold, emptyRun))
      assert.deepStrictEqual(before, frozen)
    }
  )

  it.prop("has as its usage the sum of the bills", [Events], ([events]) => {
    const bills = events.flatMap((event) => ("bill" in event && event.bill !== undefined ? [event.bill] : []))
    assert.deepStrictEqual(stateAfter(...events).usage, bills.reduce(withBill, noRunUsage))
  })

  it.prop("knows the last event, and says that it has ended only once it has", [Events], ([events]) => {
    const state = stateAfter(...events)
    assert.strictEqual(state.seq, events.length)
    const ends = events.filter(({ type }) => type === "Answered" || type === "RunFailed" || type === "RunCancelled")
    assert.strictEqual(state.endedAt !== undefined, ends.length > 0)
  })

  it("begins as one that waits", () => {
    assert.strictEqual(emptyRun.status, "queued")
    const state = stateAfter({ type: "RunStarted", request: aRequest("Why?"), background: true })
    assert.deepInclude(state, { status: "running", background: true, startedAt: 1000, endedAt: undefined })
    assert.deepStrictEqual(state.request, aRequest("Why?"))
  })

  it("shows a step with what challengers and voters said of it, and the wording that took its place", () => {
    const { threads } = stateAfter(
      started,
      proposed,
      {
        type: "Challenged",
        ...place,
        call: "c",
        bill: aBill,
        challenger: 2,
        found: true,
        counterexample: "It is 41."
      },
      { type: "Voted", ...place, call: "v", bill: aBill, voter: 1, vote: "reject", reason: "no" },
      { type: "StepRevised", ...place, votes, counterexample: "It is 41." },
      { ...proposed, revision: 1, text: "42", isLast: true, answer: "42", confidence: 0.5 },
      { type: "StepAccepted", ...place, revision: 1, tested: false, votes }
    )
    assert.deepStrictEqual(
      threads.map(({ steps }) => steps),
      [
        [
          {
            step: 1,
            revision: 0,
            text: "6 × 7",
            isLast: false,
            answer: undefined,
            confidence: undefined,
            verdict: "revised",
            tested: true,
            challenges: [{ challenger: 2, found: true, counterexample: "It is 41." }],
            votes: [{ voter: 1, vote: "reject", reason: "no" }]
          },
          {
            step: 1,
            revision: 1,
            text: "42",
            isLast: true,
            answer: "42",
            confidence: 0.5,
            verdict: "accepted",
            tested: false,
            challenges: [],
            votes: []
          }
        ]
      ]
    )
  })

  it("says how each thread ended", () => {
    const { threads } = stateAfter(
      started,
      { ...started, thread: 2 },
      { ...started, thread: 3 },
      { ...started, thread: 4 },
      { type: "ThreadConcluded", thread: 1, answer: "42", normalised: "42", confidence: 0.9, tested: true },
      { type: "ThreadFailed", thread: 2, reason: "RateLimited", detail: "later" },
      { type: "ThreadStopped", thread: 3, why: "straggler" }
    )
    assert.deepStrictEqual(
      threads.map(({ conclusion, end, status }) => [status, conclusion?.normalised, end?.reason]),
      [
        ["concluded", "42", undefined],
        ["failed", undefined, "RateLimited"],
        ["stopped", undefined, "straggler"],
        ["running", undefined, undefined]
      ]
    )
  })

  it("holds a call open until it is paid for", () => {
    const call = { type: "CallStarted", call: "t1/s1/r0", role: "thinker", thread: 1 } as const
    const planning = { type: "CallStarted", call: "plan", role: "planner" } as const
    assert.deepStrictEqual(
      stateAfter(started, planning, call).openCalls.map(({ call }) => call),
      ["plan", "t1/s1/r0"]
    )
    assert.deepStrictEqual(
      stateAfter(started, planning, call, proposed).openCalls.map(({ call }) => call),
      ["plan"]
    )
  })

  it("gathers the answer from its pieces, anew where it is begun anew", () => {
    const begun = { type: "FusionStarted", kind: "intelligent" } as const
    const piece = (text: string) => ({ type: "FusionDelta", text }) as const
    assert.deepStrictEqual(stateAfter(begun, piece("a"), begun, piece("b"), piece("c")).fusion, {
      kind: "intelligent",
      text: "bc"
    })
  })

  it("counts calls and requests, and knows no cost where one has no price", () => {
    const known = stateAfter(started, proposed, { ...proposed, bill: { ...aBill, attempts: 3 } })
    assert.deepInclude(known.usage, { calls: 2, attempts: 4, cost: 2 * (aBill.cost ?? 0) })
    assert.isNull(stateAfter(started, proposed, { ...proposed, bill: { ...aBill, cost: null } }).usage.cost)
  })
})

describe("the id of a run", () => {
  it("is one that nobody can guess", () => {
    assert.isFalse(Schema.is(RunId)("run_1"))
    assert.isTrue(Schema.is(RunId)(aRunId))
  })
})
