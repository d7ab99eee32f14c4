import { assert, describe, it } from "@effect/vitest"
import { createServer } from "node:net"
import { Effect, Fiber, Stream } from "effect"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { CurrentUser } from "../../../src/platform/Caller.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { AttemptListener, type AttemptRecord } from "../../../src/providers/accounting/CallRecord.ts"
import { estimatedPrompt } from "../../../src/providers/accounting/usage.ts"
import type { ChatModel } from "../../../src/providers/ChatModel.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { accountOf, assertSettled, callerOf, creditLayer, openAccount } from "../../accounts/credit/support.ts"
import { directOutbound, familyNames, modelAt, providerAt } from "../../support/providers.ts"
import { ask, inTime, modelAtPlatform, rememberedBy, request, textOf, withLedger } from "../policy/chains.ts"
import type { Does } from "../policy/Reaction.ts"

const prices = { "*": { input: 3, output: 7 } }
const prompt = estimatedPrompt(request)

/** The attempts of a call that its caller leaves when `isTime`. */
const leftWhen = (model: ChatModel, stream: boolean, isTime: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const attempts: Array<AttemptRecord> = []
    const asking = yield* Effect.forkChild(
      Effect.provideService(
        stream ? Stream.runDrain(model.stream(request)) : Effect.asVoid(model.complete(request)),
        AttemptListener,
        (attempt) => attempts.push(attempt)
      ),
      { startImmediately: true }
    )
    yield* isTime
    yield* Fiber.interrupt(asking)
    return attempts
  })

describe("a call that is left before anything came", () => {
  for (const family of familyNames) {
    for (const stream of [false, true]) {
      it.live(`costs its prompt once it was sent to ${family}, ${stream ? "streamed" : "whole"}`, () =>
        Effect.gen(function* () {
          const server = yield* upstream({ fallback: { kind: "stallBeforeHeaders" } })
          const model = yield* modelAt(server, { family, prices, timeoutMillis: 60_000 })
          const arrived = Effect.promise(() => server.when(({ active }) => active > 0))
          const attempts = yield* leftWhen(model, stream, arrived)
          assert.strictEqual(attempts.length, 1)
          assert.deepInclude(attempts[0], { outcome: "interrupted", cost: prompt * 3, costSource: "estimate" })
          assert.deepInclude(attempts[0]?.usage, { promptTokens: prompt, completionTokens: 0, estimated: true })
        }).pipe(Effect.provide(directOutbound))
      )
    }
  }

  it.live("costs nothing where there was no connection to send it by", () =>
    Effect.gen(function* () {
      const refusing = yield* Effect.promise(
        () =>
          new Promise<number>((resolve) => {
            const server = createServer().listen(0, "127.0.0.1", () => {
              const address = server.address()
              server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 1))
            })
          })
      )
      const { model } = yield* providerAt(`http://127.0.0.1:${refusing}/v1`, { prices, maxRetries: 0 })
      const attempts: Array<AttemptRecord> = []
      yield* Effect.exit(Effect.provideService(model.complete(request), AttemptListener, (one) => attempts.push(one)))
      assert.strictEqual(attempts.length, 1)
      assert.deepInclude(attempts[0], { outcome: "Network", cost: 0, costSource: "prices" })
      assert.deepInclude(attempts[0]?.usage, { promptTokens: 0, estimated: false })
    }).pipe(Effect.provide(directOutbound))
  )

  const costs: ReadonlyArray<readonly [Does, boolean, string]> = [
    ["hang", true, "interrupted"],
    ["silent", true, "interrupted"],
    ["reset", true, "Network"],
    ["limited", false, "RateLimited"],
    ["down", false, "Unavailable"],
    ["badRequest", false, "BadRequest"],
    ["garbage", true, "Malformed"]
  ]
  for (const [does, isCharged, outcome] of costs) {
    it.effect(`takes ${isCharged ? "its prompt" : "nothing"} off an account where the platform ${does}s`, () =>
      Effect.gen(function* () {
        const account = accountOf(1)
        yield* openAccount(account, { balance: 1_000_000 })
        const { model: chat } = yield* modelAtPlatform([{ does, after: 100 }], { prices, timeoutMillis: 60_000 })
        const ledger = yield* CallLedger
        const model = withLedger(chat, ledger, yield* Credit)
        yield* Effect.timeoutOption(Effect.exit(ask(model, false)), "1 second").pipe(
          Effect.provideService(CurrentUser, callerOf(account)),
          inTime("2 minutes")
        )
        const [stored] = yield* ledger.recent({ limit: 1 })
        assert.strictEqual(stored?.attempts[0]?.outcome, outcome)
        assert.strictEqual((yield* assertSettled(account)).charged, isCharged ? prompt * 3 : 0)
      }).pipe(Effect.provide(creditLayer()))
    )
  }

  it.effect("costs a prompt for each request that was sent for it", () =>
    Effect.gen(function* () {
      const { model: chat, platform } = yield* modelAtPlatform([{ does: "hang", after: 0 }], {
        prices,
        timeoutMillis: 1000,
        maxRetries: 2
      })
      const { calls, model } = rememberedBy(chat)
      yield* inTime("10 minutes")(Effect.exit(ask(model, true)))
      assert.strictEqual(platform.seen.length, 3)
      assert.strictEqual(calls[0]?.cost, 3 * prompt * 3)
      assert.strictEqual(calls[0]?.costSource, "estimate")
    })
  )
})

describe("a stream that goes on far beyond the limit that its platform was told", () => {
  for (const family of familyNames) {
    it.live(`is ended as one that met its limit (${family}), and closed`, () =>
      Effect.gen(function* () {
        const server = yield* upstream({ answer: () => ({ content: "word ".repeat(20_000) }), chunkDelayMs: 1 })
        const model = yield* modelAt(server, { family, prices, timeoutMillis: 60_000 })
        const attempts: Array<AttemptRecord> = []
        const events = yield* Stream.runCollect(model.stream({ ...request, maxTokens: 50 })).pipe(
          Effect.provideService(AttemptListener, (one) => attempts.push(one))
        )
        assert.deepInclude(events.at(-1), { _tag: "Finish", reason: "length" })
        const [attempt] = attempts
        assert.strictEqual(attempt?.outcome, "answered")
        assert.isTrue(attempt?.usage.estimated)
        assert.isBelow(textOf(events).length, 100_000)
        yield* Effect.promise(() => server.when(({ active }) => active === 0))
      }).pipe(Effect.provide(directOutbound))
    )
  }
})
