import { createServer } from "node:http"
import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder } from "effect/http-api"
import { AuthApi } from "../../../../src/accounts/tokens/Api.ts"
import * as AuthHttp from "../../../../src/accounts/tokens/Http.ts"
import { PublicAccess } from "../../../../src/platform/Access.ts"
import { AccessLog } from "../../../../src/platform/AccessLog.ts"
import { Admission, TooManyRequests } from "../../../../src/platform/Admission.ts"
import { BoundedBodies } from "../../../../src/platform/bounds/BoundedBodies.ts"
import * as RequestContext from "../../../../src/platform/RequestContext.ts"
import { makeRouteTable, RouteTable } from "../../../../src/platform/RouteTable.ts"
import { send, type Seen } from "../../../support/siku.ts"
import { makePeople } from "./people.ts"
import { tokensOf } from "./tokens.ts"

/** The routes of tokens on a free port of 127.0.0.1, with people of their own. */
export const serveAuth = Effect.fnUntraced(function* (options: Parameters<typeof tokensOf>[1] = {}) {
  const people = makePeople()
  const logged: Array<string> = []
  const state = { wrong: 0, mayIdentify: true }
  const admission = Layer.succeed(
    Admission,
    Admission.of({
      originOf: () => ({ address: "203.0.113.7", isLocal: false, isForeignPage: false, isPassedOn: false }),
      mayIdentify: () =>
        state.mayIdentify
          ? Effect.void
          : Effect.fail(new TooManyRequests({ of: "address", window: "minute", limit: 20, retryAfter: 42 })),
      wrongCredential: () => Effect.sync(() => void state.wrong++),
      admit: (_, handler) => handler
    })
  )
  const log = Layer.succeed(AccessLog, AccessLog.of({ record: ({ request }) => void logged.push(request.url) }))
  const api = HttpApi.make("siku").add(AuthApi.middleware(PublicAccess)).middleware(BoundedBodies)
  const routes = Layer.merge(
    HttpApiBuilder.layer(api, { openapiPath: "/openapi.json" }).pipe(
      Layer.provide(AuthHttp.layer),
      Layer.provide([Layer.succeed(PublicAccess, (handler) => handler), BoundedBodies.layer])
    ),
    RequestContext.layer
  ).pipe(
    Layer.provide([admission, log]),
    Layer.provide(Layer.succeed(RouteTable, makeRouteTable(Object.values(AuthApi.endpoints))))
  )
  const context = yield* Layer.build(
    HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
      Layer.provideMerge(tokensOf(people, options)),
      Layer.provide(NodeServices.layer),
      Layer.orDie
    )
  )
  const base = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address).replace(/\/$/, "")
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}): Effect.Effect<Seen> =>
    send(`${base}/api/v1/auth/${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers }
    })
  return {
    people,
    state,
    base,
    context,
    post,
    form: (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
      post(path, new URLSearchParams(fields).toString(), headers),
    json: (path: string, body: unknown) => post(path, JSON.stringify(body), { "content-type": "application/json" })
  }
})
