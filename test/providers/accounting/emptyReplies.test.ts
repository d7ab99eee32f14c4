import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { AttemptListener, type AttemptRecord } from "../../../src/providers/accounting/CallRecord.ts"
import { directOutbound, familyNames, modelAt } from "../../support/providers.ts"

const request = { messages: [{ role: "user" as const, content: "What is it?" }] }

describe("a reply that says nothing", () => {
  for (const family of familyNames) {
    for (const kind of ["emptyCompletion", "reasoningOnly"] as const) {
      it.live(`costs the tokens that ${family} counted (${kind}), whole and streamed, in every attempt`, () =>
        Effect.gen(function* () {
          const counted = { promptTokens: 37, completionTokens: 11 }
          const server = yield* upstream({ fallback: { kind }, answer: () => ({ content: "It is.", ...counted }) })
          const prices = { "*": { input: 2, output: 5, cachedInput: undefined } }
          const model = yield* modelAt(server, { family, prices, maxRetries: 1 })
          const attempts: Array<AttemptRecord> = []
          const listening = Effect.provideService(AttemptListener, (attempt) => attempts.push(attempt))
          yield* listening(Effect.exit(model.complete(request)))
          yield* listening(Effect.exit(Stream.runDrain(model.stream({ ...request }))))
          assert.isAtLeast(attempts.length, 3)
          for (const { cost, outcome, usage } of attempts) {
            assert.strictEqual(outcome, "Malformed")
            assert.deepInclude(usage, { ...counted, estimated: false })
            assert.strictEqual(cost, 37 * 2 + 11 * 5)
          }
        }).pipe(Effect.provide(directOutbound))
      )
    }
  }
})
