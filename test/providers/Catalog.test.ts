import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Option, Schema } from "effect"
import { HttpClient } from "effect/http"
import { Credit } from "../../src/accounts/credit/Credit.ts"
import { roles } from "../../src/platform/config/Roles.ts"
import { Outbound } from "../../src/platform/Outbound.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { CallLedger } from "../../src/providers/accounting/CallLedger.ts"
import { Catalog } from "../../src/providers/Catalog.ts"
import type { ChatRequest } from "../../src/providers/ChatModel.ts"
import { testConfig } from "../support/config.ts"
import { inTime } from "./policy/chains.ts"
import { makePlatform, outboundTo, type Platform } from "./policy/ScriptedPlatform.ts"

const catalogOver = (set: ReadonlyArray<string>, platform?: Platform) =>
  Catalog.layer.pipe(
    Layer.provide(Layer.merge(CallLedger.layer, Credit.layer)),
    Layer.provide(
      platform === undefined
        ? Layer.effect(Outbound, Outbound.make({ noProxy: [], connectTimeout: Duration.seconds(5) }))
        : Layer.succeed(Outbound, outboundTo(platform))
    ),
    Layer.provide(Sql.layer),
    Layer.provide(testConfig({ set })),
    Layer.provide(NodeServices.layer),
    Layer.orDie
  )

const provider = (id: string, prices = "") => [
  `ai.providers.${id}.preset=custom`,
  `ai.providers.${id}.base_url=http://${id}.test/v1`,
  `ai.providers.${id}.model=m`,
  ...(prices === "" ? [] : [`ai.providers.${id}.prices=${prices}`])
]

const Sampling = Schema.fromJsonString(
  Schema.Struct({ model: Schema.String, temperature: Schema.Finite, max_tokens: Schema.Int })
)

/** The platform, with the model and the sampling parameters of every request to it. */
const recordingBodies = (platform: Platform, bodies: Array<unknown>): Platform => ({
  ...platform,
  client: Effect.map(
    platform.client,
    HttpClient.mapRequest((request) => {
      const text = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
      const { max_tokens, model, temperature } = Schema.decodeSync(Sampling)(text)
      bodies.push([model, temperature, max_tokens])
      return request
    })
  )
})

const request: ChatRequest = { messages: [{ role: "user", content: "q" }] }

describe("the highest price of a role", () => {
  it.effect("is that of each kind of token along its chain, and of one model where it is named", () =>
    Effect.gen(function* () {
      const { priceOf } = yield* Catalog
      assert.deepStrictEqual(yield* priceOf("thinker"), { input: 3, output: 9 })
      assert.deepStrictEqual(yield* priceOf("voter"), { input: 1, output: 9 })
      assert.deepStrictEqual(yield* priceOf("thinker", "b"), { input: 3, output: 2 })
      assert.deepStrictEqual(yield* priceOf("thinker", "a/n"), { input: 5, output: 6 })
      assert.deepStrictEqual(yield* priceOf("thinker", "demo"), { input: 0, output: 0 })
    }).pipe(
      Effect.provide(
        catalogOver([
          ...provider("a", '{"m":{"input":1,"output":9},"*":{"input":5,"output":6}}'),
          ...provider("b", '{"m":{"input":3,"output":2}}'),
          "ai.roles.voter.models=a"
        ])
      )
    )
  )

  it.effect("is not known where one of the models has none, or none is set up", () =>
    Effect.gen(function* () {
      const { priceOf } = yield* Catalog
      assert.isUndefined(yield* priceOf("thinker"))
      assert.isUndefined(yield* priceOf("fusion"))
      assert.isUndefined(yield* priceOf("thinker", "nowhere"))
      assert.isUndefined(yield* priceOf("thinker", "a/other"))
    }).pipe(
      Effect.provide(
        catalogOver([...provider("a", '{"m":{"input":1,"output":9}}'), ...provider("b"), "ai.roles.fusion.models=a,b"])
      )
    )
  )
})

describe("the demo model", () => {
  it.effect("is found by its name in every role, and in no chain", () =>
    Effect.gen(function* () {
      const { find, forRole } = yield* Catalog
      for (const role of roles) {
        assert.isTrue(Option.isNone(yield* forRole(role)))
        const demo = Option.getOrThrow(yield* find(role, "demo"))
        assert.deepStrictEqual([demo.provider, demo.model], ["demo", "demo"])
      }
      const demo = Option.getOrThrow(yield* find("fusion", "demo"))
      const { receipt } = yield* inTime("1 second")(demo.complete(request))
      assert.deepStrictEqual([receipt?.attempts, receipt?.cost], [1, 0])
    }).pipe(Effect.provide(catalogOver([])))
  )
})

describe("the model of a role", () => {
  it.effect("is asked with what the request sets, then the role, then the provider", () => {
    const bodies: Array<unknown> = []
    const platform = recordingBodies(makePlatform([{ does: "answers", after: 100 }]), bodies)
    return Effect.gen(function* () {
      const { find, forRole } = yield* Catalog
      const voter = Option.getOrThrow(yield* forRole("voter"))
      const fusion = Option.getOrThrow(yield* forRole("fusion"))
      const named = Option.getOrThrow(yield* find("voter", "a/n"))
      const tested = Option.getOrThrow(yield* find("test", "a"))
      const asked = [
        voter.complete(request),
        voter.complete({ ...request, temperature: 1, maxTokens: 7 }),
        fusion.complete(request),
        named.complete(request),
        tested.complete(request)
      ]
      yield* inTime("1 minute")(Effect.all(asked, { discard: true }))
      assert.deepStrictEqual(bodies, [
        ["m", 0, 50],
        ["m", 1, 7],
        ["m", 0.5, 99],
        ["n", 0, 50],
        ["m", 0.5, 99]
      ])
    }).pipe(
      Effect.provide(
        catalogOver(
          [
            ...provider("a"),
            "ai.providers.a.temperature=0.5",
            "ai.providers.a.max_tokens=99",
            "ai.roles.voter.temperature=0",
            "ai.roles.voter.max_tokens=50"
          ],
          platform
        )
      )
    )
  })
})
