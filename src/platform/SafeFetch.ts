import { NodeHttpClient } from "@effect/platform-node"
import { Context, Duration, Effect, Layer, References, Schema, type Scope, Semaphore, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Agent } from "undici"
import { guardPolicyOf } from "./AddressGuard.ts"
import { AppConfig } from "./config/AppConfig.ts"
import { pinnedTo, resolveForStrangers } from "./outbound/pinned.ts"
import {
  AddressRefused,
  checkAddress,
  type CheckedUrl,
  type GuardPolicy,
  publicOnly,
  type Resolve
} from "./SafeFetchGuard.ts"
import { imageTypeOf, largestImage } from "./SafeFetchType.ts"

/** An image could not be had; nothing of what its server said is told. */
export class NotFetched extends Schema.TaggedError<NotFetched>()("NotFetched", {
  /**
   * As of `AddressRefused`, here or after a redirect; `redirects`: too many; `status`: not 200; `size`: too large; `type`: no
   * image of a known type; `timeout`; `network`.
   */
  reason: Schema.Literals([
    ...AddressRefused.fields.reason.literals,
    "redirects",
    "status",
    "size",
    "type",
    "timeout",
    "network"
  ])
}) {
  override get message(): string {
    return `the image was not fetched: ${this.reason}`
  }
}

/** An image as it was found. */
export interface FetchedImage {
  /** By its content, not by what its server calls it. */
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** How to fetch; what is left out is as the live service has it. */
export interface SafeFetchOptions {
  readonly policy?: GuardPolicy
  readonly resolve?: Resolve
  /** For all of it: names, connections, redirects, body. */
  readonly timeout?: Duration.Duration
  /** In bytes. */
  readonly largest?: number
  readonly concurrency?: number
  /** Certificates to trust in place of the usual ones, in PEM. */
  readonly ca?: string
}

const mostRedirects = 3

/**
 * Fetches what strangers point at: public hosts only, checked before every connection and pinned to the checked address, at
 * most 3 redirects, 5 seconds and 5 MB, 8 at a time. Goes without a proxy, for a proxy would look the name up again.
 */
export class SafeFetch extends Context.Service<
  SafeFetch,
  { readonly image: (url: string) => Effect.Effect<FetchedImage, NotFetched> }
>()("siku/platform/SafeFetch") {
  static readonly make: (options?: SafeFetchOptions) => Effect.Effect<SafeFetch["Service"]> = Effect.fnUntraced(
    function* (options = {}) {
      const {
        ca,
        concurrency = 8,
        largest = largestImage,
        policy = publicOnly,
        resolve = resolveForStrangers,
        timeout = Duration.seconds(5)
      } = options
      const permits = yield* Semaphore.make(concurrency)

      const follow = Effect.fnUntraced(function* (address: string) {
        let next = address
        for (let hop = 0; hop <= mostRedirects; hop++) {
          const checked: CheckedUrl = yield* checkAddress(next, policy, resolve).pipe(
            Effect.mapError(({ reason }) => new NotFetched({ reason }))
          )
          const got: Got = yield* Effect.scoped(get(checked, largest, ca))
          if (got._tag === "Body") return got.bytes
          next = URL.parse(got.location, checked.url.href)?.href ?? ""
        }
        return yield* failed("redirects")
      })

      const image = Effect.fn("SafeFetch.image")(function* (url: string) {
        const bytes = yield* follow(url).pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => failed("timeout") }),
          permits.withPermits(1)
        )
        const mediaType = imageTypeOf(bytes)
        return mediaType === undefined ? yield* failed("type") : { mediaType, bytes }
      })

      return SafeFetch.of({ image })
    }
  )

  static readonly layer: Layer.Layer<SafeFetch, never, AppConfig> = Layer.effect(
    SafeFetch,
    Effect.flatMap(AppConfig, ({ security }) => SafeFetch.make({ policy: guardPolicyOf(security) }))
  )
}

type Got =
  | { readonly _tag: "Body"; readonly bytes: Uint8Array }
  | { readonly _tag: "Redirect"; readonly location: string }

const failed = (reason: NotFetched["reason"]) => Effect.fail(new NotFetched({ reason }))

/** One client per connection: what is kept alive could be used for a name that was checked at another time. */
const clientFor = (
  { addresses }: CheckedUrl,
  ca: string | undefined
): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(
        () =>
          new Agent({
            allowH2: false,
            connections: 1,
            connect: { lookup: pinnedTo(addresses), ...(ca === undefined ? {} : { ca }) }
          })
      ),
      (agent) => Effect.promise(() => agent.destroy())
    ),
    (agent) => Effect.provideService(NodeHttpClient.makeUndici, NodeHttpClient.Dispatcher, agent)
  )

const get = Effect.fnUntraced(function* (checked: CheckedUrl, largest: number, ca: string | undefined) {
  const client = yield* clientFor(checked, ca)
  const request = HttpClientRequest.get(checked.url, {
    headers: {
      accept: "image/png,image/jpeg,image/webp,image/gif",
      "accept-encoding": "identity",
      "user-agent": "siku"
    }
  })
  const response = yield* client.execute(request).pipe(
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    Effect.provideService(References.TracerEnabled, false),
    Effect.mapError(() => new NotFetched({ reason: "network" }))
  )
  const { location } = response.headers
  if ([301, 302, 303, 307, 308].includes(response.status) && location !== undefined) {
    return { _tag: "Redirect", location } satisfies Got
  }
  if (response.status !== 200) return yield* failed("status")
  if (Number(response.headers["content-length"] ?? 0) > largest) return yield* failed("size")
  const chunks: Array<Uint8Array> = []
  let size = 0
  yield* response.stream.pipe(
    Stream.mapError(() => new NotFetched({ reason: "network" })),
    Stream.runForEach((chunk) => {
      size += chunk.length
      chunks.push(chunk)
      return size > largest ? failed("size") : Effect.void
    })
  )
  return { _tag: "Body", bytes: Buffer.concat(chunks, size) } satisfies Got
})
