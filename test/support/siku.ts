import { Context, Effect, Layer } from "effect"
import { HttpServer } from "effect/http"
import { app, appWith } from "../../src/App.ts"
import { adminKey, testConfig } from "./config.ts"

/**
 * Starts the whole service on a free port of 127.0.0.1, in this process, for as long as the scope lasts; answers with
 * its address. `known` stands in for who is known to the service.
 */
export const startSiku = (
  options: Parameters<typeof testConfig>[0] & { readonly known?: Parameters<typeof appWith>[0] } = {}
) =>
  Effect.map(
    Layer.build(
      (options.known === undefined ? app : appWith(options.known)).pipe(
        Layer.provide(
          testConfig({
            ...options,
            set: [
              "server.port=0",
              // Nobody is waited for: what a test has asked has been answered.
              "server.drain=0.1",
              `security.admin_key=${adminKey}`,
              // the upstreams of tests are on this machine
              "security.allow_private_urls=true",
              ...(options.set ?? [])
            ]
          })
        ),
        Layer.orDie
      )
    ),
    (context) => HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address).replace(/\/$/, "")
  )

/** What came back over the wire. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // A reply is looked at field by field in the tests, which know what they asked for.
  readonly json: Record<string, unknown>
}

export const send = (url: string, init?: RequestInit): Effect.Effect<Seen> =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, { ...init, signal })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  })

const parse = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** A query as OCS sends it by GET. */
export const query = (base: string, parameters: Readonly<Record<string, string>>): Effect.Effect<Seen> =>
  send(`${base}/api/v1/query?${new URLSearchParams(parameters)}`)

/** A request to a management route, with the admin key. */
export const manage = (base: string, method: string, path: string, body?: unknown): Effect.Effect<Seen> =>
  send(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
