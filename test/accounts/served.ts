import { createServer } from "node:http"
import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest } from "effect/http"
import { HttpApi, HttpApiBuilder } from "effect/http-api"
import { AccountsApi } from "../../src/accounts/accounts/Api.ts"
import * as AccountsHttp from "../../src/accounts/accounts/Http.ts"
import { AuditApi } from "../../src/accounts/audit/Api.ts"
import * as AuditHttp from "../../src/accounts/audit/Http.ts"
import { KeysApi } from "../../src/accounts/keys/Api.ts"
import * as KeysHttp from "../../src/accounts/keys/Http.ts"
import { UsersApi } from "../../src/accounts/users/Api.ts"
import * as UsersHttp from "../../src/accounts/users/Http.ts"
import { AccessLog } from "../../src/platform/AccessLog.ts"
import { Access } from "../../src/platform/Access.ts"
import { BoundedBodies } from "../../src/platform/bounds/BoundedBodies.ts"
import { type Caller, CurrentUser, house } from "../../src/platform/Caller.ts"
import { LogSink } from "../../src/platform/LogSink.ts"
import * as RequestContext from "../../src/platform/RequestContext.ts"
import { makeRouteTable, RouteTable } from "../../src/platform/RouteTable.ts"
import { send } from "../support/siku.ts"
import { admission } from "../support/access.ts"
import { identity } from "./support.ts"

class IdentityApi extends HttpApi.make("siku")
  .add(UsersApi.middleware(Access))
  .add(AccountsApi.middleware(Access))
  .add(KeysApi.middleware(Access))
  .add(AuditApi.middleware(Access))
  .middleware(BoundedBodies) {}

/** Lets everybody in, as the caller that the credential names; as the house where it names none. */
const anybody = (callers: ReadonlyMap<string, Caller>) =>
  Layer.succeed(Access, (handler) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Effect.provideService(handler, CurrentUser, callers.get(headers["authorization"] ?? "") ?? house)
    )
  )

/** The routes of users, accounts, keys and the audit log on a socket, without the gate that finds out who asks. */
export const served = Effect.gen(function* () {
  const callers = new Map<string, Caller>()
  const routes = Layer.mergeAll(
    HttpApiBuilder.layer(IdentityApi).pipe(
      Layer.provide([UsersHttp.layer, AccountsHttp.layer, KeysHttp.layer, AuditHttp.layer]),
      Layer.provide([anybody(callers), BoundedBodies.layer, admission()])
    ),
    RequestContext.layer
  ).pipe(
    Layer.provide([
      AccessLog.layer.pipe(Layer.provide(LogSink.layer)),
      Layer.sync(RouteTable, () => makeRouteTable([]))
    ])
  )
  const context = yield* Layer.build(
    HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
      Layer.provideMerge(identity()),
      Layer.provide(NodeServices.layer),
      Layer.orDie
    )
  )
  const base = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address).replace(/\/$/, "")

  /** Sends a request as this caller. */
  const ask = (caller: Caller, method: string, path: string, body?: unknown) => {
    const authorization = `Bearer caller-${callers.size}`
    callers.set(authorization, caller)
    return send(`${base}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  }
  return { ask, context }
})
