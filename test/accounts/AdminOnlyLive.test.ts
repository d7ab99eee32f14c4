import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiTest, OpenApi } from "effect/http-api"
import { AdminKey } from "../../src/accounts/AdminKey.ts"
import * as AdminOnlyLive from "../../src/accounts/AdminOnlyLive.ts"
import { AdminKeyRequired, AdminOnly } from "../../src/platform/AdminOnly.ts"
import { RequestId } from "../../src/platform/RequestContext.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { testConfig } from "../support/config.ts"

const key = "the-admin-key-0123456789"

const api = HttpApi.make("tiny")
  .add(
    HttpApiGroup.make("managed")
      .add(HttpApiEndpoint.get("list", "/managed", { success: Schema.String }))
      .add(
        HttpApiEndpoint.post("change", "/managed", { payload: Schema.Struct({ n: Schema.Int }), success: Schema.Int })
      )
      .middleware(AdminOnly)
  )
  .add(HttpApiGroup.make("open").add(HttpApiEndpoint.get("look", "/open", { success: Schema.String })))

const guard = AdminOnlyLive.layer.pipe(
  Layer.provide(AdminKey.layer),
  Layer.provide(Sql.layer),
  Layer.provide(testConfig({ environment: { SIKU_SECURITY_ADMIN_KEY: key } })),
  Layer.provide(NodeServices.layer),
  Layer.orDie
)

/** The API behind a key of the setting; `ran` gets the name of each handler that runs. */
const guarded = (ran: Array<string>) => {
  const note = <A>(name: string, value: A) => Effect.sync(() => (ran.push(name), value))
  return Layer.mergeAll(
    HttpApiBuilder.group(api, "managed", (handlers) =>
      handlers.handle("list", () => note("list", "all")).handle("change", ({ payload }) => note("change", payload.n))
    ),
    HttpApiBuilder.group(api, "open", (handlers) => handlers.handle("look", () => note("look", "seen")))
  ).pipe(Layer.provideMerge(guard))
}

const serve = Effect.gen(function* () {
  const ran: Array<string> = []
  const withId = HttpRouter.middleware(Effect.succeed(Effect.provideService(RequestId, "r-1")), { global: true })
  const routes = Layer.mergeAll(HttpApiBuilder.layer(api).pipe(Layer.provide(guarded(ran))), withId).pipe(
    Layer.provide(HttpServer.layerServices)
  )
  const { handler } = yield* Effect.acquireRelease(
    Effect.sync(() => HttpRouter.toWebHandler(routes, { disableLogger: true })),
    ({ dispose }) => Effect.promise(dispose)
  )
  const ask = (path: string, init: RequestInit = {}) =>
    Effect.promise(async () => {
      const response = await handler(new Request(`http://siku.example${path}`, init))
      return { status: response.status, headers: response.headers, text: await response.text() }
    })
  return { ask, ran }
})

const authorized = (value: string): RequestInit => ({ headers: { authorization: value } })

const problemIn = (text: string): unknown => JSON.parse(text)

describe("a management route", () => {
  it.live("answers who has the admin key, and leaves the other routes alone", () =>
    Effect.gen(function* () {
      const { ask, ran } = yield* serve
      for (const scheme of ["Bearer", "bearer", "BEARER"]) {
        const seen = yield* ask("/managed", authorized(`${scheme} ${key}`))
        assert.deepStrictEqual([seen.status, seen.text], [200, '"all"'], scheme)
        assert.isNull(seen.headers.get("www-authenticate"))
      }
      assert.strictEqual((yield* ask("/open")).text, '"seen"')
      assert.deepStrictEqual(ran, ["list", "list", "list", "look"])
    })
  )

  it.live("tells who has no key, or sends it in another way, what to send", () =>
    Effect.gen(function* () {
      const { ask, ran } = yield* serve
      const basic = `Basic ${Buffer.from(`admin:${key}`).toString("base64")}`
      for (const init of [{}, ...["", "Bearer", "Bearer ", basic, key, `Token ${key}`].map(authorized)]) {
        const seen = yield* ask("/managed", init)
        assert.strictEqual(seen.status, 401, JSON.stringify(init))
        assert.strictEqual(seen.headers.get("content-type"), "application/problem+json")
        assert.strictEqual(seen.headers.get("www-authenticate"), "Bearer")
        assert.deepInclude(problemIn(seen.text), {
          type: "about:blank",
          title: "Unauthorized",
          status: 401,
          request_id: "r-1"
        })
        assert.match(seen.text, /needs the admin key, in the header Authorization: Bearer <admin key>/)
        assert.include(seen.text, "SIKU_SECURITY_ADMIN_KEY")
        assert.notInclude(seen.text, key)
      }
      assert.deepStrictEqual(ran, [])
    })
  )

  it.live("turns away a wrong key before it reads anything else of the request", () =>
    Effect.gen(function* () {
      const { ask, ran } = yield* serve
      for (const wrong of [`${key}0`, key.slice(0, -1), key.toUpperCase(), `${key}, Bearer ${key}`]) {
        const seen = yield* ask("/managed", authorized(`Bearer ${wrong}`))
        assert.strictEqual(seen.status, 401, wrong)
        assert.strictEqual(seen.headers.get("www-authenticate"), "Bearer")
        assert.match(seen.text, /The key in the Authorization header is not the admin key/)
        assert.notInclude(seen.text, wrong)
      }
      const unreadable = { method: "POST", body: "{", headers: { "content-type": "application/json" } }
      assert.strictEqual((yield* ask("/managed", unreadable)).status, 401)
      assert.deepStrictEqual(ran, [])
    })
  )

  it.live("refuses with an error that generated clients know", () =>
    Effect.gen(function* () {
      const client = yield* HttpApiTest.groups(api, ["managed"])
      const error = yield* Effect.flip(client.managed.list())
      assert.instanceOf(error, AdminKeyRequired)
      assert.match(error.message, /needs the admin key/)
    }).pipe(Effect.provide(Layer.merge(guarded([]), HttpServer.layerServices)))
  )

  it("says in the description what it needs and how it refuses", () => {
    const { components, paths } = OpenApi.fromApi(api)
    const scheme = components.securitySchemes["adminKey"]
    assert.deepInclude(scheme, { type: "http", scheme: "Bearer" })
    assert.include(scheme?.description, "admin key")
    for (const operation of [paths["/managed"]?.get, paths["/managed"]?.post]) {
      assert.deepStrictEqual(operation?.security, [{ adminKey: [] }])
      const refusal = operation?.responses["401"]
      assert.property(refusal?.content, "application/problem+json")
      assert.match(JSON.stringify(refusal), /www-authenticate/)
    }
    assert.deepStrictEqual(paths["/open"]?.get?.security, [])
    assert.notProperty(paths["/open"]?.get?.responses, "401")
  })
})
