import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiTest, OpenApi } from "effect/http-api"
import { Access, IsLimited, OpenToLocal, PublicAccess, RequiredScope } from "../../../src/platform/Access.ts"
import { CurrentRoute, CurrentUser } from "../../../src/platform/Caller.ts"
import { describeAccess } from "../../../src/platform/describeAccess.ts"
import { UnauthorizedProblem } from "../../../src/platform/Problems.ts"
import { RequestFacts } from "../../../src/platform/RequestFacts.ts"
import { RequestId } from "../../../src/platform/RequestContext.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { type Admitted, type Known, keyOf, newAdmitted, wayIn } from "../../support/access.ts"
import { testConfig } from "../../support/config.ts"

const adminKey = "the-admin-key-0123456789"
const token = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
const elsewhere = { "x-forwarded-for": "203.0.113.9" }

const groups = HttpApi.make("tiny")
  .add(
    HttpApiGroup.make("managed")
      .add(HttpApiEndpoint.get("list", "/managed", { success: Schema.String }))
      .add(
        HttpApiEndpoint.post("change", "/managed", { payload: Schema.Struct({ n: Schema.Int }), success: Schema.Int })
      )
      .middleware(Access)
  )
  .add(
    HttpApiGroup.make("chat")
      .add(HttpApiEndpoint.get("say", "/say/:id", { params: { id: Schema.String }, success: Schema.String }))
      .add(HttpApiEndpoint.get("all", "/all", { success: Schema.String }).annotate(OpenToLocal, false))
      .add(HttpApiEndpoint.get("me", "/me", { success: Schema.String }).annotate(RequiredScope, "any"))
      .annotate(RequiredScope, "chat")
      .middleware(Access)
  )
  .add(
    HttpApiGroup.make("open")
      .add(HttpApiEndpoint.get("look", "/look", { success: Schema.String }))
      .add(HttpApiEndpoint.get("probe", "/probe", { success: Schema.String }).annotate(IsLimited, false))
      .annotate(RequiredScope, "public")
      .middleware(PublicAccess)
  )
const api = groups.annotateMerge(OpenApi.annotations({ transform: describeAccess(groups) }))

const known = new Map<string, Known>([
  ["sk-siku-chat", keyOf("acc_1", ["chat"])],
  ["sk-siku-all", keyOf("acc_1", ["ask", "chat", "bank:read", "bank:write", "admin"])],
  ["sk-siku-none", keyOf("acc_1", [])],
  ["sk-siku-old", "expired"],
  ["sk-siku-gone", "revoked"],
  ["sk-siku-off", "inactive"],
  ["sk-siku-dark", "unavailable"],
  [token, { ...keyOf("acc_2", ["chat"]), kind: "user", keyId: null, userId: "usr_1" }]
])

/** The handlers say on which route they run for whom. */
const handlers = (ran: Array<string>) => {
  const who = Effect.gen(function* () {
    const { accountId, kind, keyId, userId } = yield* CurrentUser
    const facts = yield* RequestFacts
    const said = [yield* CurrentRoute, kind, accountId, userId, keyId].join(" ")
    assert.deepStrictEqual([facts?.route, facts?.caller], [yield* CurrentRoute, yield* CurrentUser])
    ran.push(said)
    return said
  })
  return Layer.mergeAll(
    HttpApiBuilder.group(api, "managed", (handlers) =>
      handlers.handle("list", () => who).handle("change", ({ payload }) => Effect.as(who, payload.n))
    ),
    HttpApiBuilder.group(api, "chat", (handlers) =>
      handlers
        .handle("say", () => who)
        .handle("all", () => who)
        .handle("me", () => who)
    ),
    HttpApiBuilder.group(api, "open", (handlers) => handlers.handle("look", () => who).handle("probe", () => who))
  )
}

const guarded = (ran: Array<string>, seen: Admitted, set: ReadonlyArray<string> = []) =>
  handlers(ran).pipe(
    Layer.provideMerge(
      wayIn(known, seen).pipe(
        Layer.provide(Sql.layer),
        Layer.provide(testConfig({ environment: { SIKU_SECURITY_ADMIN_KEY: adminKey }, set })),
        Layer.provide(NodeServices.layer),
        Layer.orDie
      )
    )
  )

