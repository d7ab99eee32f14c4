import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { ChatRequest } from "../../scripts/upstream/ChatRequest.ts"
import type { Fault } from "../../scripts/upstream/Faults.ts"
import { serverError } from "../../scripts/upstream/StatusFaults.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { RunUsage } from "../../src/thinking/Bill.ts"
import type { ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"
import { send, startSiku } from "../support/siku.ts"
import { askedBy, eventsOfRun, followRun, roles, submitRun } from "./support/overSockets.ts"
import { eventsOf } from "./support/runs.ts"
import { speaking, textOf, type Words } from "./support/thinkers.ts"

interface Circumstances {
  readonly words?: Words
  readonly faultFor?: (asked: ChatRequest, index: number) => Fault | undefined
  readonly set?: ReadonlyArray<string>
  readonly fusion?: string
}

/** The service before an upstream where every role is a model of its own. */
const setUp = Effect.fnUntraced(function* (given: Circumstances = {}) {
  const { faultFor = () => undefined, set = [], words = {} } = given
  const say = speaking(words)
  const model = yield* upstream({ answer: (request) => say(askedBy(request)), faultFor })
  const base = yield* startSiku({
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
    set: ["ai.max_retries=0", ...roles.map((role) => `ai.roles.${role}.models=custom/${role}`), ...set]
  })
  return { model, base }
})

const thinking = {
  mode: "fixed",
  language: "en",
  threads: { initial: 2, max: 2 },
  steps: { max: 4 },
  validation: { policy: "every", vote: "always", challengers: 3, voters: 3, timeout_ms: 1000 }
}
const asking = (fusion = "auto") => ({
  model: "siku",
  messages: [{ role: "user", content: "What is 7 times 6?\nA. 40\nB. 42\nC. 44\nD. 48" }],
  thinking: { ...thinking, fusion }
})

const usageIn = Schema.decodeUnknownSync(RunUsage)
const textIn = (request: ChatRequest): string => textOf(askedBy(request))

/** A run from its beginning to its end, and what is said of it then. */
const runThrough = Effect.fnUntraced(function* (base: string, question: unknown = asking()) {
  const id = yield* submitRun(base, question)
  const events = (yield* eventsOfRun(base, id)).map(({ event }) => event)
  return { events, run: (yield* send(`${base}/v1/runs/${id}`)).json }
})

describe("a run over real sockets", () => {
  it.live("closes every connection to a platform when it is cancelled", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({
        faultFor: ({ model: role }) => (role === "thinker" ? { kind: "stallBeforeHeaders" } : undefined)
      })
      const id = yield* submitRun(base, asking())
      yield* Effect.promise(() => model.when(({ calls }) => calls === 3))
      const cancelled = yield* send(`${base}/v1/runs/${id}`, { method: "DELETE" })
      assert.deepInclude(cancelled.json, { status: "cancelled", open_calls: 0, answer: null })
      yield* Effect.promise(() => model.when(({ active }) => active === 0))
      assert.deepInclude(model.stats(), { calls: 3, answered: 1, aborted: 2 })
      assert.deepInclude(cancelled.json["usage"], { calls: 3, attempts: 3, estimated: true })
    })
  )

  it.live("closes the stream of its answer when it is cancelled while somebody reads it", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({
        faultFor: ({ model: role }) => (role === "fusion" ? { kind: "stallMidBody" } : undefined)
      })
      const id = yield* submitRun(base, asking("intelligent"))
      const heard: Array<ThoughtEvent> = []
      let cancelling: Promise<unknown> | undefined
      const hasEnded = yield* followRun(base, id, {
        hears: ({ event }) => {
          heard.push(event)
          if (event.type === "FusionDelta") cancelling ??= fetch(`${base}/v1/runs/${id}`, { method: "DELETE" })
        }
      })
      assert.isTrue(hasEnded)
      yield* Effect.promise(async () => cancelling)
      assert.strictEqual(heard.at(-1)?.type, "RunCancelled")
      yield* Effect.promise(() => model.when(({ active }) => active === 0))
      assert.strictEqual(model.aborted, 1)
    })
  )

  describe("still answers, and says that less was done and why,", () => {
    const whenWrong = (name: string, why: string, given: Circumstances, faults: Partial<Record<string, string>> = {}) =>
      it.live(name, () =>
        Effect.gen(function* () {
          const { base } = yield* setUp(given)
          const { events, run } = yield* runThrough(base, asking(given.fusion))
          assert.deepInclude(run, { status: "answered", short_answer: "B", degraded: true, error: null, open_calls: 0 })
          assert.isNotEmpty(run["answer"])
          assert.include(
            eventsOf(events, "Degraded").map((event) => event.why),
            why
          )
          assert.include(JSON.stringify(run["degraded_because"]), why)
          const failed = eventsOf(events, "CallFailed").filter(({ reason }) => reason !== "interrupted")
          assert.isNotEmpty(failed)
          for (const { reason, role } of failed) assert.strictEqual(reason, faults[role], role)
        })
      )

    whenWrong(
      "when a thread is dead",
      "thread_failed",
      { faultFor: (asked) => (textIn(asked).includes("Divide each option") ? serverError() : undefined) },
      { thinker: "Unavailable" }
    )
    whenWrong(
      "when a challenger is dead",
      "challenge_failed",
      {
        faultFor: (() => {
          let challenges = 0
          return ({ model }) =>
            model === "challenger" && challenges++ % 3 === 0 ? { kind: "resetOnConnect" } : undefined
        })()
      },
      { challenger: "Network" }
    )
    whenWrong(
      "when votes are garbage",
      "vote_failed",
      { words: { voter: () => "𝄞 lorem ipsum {{{" } },
      { voter: "Unreadable" }
    )
    whenWrong(
      "when a voter stalls",
      "vote_failed",
      (() => {
        let votes = 0
        return {
          faultFor: ({ model }: ChatRequest) =>
            model === "voter" && votes++ % 3 === 0 ? ({ kind: "stallAfterHeaders" } as const) : undefined,
          // Nothing is certain before the one who says nothing is given up.
          words: { voter: () => JSON.stringify({ vote: votes % 3 === 2 ? "accept" : "abstain", reason: "so" }) }
        }
      })(),
      { voter: "Timeout" }
    )
    whenWrong(
      "when the planner answers nonsense",
      "plan_failed",
      { words: { planner: () => "I would rather not." } },
      { planner: "Unreadable" }
    )
    whenWrong(
      "when no model can write the answer",
      "fusion_failed",
      {
        fusion: "intelligent",
        faultFor: ({ model }) => (model === "fusion" ? { kind: "cutStream" } : undefined)
      },
      { fusion: "Network" }
    )
  })

  it.live("fails with the platform's reason when all platforms are dead, and answers nothing", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({ faultFor: () => serverError(503) })
      const { events, run } = yield* runThrough(base)
      assert.deepInclude(run, { status: "failed", answer: null, short_answer: null, open_calls: 0 })
      assert.match(JSON.stringify(run["error"]), /models_failed.*503/)
      assert.strictEqual(events.at(-1)?.type, "RunFailed")
      assert.deepInclude(run["usage"], { attempts: model.calls, prompt_tokens: 0, completion_tokens: 0 })
      assert.strictEqual(model.active, 0)
    })
  )

  it.live("never makes more requests than its budget, though many are tried again", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({
        faultFor: (_, index) => (index % 3 === 1 ? serverError(500, { retryAfterMs: 1 }) : undefined),
        set: ["ai.max_retries=3", "ai.breaker_failure_ratio=1"]
      })
      for (const calls of [1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 26]) {
        model.reset()
        const { events, run } = yield* runThrough(base, { ...asking(), budget: { calls } })
        const { attempts } = usageIn(run["usage"])
        assert.isAtMost(attempts, calls)
        assert.isAtMost(model.calls, attempts)
        // Who is interrupted may not have got through to the platform yet.
        const left = eventsOf(events, "CallFailed").filter(({ reason }) => reason === "interrupted")
        assert.isAtMost(attempts - model.calls, left.length)
        const last = events.at(-1)
        assert.include(["Answered", "RunFailed"], last?.type)
        if (last?.type === "Answered") assert.isNotEmpty(last.text)
      }
    })
  )
})
