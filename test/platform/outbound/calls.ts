import { Duration, Effect, Redacted } from "effect"
import { HttpBody, type HttpClient } from "effect/http"
import type { Upstream } from "../../../scripts/upstream/Upstream.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
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

/** Asks a model at `url` something; succeeds with the status and the text of the whole reply. */
export const ask = (client: HttpClient.HttpClient, url: string, stream = false) =>
  Effect.gen(function* () {
    const body = HttpBody.jsonUnsafe({ model: "m", messages: [{ role: "user", content: "1+1?" }], stream })
    const response = yield* client.post(`${url}/chat/completions`, { body })
    return { status: response.status, text: yield* response.text }
  })