const serve = Effect.fnUntraced(function* (set: ReadonlyArray<string> = []) {
  const ran: Array<string> = []
  const seen = newAdmitted()
  const withId = HttpRouter.middleware(
    Effect.succeed((handler) =>
      handler.pipe(
        Effect.provideService(RequestId, "r-1"),
        Effect.provideServiceEffect(
          RequestFacts,
          Effect.sync(() => ({ route: "", caller: undefined }))
        )
      )
    ),
    { global: true }
  )
  const routes = Layer.mergeAll(HttpApiBuilder.layer(api).pipe(Layer.provide(guarded(ran, seen, set))), withId).pipe(
    Layer.provide(HttpServer.layerServices)
  )
  const { handler } = yield* Effect.acquireRelease(
    Effect.sync(() => HttpRouter.toWebHandler(routes, { disableLogger: true })),
    ({ dispose }) => Effect.promise(dispose)
  )
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
    Effect.promise(async () => {
      const response = await handler(new Request(`http://siku.example${path}`, { ...init, headers }))
      return { status: response.status, headers: response.headers, text: await response.text() }
    })
  return { ask, ran, seen }
})

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` })
const problemIn = (text: string): unknown => JSON.parse(text)

describe("a route that takes the scope admin", () => {
  it.live("answers the admin key however its scheme is spelt, and a key with the scope", () =>
    Effect.gen(function* () {
      const { ask, ran } = yield* serve()
      for (const scheme of ["Bearer", "bearer", "BEARER"]) {
        const seen = yield* ask("/managed", { authorization: `${scheme} ${adminKey}` })
        assert.deepStrictEqual([seen.status, seen.text], [200, '"GET /managed admin   "'], scheme)
        assert.isNull(seen.headers.get("www-authenticate"))
      }
      yield* ask("/managed", { "x-api-key": adminKey })
      assert.strictEqual((yield* ask("/managed", bearer("sk-siku-all"))).status, 200)
      assert.strictEqual(ran.length, 5)
    })
  )

  it.live(
    "tells who has no key, or sends it in another way, what to send, also on this machine and with authentication off",
    () =>
      Effect.gen(function* () {
        for (const mode of ["local", "required", "off"]) {
          const { ask, ran, seen } = yield* serve([`security.authentication=${mode}`])
          const basic = `Basic ${Buffer.from(`admin:${adminKey}`).toString("base64")}`
          for (const authorization of [undefined, "", "Bearer", "Bearer ", basic, adminKey, `Token ${adminKey}`]) {
            const reply = yield* ask("/managed", authorization === undefined ? {} : { authorization })
            assert.strictEqual(reply.status, 401, authorization)
            assert.strictEqual(reply.headers.get("content-type"), "application/problem+json")
            assert.strictEqual(reply.headers.get("www-authenticate"), "Bearer")
            assert.deepInclude(problemIn(reply.text), {
              type: "about:blank",
              title: "Unauthorized",
              status: 401,
              request_id: "r-1"
            })
            assert.match(reply.text, /needs the admin key, or one with the scope admin, in the header Authorization/)
            assert.include(reply.text, "SIKU_SECURITY_ADMIN_KEY")
            assert.notInclude(reply.text, adminKey)
          }
          assert.deepStrictEqual([ran, seen.wrong], [[], []])
        }
      })
  )

  it.live("turns away a wrong key before it reads anything else of the request, and counts it", () =>
    Effect.gen(function* () {
      const { ask, ran, seen } = yield* serve()
      const wrongs = [`${adminKey}0`, adminKey.slice(0, -1), adminKey.toUpperCase(), `${adminKey}, Bearer ${adminKey}`]
      for (const wrong of wrongs) {
        const reply = yield* ask("/managed", bearer(wrong))
        assert.strictEqual(reply.status, 401, wrong)
        assert.match(reply.headers.get("www-authenticate") ?? "", /^Bearer error="invalid_token"/)
        assert.match(reply.text, /is not known here/)
        assert.notInclude(reply.text, wrong)
      }
      const unreadable = { method: "POST", body: "{" }
      assert.strictEqual((yield* ask("/managed", { "content-type": "application/json" }, unreadable)).status, 401)
      assert.deepStrictEqual(ran, [])
      assert.strictEqual(seen.wrong.length, wrongs.length)
    })
  )

  it.live("refuses a key without the scope, and names it", () =>
    Effect.gen(function* () {
      const { ask, ran, seen } = yield* serve()
      for (const credential of ["sk-siku-chat", "sk-siku-none", token]) {
        const reply = yield* ask("/managed", bearer(credential))
        assert.strictEqual(reply.status, 403)
        assert.deepInclude(problemIn(reply.text), { status: 403, title: "Forbidden", request_id: "r-1" })
        assert.include(reply.text, "takes the scope admin")
        assert.strictEqual(reply.headers.get("www-authenticate"), 'Bearer error="insufficient_scope", scope="admin"')
      }
      assert.deepStrictEqual([ran, seen.wrong], [[], []])
    })
  )

  it.live("refuses with an error that generated clients know", () =>
    Effect.gen(function* () {
      const client = yield* HttpApiTest.groups(api, ["managed"])
      const error = yield* Effect.flip(client.managed.list())
      assert.instanceOf(error, UnauthorizedProblem)
      assert.include(error.detail, "needs the admin key")
    }).pipe(
      Effect.provide(Layer.merge(handlers([]), HttpServer.layerServices)),
      Effect.provide(guarded([], newAdmitted()))
    )
  )
})

describe("a route for chat", () => {
  it.live("says why a credential is not good, also on this machine", () =>
    Effect.gen(function* () {
      const { ask, ran, seen } = yield* serve()
      for (const [credential, why] of [
        ["sk-siku-old", "has expired"],
        ["sk-siku-gone", "has been revoked"],
        ["sk-siku-off", "not active"],
        ["sk-siku-nobody", "not known"],
        ["eyJhbGciOiJub25lIn0.e30.", "not known"]
      ] as const) {
        for (const from of [{}, elsewhere]) {
          const reply = yield* ask("/say/1", { ...from, ...bearer(credential) })
          assert.strictEqual(reply.status, 401, credential)
          assert.include(reply.text, why)
        }
      }
      assert.deepStrictEqual(ran, [])
      assert.strictEqual(seen.wrong.length, 10)
    })
  )

  it.live("lets nobody unknown in while the database cannot tell", () =>
    Effect.gen(function* () {
      const { ask, seen } = yield* serve()
      const reply = yield* ask("/say/1", bearer("sk-siku-dark"))
      assert.deepStrictEqual([reply.status, reply.headers.get("retry-after")], [503, "5"])
      assert.deepStrictEqual(seen, { admitted: [], wrong: [] })
    })
  )

  it.live(
    "knows who asks by a key or a token, in either header, and serves it as that one on the route as it is described",
    () =>
      Effect.gen(function* () {
        const { ask, seen } = yield* serve()
        for (const from of [{}, elsewhere]) {
          const byKey = yield* ask("/say/1", { ...from, ...bearer("sk-siku-chat") })
          assert.strictEqual(byKey.text, '"GET /say/:id key acc_1  key_of_acc_1"')
          const byHeader = yield* ask("/say/1", { ...from, "x-api-key": "sk-siku-chat" })
          assert.strictEqual(byHeader.text, byKey.text)
          const byToken = yield* ask("/say/1", { ...from, ...bearer(token) })
          assert.strictEqual(byToken.text, '"GET /say/:id user acc_2 usr_1 "')
        }
        assert.strictEqual(seen.admitted.length, 6)
        assert.strictEqual(seen.admitted.at(-1)?.address, "203.0.113.9")
        assert.strictEqual(seen.admitted.at(-1)?.caller.userId, "usr_1")
      })
  )

  it.live("takes Authorization before x-api-key, and looks past what is no credential of ours", () =>
    Effect.gen(function* () {
      const { ask } = yield* serve()
      const wrongFirst = { ...bearer("sk-siku-old"), "x-api-key": "sk-siku-chat" }
      assert.strictEqual((yield* ask("/say/1", wrongFirst)).status, 401)
      const proxys = { authorization: "Basic cHJveHk6cHJveHk=", "x-api-key": "sk-siku-chat" }
      assert.include((yield* ask("/say/1", proxys)).text, "acc_1")
      assert.include((yield* ask("/say/1", { ...bearer("  sk-siku-chat "), "x-api-key": "sk-siku-old" })).text, "acc_1")
    })
  )

  it.live("takes no credential from the query", () =>
    Effect.gen(function* () {
      const { ask } = yield* serve()
      assert.strictEqual((yield* ask("/say/1?token=sk-siku-chat", elsewhere)).status, 401)
    })
  )

  it.live("is open to this machine, and to keys that clients make up there, where authentication is local", () =>
    Effect.gen(function* () {
      const { ask, seen } = yield* serve()
      for (const headers of [{}, bearer("any"), { "x-api-key": "sk-anything" }, bearer("sk-of-a-benchmark")]) {
        assert.strictEqual((yield* ask("/say/1", headers)).text, '"GET /say/:id local   "')
        assert.strictEqual((yield* ask("/say/1", { ...headers, ...elsewhere })).status, 401)
      }
      assert.include((yield* ask("/say/1", bearer(adminKey))).text, "admin")
      assert.deepStrictEqual(
        seen.admitted.map(({ caller }) => caller.kind),
        ["local", "local", "local", "local", "admin"]
      )
      // A wrong key from elsewhere is counted there; none from here.
      assert.deepStrictEqual(new Set(seen.wrong), new Set(["203.0.113.9"]))
    })
  )

  it.live("is open to nobody without a key where authentication is required", () =>
    Effect.gen(function* () {
      const { ask } = yield* serve(["security.authentication=required"])
      assert.strictEqual((yield* ask("/say/1")).status, 401)
      assert.strictEqual((yield* ask("/say/1", bearer("any"))).status, 401)
      assert.strictEqual((yield* ask("/say/1", bearer("sk-siku-chat"))).status, 200)
    })
  )

  it.live("is open to all where authentication is off, who are somebody where they say so", () =>
    Effect.gen(function* () {
      const { ask } = yield* serve(["security.authentication=off"])
      assert.include((yield* ask("/say/1", elsewhere)).text, "anonymous")
      assert.include((yield* ask("/say/1", { ...elsewhere, ...bearer("any") })).text, "anonymous")
      assert.include((yield* ask("/say/1")).text, "local")
      assert.include((yield* ask("/say/1", bearer("sk-siku-chat"))).text, "acc_1")
      assert.strictEqual((yield* ask("/say/1", bearer("sk-siku-gone"))).status, 401)
      assert.strictEqual((yield* ask("/all", elsewhere)).status, 401)
    })
  )

  it.live("can be closed to this machine, and can take anybody who is known", () =>
    Effect.gen(function* () {
      const { ask } = yield* serve()
      assert.strictEqual((yield* ask("/all")).status, 401)
      assert.strictEqual((yield* ask("/all", bearer("any"))).status, 401)
      assert.strictEqual((yield* ask("/all", bearer("sk-siku-chat"))).status, 200)
      assert.strictEqual((yield* ask("/me")).status, 401)
      assert.strictEqual((yield* ask("/me", bearer("sk-siku-none"))).status, 200)
      assert.strictEqual((yield* ask("/me", bearer(adminKey))).status, 200)
    })
  )
})

describe("limits", () => {
  it.live("are told with the time to wait", () =>
    Effect.gen(function* () {
      const { ask, ran } = yield* serve()
      const full = yield* ask("/say/1", { ...bearer("sk-siku-chat"), "x-forwarded-for": "203.0.113.1" })
      assert.deepStrictEqual([full.status, full.headers.get("retry-after")], [429, "7"])
      assert.deepInclude(problemIn(full.text), { status: 429, title: "Too Many Requests" })
      const suspect = yield* ask("/say/1", { ...bearer("sk-siku-made-up"), "x-forwarded-for": "203.0.113.2" })
      assert.deepStrictEqual([suspect.status, suspect.headers.get("retry-after")], [429, "40"])
      assert.strictEqual((yield* ask("/look", { "x-forwarded-for": "203.0.113.1" })).status, 429)
      assert.deepStrictEqual(ran, [])
    })
  )

  it.live("do not hold for probes, and nobody is asked who they are on a public route", () =>
    Effect.gen(function* () {
      const { ask, seen } = yield* serve()
      const full = { "x-forwarded-for": "203.0.113.1", ...bearer("sk-siku-gone") }
      assert.strictEqual((yield* ask("/probe", full)).text, '"GET /probe anonymous   "')
      assert.deepStrictEqual(seen, { admitted: [], wrong: [] })
      assert.strictEqual((yield* ask("/look", bearer("sk-siku-gone"))).text, '"GET /look anonymous   "')
    })
  )
})

describe("the description", () => {
  it("says what each route takes and how it refuses", () => {
    const { components, paths } = OpenApi.fromApi(api)
    assert.deepInclude(components.securitySchemes["bearer"], { type: "http", scheme: "bearer" })
    for (const operation of [paths["/managed"]?.get, paths["/managed"]?.post]) {
      assert.deepStrictEqual(operation?.security, [{ bearer: ["admin"] }, { apiKey: ["admin"] }])
      for (const status of [401, 403, 429, 503]) {
        assert.property(operation?.responses[status]?.content, "application/problem+json", String(status))
      }
      assert.match(JSON.stringify(operation?.responses[401]), /www-authenticate/)
    }
    assert.deepStrictEqual(paths["/say/{id}"]?.get?.security, [{ bearer: ["chat"] }, { apiKey: ["chat"] }, {}])
    assert.deepStrictEqual(paths["/all"]?.get?.security, [{ bearer: ["chat"] }, { apiKey: ["chat"] }])
    assert.deepStrictEqual(paths["/me"]?.get?.security, [{ bearer: [] }, { apiKey: [] }])
    assert.deepStrictEqual(paths["/look"]?.get?.security, [])
    assert.notProperty(paths["/look"]?.get?.responses, "401")
    assert.property(paths["/look"]?.get?.responses, "429")
    assert.notProperty(paths["/probe"]?.get?.responses, "429")
  })
})
