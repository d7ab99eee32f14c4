import { assert } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema, type Scope, Stream } from "effect"
import { HttpBody, type HttpClient, type HttpClientError } from "effect/http"
import type { Upstream } from "../../../scripts/upstream/Upstream.ts"
import type { Guarded, ProxyChoice } from "../../../src/platform/config/Settings.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
import type { Exchange, ExchangeFailed } from "../../../src/platform/outbound/Exchange.ts"
import type { Network } from "../../../src/platform/outbound/ProxyFor.ts"
import { certificate, httpProxy, type ProxyOptions, socksProxy, tlsInFrontOf } from "../../support/proxies.ts"

export const network = (changes: Partial<Network> = {}): Network => ({
  noProxy: [],
  connectTimeout: Duration.seconds(10),
  ...changes
})

/** The way out under test, trusting the tests' certificate and nothing else. */
export const outbound = (changes: Partial<Network> = {}) => Outbound.make(network(changes), { ca: certificate })

/** Every kind of proxy: how to start one and the scheme of its address. */
export const kinds = [
  { scheme: "http", start: (options?: ProxyOptions) => httpProxy(options) },
  { scheme: "https", start: (options?: ProxyOptions) => httpProxy({ ...options, tls: true }) },
  { scheme: "socks5", start: socksProxy },
  { scheme: "socks5h", start: socksProxy }
] as const

/** The address of a proxy as a setting has it; `credentials` as in a URL, percent-encoded. */
export const proxyUrl = (scheme: string, port: number, credentials?: string): Redacted.Redacted =>
  Redacted.make(`${scheme}://${credentials === undefined ? "" : `${credentials}@`}127.0.0.1:${port}`)

/** The two ways to an upstream: plain, and by TLS. */
export const targets = [
  { name: "a plain target", urlOf: ({ port }: Upstream) => Effect.succeed(`http://127.0.0.1:${port}/v1`) },
  {
    name: "a TLS target",
    urlOf: ({ port }: Upstream) =>
      Effect.map(tlsInFrontOf(port), (front): string => `https://localhost:${front.port}/v1`)
  }
] as const

/** A reply that has begun; its body can be read while the scope is open. */
interface Begun {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Stream.Stream<Uint8Array, CallFailed>
}

/** How calls are made: each way fails with the cause of its own error, which is kept to be looked at. */
export class CallFailed extends Schema.TaggedError<CallFailed>()("CallFailed", {
  error: Schema.Defect(),
  cause: Schema.Defect()
}) {}

/** Sends a POST of JSON. */
export type Caller = (url: string, body: object) => Effect.Effect<Begun, CallFailed, Scope.Scope>

const ofClient = (error: HttpClientError.HttpClientError) => {
  assert.strictEqual(error.reason._tag, "TransportError")
  return new CallFailed({ error, cause: "cause" in error.reason ? error.reason.cause : undefined })
}

const byClient =
  (client: HttpClient.HttpClient): Caller =>
  (url, body) =>
    client.post(url, { body: HttpBody.jsonUnsafe(body) }).pipe(
      Effect.map(({ headers, status, stream }) => ({ status, headers, body: Stream.mapError(stream, ofClient) })),
      Effect.mapError(ofClient)
    )

const ofExchange = (error: ExchangeFailed) => new CallFailed({ error, cause: error.cause })

const byExchange =
  (exchange: Exchange): Caller =>
  (url, body) =>
    exchange({ url, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).pipe(
      Effect.map(({ body, headers, status }) => ({
        status,
        headers,
        body: Stream.mapError(Stream.fromPull(Effect.succeed(body)), ofExchange)
      })),
      Effect.mapError(ofExchange)
    )

type Parameters = readonly [url: string, proxy: ProxyChoice, guarded?: Guarded]

/** Both ways to call out: all that holds of connections holds of both. */
export const ways: ReadonlyArray<{
  readonly by: string
  readonly callerFor: (out: Outbound["Service"], ...parameters: Parameters) => Effect.Effect<Caller, never, Scope.Scope>
}> = [
  { by: "the client", callerFor: (out, ...parameters) => Effect.map(out.clientFor(...parameters), byClient) },
  { by: "the exchange", callerFor: (out, ...parameters) => Effect.map(out.exchangeFor(...parameters), byExchange) }
]

/** What a model at `url` is asked, and its reply as soon as that has begun. */
export const opened = (call: Caller, url: string, stream = false) =>
  call(`${url}/chat/completions`, { model: "m", messages: [{ role: "user", content: "1+1?" }], stream })

/** Asks a model at `url` something; succeeds with the status and the text of the whole reply. */
export const ask = (call: Caller, url: string, stream = false) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { body, status } = yield* opened(call, url, stream)
      return { status, text: yield* Stream.mkString(Stream.decodeText(body)) }
    })
  )
