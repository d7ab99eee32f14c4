import { Effect } from "effect"
import OpenAI, { type ClientOptions } from "openai"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import type { UpstreamOptions } from "../../../scripts/upstream/Upstream.ts"
import { startSiku } from "../../support/siku.ts"

/** The model behind `up/m`. */
export const passThrough = "up/m"

/** The service with one provider, `up`, which is an upstream that behaves as it is told; and how clients reach it. */
export const sikuOverUpstream = Effect.fnUntraced(function* (
  options: UpstreamOptions = {},
  set: ReadonlyArray<string> = []
) {
  const server = yield* upstream(options)
  const base = yield* startSiku({
    set: [
      "ai.providers.up.preset=custom",
      `ai.providers.up.base_url=${server.url}`,
      "ai.providers.up.model=m",
      "ai.max_retries=0",
      "ai.breaker_window=1000",
      "ai.breaker_minimum_calls=1000",
      ...set
    ]
  })
  return { server, base, client: clientOf(base) }
})

/** OpenAI's own client, unchanged; without retries unless they are asked for. */
export const clientOf = (base: string, options: ClientOptions = {}): OpenAI =>
  new OpenAI({ baseURL: `${base}/v1`, apiKey: "any", maxRetries: 0, ...options })

/** What a promise of the client rejects with; dies where it does not. */
export const rejectionOf = (promise: () => PromiseLike<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() =>
    Promise.resolve()
      .then(promise)
      .then(
        () => {
          throw new Error("it did not fail")
        },
        (error: unknown) => error
      )
  )

/** The same client, and everything that it was answered: the text of each body, as it came. */
export const watchedClient = (base: string, options: ClientOptions = {}) => {
  const bodies: Array<Promise<string>> = []
  const client = clientOf(base, {
    ...options,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      bodies.push(response.clone().text())
      return response
    }
  })
  return { client, bodies: Effect.promise(() => Promise.all(bodies)) }
}
