// The faults of the upstream in a platform's own form, over a real socket: what each comes to, whole and streamed.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { Fault, FaultKind } from "../../../scripts/upstream/Faults.ts"
import { faultNamed } from "../../../scripts/upstream/NamedFaults.ts"
import * as StatusFaults from "../../../scripts/upstream/StatusFaults.ts"
import type { Upstream, UpstreamOptions } from "../../../scripts/upstream/Upstream.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import type { Family, Target } from "../../../src/providers/Family.ts"
import { call, told } from "./overSocket.ts"

const request = { messages: [{ role: "user" as const, content: "Which city is it?\nA. Paris\nB. Rome" }] }
const answer = '{"answer":["Paris"]}'
const answered = `answered: ${answer}`
const stalls = new Set<FaultKind>(["stallBeforeHeaders", "stallAfterHeaders", "stallMidBody"])

// A record, so that a kind of fault without an outcome does not compile.
const outcomes: { readonly [Kind in FaultKind]: { readonly whole: string; readonly stream: string } } = {
  status: { whole: "Unavailable", stream: "Unavailable" },
  stallBeforeHeaders: { whole: "Network", stream: "Network" },
  stallAfterHeaders: { whole: "Network", stream: "Network" },
  stallMidBody: { whole: "Network", stream: "Network" },
  cutBody: { whole: "Network", stream: "Network" },
  cutStream: { whole: "Network", stream: "Network" },
  endStreamEarly: { whole: "Malformed", stream: "Malformed" },
  errorIn200: { whole: "Malformed", stream: "Malformed" },
  errorMidStream: { whole: "Malformed", stream: "Malformed" },
  emptyCompletion: { whole: "Malformed", stream: "Malformed" },
  noChoices: { whole: "Malformed", stream: "Malformed" },
  badJson: { whole: "Malformed", stream: "Malformed" },
  html: { whole: "Malformed", stream: "Malformed" },
  resetOnConnect: { whole: "Network", stream: "Network" },
  slowHeaders: { whole: answered, stream: answered },
  reasoningOnly: { whole: "Malformed", stream: "Malformed" },
  thinkTags: {
    whole: `answered: <think>\nWhich one is it? Let me see.\n</think>\n\n${answer}`,
    stream: `answered: <think>\nWhich one is it? Let me see.\n</think>\n\n${answer}`
  },
  codeFence: {
    whole: `answered: \`\`\`json\n${answer}\n\`\`\``,
    stream: `answered: \`\`\`json\n${answer}\n\`\`\``
  }
}

const statuses: ReadonlyArray<readonly [string, Fault, string]> = [
  ["a rate limit", StatusFaults.rateLimited(), "RateLimited"],
  ["a quota that is used up", StatusFaults.quotaExhausted, "NoBalance"],
  ["an internal error", StatusFaults.serverError(500), "Unavailable"],
  ["an overload", StatusFaults.serverError(503), "Overloaded"],
  ["a wrong key", StatusFaults.authFailed, "AuthFailed"],
  ["an account without credit", StatusFaults.noBalance, "NoBalance"],
  ["a key without permission", StatusFaults.forbidden, "AuthFailed"],
  ["an unknown model", StatusFaults.modelNotFound, "ModelNotFound"],
  ["a prompt that is too long", StatusFaults.contextTooLong, "ContextTooLong"],
  ["a prompt that is blocked", StatusFaults.contentFiltered, "ContentFiltered"],
  ["any other refusal", { kind: "status", status: 400 }, "BadRequest"],
  ["a gateway's own page", { kind: "status", status: 502, body: "<h1>Bad gateway</h1>" }, "Unavailable"]
]

/** The tests of one family. `baseOf` is the base URL of its form of the upstream. */
export const describeNativeFaults = (
  name: string,
  family: Family,
  target: Omit<Target, "baseUrl">,
  baseOf: (port: number) => string
): void => {
  const setUp = Effect.fnUntraced(function* (options: UpstreamOptions) {
    const up = yield* upstream(options)
    const ask = (stream: boolean) => call(family, { ...target, baseUrl: baseOf(up.port) }, request, { stream })
    return { up, ask }
  })
  const when = (up: Upstream, holds: Parameters<Upstream["when"]>[0]) => Effect.promise(() => up.when(holds))

  describe(`the faults of an upstream in the form of ${name}`, () => {
    for (const [kind, expected] of Object.entries(outcomes)) {
      for (const form of ["whole", "stream"] as const) {
        it.effect(`${kind} comes to ${expected[form]} in a ${form} reply, on the call it was meant for alone`, () =>
          Effect.gen(function* () {
            const fault: Fault | "ok" = kind === "slowHeaders" ? { kind, ms: 20 } : (faultNamed(kind) ?? "ok")
            const { ask, up } = yield* setUp({ script: [fault, "ok"] })
            const first = ask(form === "stream")
            yield* when(up, ({ calls }) => calls === 1)
            assert.strictEqual(told(yield* Effect.promise(() => ask(form === "stream").outcome)), answered)
            const stalled = fault !== "ok" && stalls.has(fault.kind)
            if (stalled) {
              // The whole of another call has gone by, and this one still waits.
              assert.strictEqual(up.active, 1)
              first.leave()
              yield* when(up, ({ aborted }) => aborted === 1)
            }
            assert.strictEqual(told(yield* Effect.promise(() => first.outcome)), expected[form])
            assert.deepInclude(up.stats(), { calls: 2, active: 0, answered: 1, [stalled ? "aborted" : "faulted"]: 1 })
          })
        )
      }
    }

    it.effect.each(statuses)("%s is read from the platform's own error", ([, fault, reason]) =>
      Effect.gen(function* () {
        const { ask } = yield* setUp({ fallback: fault })
        assert.strictEqual(told(yield* Effect.promise(() => ask(false).outcome)), reason)
        assert.strictEqual(told(yield* Effect.promise(() => ask(true).outcome)), reason)
      })
    )

    it.effect("a rate limit says when to come back", () =>
      Effect.gen(function* () {
        const { ask } = yield* setUp({ fallback: StatusFaults.rateLimited({ retryAfterSeconds: 7 }) })
        const outcome = yield* Effect.promise(() => ask(false).outcome)
        assert.deepInclude(Result.getOrThrow(Result.flip(outcome)), { _tag: "RateLimited", retryAfterMillis: 7000 })
      })
    )

    it.effect("an answer is the same whole and streamed, thoughts and counts included", () =>
      Effect.gen(function* () {
        const { ask, up } = yield* setUp({
          answer: () => ({ content: "思考 🙂 and more", reasoning: "Let me see.", promptTokens: 9, cachedTokens: 4 })
        })
        const whole = Result.getOrThrow(yield* Effect.promise(() => ask(false).outcome))
        const streamed = Result.getOrThrow(yield* Effect.promise(() => ask(true).outcome))
        assert.deepStrictEqual(whole, streamed)
        assert.deepInclude(whole, { finish: "stop", reasoning: "Let me see.", text: "思考 🙂 and more" })
        assert.deepInclude(whole.usage, {
          promptTokens: 9,
          cachedTokens: 4,
          cacheWriteTokens: 0,
          reasoningTokens: 3,
          estimated: false
        })
        assert.strictEqual(up.answered, 2)
      })
    )
  })
}
