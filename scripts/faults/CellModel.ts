// A model of a family, as the service would make it, at an address of a cell.
import { Duration, Effect, Option, Redacted } from "effect"
import { CircuitBreaker } from "effect/persistence"
import { presets } from "../../src/platform/config/Presets.ts"
import { Outbound } from "../../src/platform/Outbound.ts"
import { makeKeyRing } from "../../src/providers/policy/KeyRing.ts"
import { makeKeyStates } from "../../src/providers/policy/KeyState.ts"
import { makeProviderModel } from "../../src/providers/ProviderModel.ts"
import type { FamilyName } from "./Cell.ts"
import type { Exchange } from "../../src/platform/outbound/Exchange.ts"

const places: { readonly [Name in FamilyName]: { readonly preset: string; readonly path: string } } = {
  openai: { preset: "custom", path: "/v1" },
  gemini: { preset: "google", path: "/v1beta" },
  anthropic: { preset: "anthropic", path: "/v1" }
}

export interface CellModelOptions {
  readonly family: FamilyName
  /** Of 127.0.0.1. */
  readonly port: number
  /** For a whole reply, and for a stream to begin. */
  readonly timeout: Duration.Duration
  /** Between two pieces of a stream. */
  readonly stallTimeout: Duration.Duration
  /** Run when the headers of a reply have come. */
  readonly onHeaders: Effect.Effect<unknown>
}

/** A model that never tries again, with a way out and a breaker of its own, which end with the scope. */
export const makeCellModel = Effect.fnUntraced(function* (options: CellModelOptions) {
  const { family, onHeaders, port, stallTimeout, timeout } = options
  const place = places[family]
  const baseUrl = `http://127.0.0.1:${port}${place.path}`
  const key = "sk-a-key-of-the-matrix"
  const outbound = yield* Outbound.make({ noProxy: [], connectTimeout: Duration.seconds(5) })
  const store = yield* CircuitBreaker.CircuitBreakerStore
  const state = yield* makeKeyStates().get(family, key, 1)
  return makeProviderModel({
    settings: {
      id: family,
      name: family,
      preset: yield* Effect.orDie(Effect.fromOption(Option.fromUndefinedOr(presets.get(place.preset)))),
      baseUrl,
      apiKeys: [Redacted.make(key)],
      model: "m",
      maxTokens: undefined,
      temperature: undefined,
      timeout,
      stallTimeout,
      maxRetries: 0,
      concurrency: 1,
      proxy: "direct",
      prices: new Map()
    },
    model: "m",
    keys: makeKeyRing({
      states: [state],
      store,
      breaker: { failureRatio: 1, window: 2, minimumCalls: 2, open: Duration.seconds(15) },
      queue: 0
    }),
    exchange: Effect.map(
      outbound.exchangeFor(baseUrl, "direct"),
      (exchange): Exchange =>
        (outgoing) =>
          Effect.tap(exchange(outgoing), () => onHeaders)
    )
  })
}, Effect.provide(CircuitBreaker.layerStoreMemory()))
