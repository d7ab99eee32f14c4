import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Layer, References, Schema, Stream } from "effect"
import type { ChatRequest as AskedRequest } from "../../../scripts/upstream/ChatRequest.ts"
import { lastUserText } from "../../../scripts/upstream/ChatRequest.ts"
import type { FaultRates } from "../../../scripts/upstream/Behaviour.ts"
import type { Upstream } from "../../../scripts/upstream/Upstream.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { RequestId } from "../../../src/platform/RequestContext.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { noUsage } from "../../../src/providers/accounting/usage.ts"
import { withFallback } from "../../../src/providers/policy/fallback.ts"
import { testConfig } from "../../support/config.ts"
import { directOutbound, modelAt } from "../../support/providers.ts"
import { keysOf, withLedger } from "../policy/chains.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const layer = CallLedger.layer.pipe(
  Layer.provideMerge(Sql.layer),
  Layer.provide(testConfig({})),
  Layer.provide(NodeServices.layer),
  Layer.merge(directOutbound),
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "Error"))
)

const faultRates: FaultRates = {
  rateLimited: 0.05,
  serverError: 0.1,
  stallBeforeHeaders: 0.04,
  stallAfterHeaders: 0.04,
  stallMidBody: 0.04,
  cutBody: 0.05,
  cutStream: 0.05,
  resetOnConnect: 0.05,
  errorIn200: 0.05,
  emptyCompletion: 0.05,
  badJson: 0.05,
  authFailed: 0.02,
  contentFiltered: 0.05,
  thinkTags: 0.05
}

/** What a caller writes, by which the upstream and the test tell it from the others. */
const textOf = (caller: number) => `caller ${caller}.`
const callerIn = (text: string) => Number(/caller (\d+)\./.exec(text)?.[1] ?? Number.NaN)
const tokensFor = (caller: number) => ({
  promptTokens: 100 + caller,
  completionTokens: 10 + 3 * caller,
  cachedTokens: caller % 7
})
const answer = (asked: AskedRequest) => ({ content: "an answer", ...tokensFor(callerIn(lastUserText(asked))) })

const ofCaller = (server: Upstream, caller: number) =>
  server.requests.filter(({ body }) => JSON.stringify(body).includes(textOf(caller)))

describe("the ledger of calls over real sockets", () => {
  it.live.prop(
    "has as many attempts as the platforms counted requests, and the tokens that they sent",
    { seed: between(1, 1000), keys: between(1, 3), callers: between(10, 24), concurrency: Schema.Literals([2, 1000]) },
    ({ callers, concurrency, keys, seed }) =>
      Effect.gen(function* () {
        const ledger = yield* CallLedger
        const servers = [
          yield* upstream({ faultRates, seed, answer }),
          yield* upstream({ faultRates, seed: seed + 1, answer })
        ] as const
        const models = yield* Effect.forEach(servers, (server, at) =>
          modelAt(server, { id: `p${at}`, keys: keysOf(keys), maxRetries: 1, timeoutMillis: 400, concurrency })
        )
        assert.isTrue(Arr.isArrayNonEmpty(models))
        const [first, ...others] = models
        if (first === undefined) return
        const model = withLedger(withFallback([first, ...others]), ledger)

        /** Every fourth caller leaves as soon as a platform works for it. */
        const leaves = (caller: number) => caller % 4 === 3
        const isServed = (caller: number) =>
          servers.some((server) => ofCaller(server, caller).some(({ outcome }) => outcome === "pending"))
        const asked = Array.from({ length: callers }, (_, caller) => {
          const request = { messages: [{ role: "user" as const, content: textOf(caller) }] }
          const call =
            caller % 2 === 0 ? Effect.asVoid(model.complete(request)) : Stream.runDrain(model.stream(request))
          const left = Effect.promise(() => Promise.race(servers.map((server) => server.when(() => isServed(caller)))))
          return Effect.exit(leaves(caller) ? Effect.raceFirst(call, left) : call).pipe(
            Effect.provideService(RequestId, textOf(caller))
          )
        })
        yield* Effect.all(asked, { concurrency: "unbounded" })
        yield* Effect.forEach(servers, (server) => Effect.promise(() => server.when(({ active }) => active === 0)))

        const calls = yield* ledger.recent({ limit: 1000 })
        assert.strictEqual(calls.length, callers)
        assert.deepStrictEqual(
          servers.map(
            (_, at) => calls.flatMap(({ attempts }) => attempts).filter((one) => one.provider === `p${at}`).length
          ),
          servers.map(({ calls }) => calls)
        )
        for (const { attempts, call } of calls) {
          const caller = callerIn(call.requestId)
          const requests = servers.flatMap((server) => ofCaller(server, caller))
          assert.strictEqual(attempts.length, requests.length)
          if (leaves(caller)) continue
          const sent = requests.filter(({ fault }) => fault === undefined || fault === "thinkTags")
          assert.deepStrictEqual(
            attempts.filter(({ outcome }) => outcome === "answered").map(({ usage }) => usage),
            sent.map(() => ({ ...noUsage, ...tokensFor(caller) }))
          )
          assert.strictEqual(call.outcome === "answered", sent.length === 1)
        }
      }).pipe(Effect.scoped, Effect.provide(layer)),
    { arbitrary: { runs: 3 } }
  )
})
