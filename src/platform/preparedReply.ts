import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"

const compress = promisify(gzip)

type Headers = Readonly<Record<string, string>>

/**
 * A reply whose body is always the same, by bytes that all who ask share, compressed once for all who take that: a client that does not
 * read costs no more than its socket. A file that is streamed costs some hundred kilobytes for each of them instead.
 */
export const preparedReply = Effect.fnUntraced(function* (body: Effect.Effect<Uint8Array>, headers: Headers) {
  const plain = yield* shared(Effect.map(body, (bytes) => HttpServerResponse.uint8Array(bytes, { headers })))
  const gzipped = yield* shared(
    Effect.gen(function* () {
      const bytes = yield* body
      const compressed = yield* Effect.promise(() => compress(bytes, { level: 9 }))
      return HttpServerResponse.uint8Array(compressed, { headers: { ...headers, "content-encoding": "gzip" } })
    })
  )
  // Says that it is not to be compressed anew for this client; the compression takes the header away.
  const asItIs = Effect.map(plain, HttpServerResponse.setHeader("content-encoding", "identity"))
  return Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers: { "accept-encoding": accepted } }) =>
    accepted === undefined ? plain : takesGzip(accepted) ? gzipped : asItIs
  )
})

/** Made once, by the first who wants it; whoever leaves meanwhile does not take it with him. */
const shared = <A>(make: Effect.Effect<A>) => Effect.cached(Effect.uninterruptible(make))

const takesGzip = (accepted: string): boolean =>
  accepted.split(",").some((one) => {
    const [, weight = "1"] = /^\s*gzip\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/i.exec(one) ?? [undefined, "0"]
    return Number(weight) > 0
  })
