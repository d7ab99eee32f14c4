// Every route of the description against everybody who may not use it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, JsonSchema, Schema, SchemaRepresentation } from "effect"
import { OpenApi } from "effect/http-api"
import { Api } from "../../src/Api.ts"
import { AdapterReply } from "../../src/bank/ocs/AdapterReply.ts"
import { OcsReply } from "../../src/bank/ocs/OcsReply.ts"
import { type Scope, Scope as AnyScope } from "../../src/platform/Caller.ts"
import { accessRulesOf } from "../../src/platform/describeAccess.ts"
import { everybody, type Known, keyOf } from "../support/access.ts"
import { adminKey } from "../support/config.ts"
import { send, type Seen, startSiku } from "../support/siku.ts"

const spec = OpenApi.fromApi(Api)
const methods = ["get", "put", "post", "patch", "delete"] as const

interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly described: OpenApi.OpenAPISpecOperation
  /** What the description says a credential must be good for; `undefined` where it asks for none. */
  readonly scopes: ReadonlyArray<string> | undefined
  readonly isFreeHere: boolean
}

const operations: ReadonlyArray<Operation> = Object.entries(spec.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const described = item[method]
    if (described === undefined) return []
    const requirement = described.security.find((each) => "bearer" in each)
    return [
      {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, "x"),
        described,
        scopes: requirement?.["bearer"],
        isFreeHere: described.security.some((each) => Object.keys(each).length === 0)
      }
    ]
  })
)
const guarded = operations.filter(({ scopes }) => scopes !== undefined)
const isOcs = ({ described }: Operation) => described.tags.includes("OCS")

const isScope = Schema.is(AnyScope)
const without = (scopes: ReadonlyArray<string>): ReadonlyArray<Scope> =>
  AnyScope.literals.filter((scope) => !scopes.includes(scope))
const known = new Map<string, Known>([
  ["sk-siku-nothing", keyOf(null, [])],
  ["sk-siku-everything", keyOf(null, AnyScope.literals)],
  ...AnyScope.literals.flatMap((scope): Array<[string, Known]> => [
    [`sk-siku-only-${scope}`, keyOf(null, [scope])],
    [`sk-siku-without-${scope}`, keyOf(null, without([scope]))]
  ]),
  ["sk-siku-expired", "expired"],
  ["sk-siku-revoked", "revoked"],
  ["sk-siku-inactive", "inactive"],
  ["sk-siku-unavailable", "unavailable"]
])

const elsewhere = "203.0.113.9"
const ask = (base: string, { method, path }: Operation, credential?: string, from: string | null = elsewhere) =>
  send(`${base}${path}`, {
    method,
    headers: {
      ...(from === null ? {} : { "x-forwarded-for": from }),
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` })
    }
  })

const definitions = Object.fromEntries(
  Object.entries(spec.components.schemas).map(([id, schema]) => [
    id,
    JsonSchema.fromSchemaOpenApi3_1({ ...schema }).schema
  ])
)
const checks = new Map<string, (value: unknown) => boolean>()

/** Tells whether a value is as a schema of the description says; each is read once. */
const checkOf = (described: object): ((value: unknown) => boolean) => {
  const name = JSON.stringify(described)
  const made = checks.get(name)
  if (made !== undefined) return made
  const document = JsonSchema.fromSchemaOpenApi3_1({ ...described })
  const schema = SchemaRepresentation.fromJsonSchemaDocument({ ...document, definitions }, { patterns: "ignore" })
  const check = Schema.is(schema)
  checks.set(name, check)
  return check
}

/** Whether a reply is as the description of its route says. */
const assertDescribed = ({ described, name }: Operation, { headers, json, status, text }: Seen) => {
  const type = headers.get("content-type")?.split(";")[0] ?? ""
  const schema = described.responses[status]?.content?.[type]?.schema
  assert.isDefined(schema, `${name} describes no ${status} of ${type}`)
  assert.isTrue(checkOf(schema)(json), `${name} ${status}: ${text}`)
  // A description that any reply fits would say nothing.
  assert.isFalse(checkOf(schema)({}), name)
}

const messages: Readonly<Record<number, RegExp>> = { 401: /密钥/, 403: /没有权限/, 429: /频繁/, 503: /暂时/ }
const isOcsReply = Schema.is(OcsReply)
const isAdapterReply = Schema.is(AdapterReply)

/** Whether a request was refused as its route says it refuses, quiz clients under HTTP 200. */
const assertRefused = (operation: Operation, seen: Seen, status: 401 | 403 | 429 | 503) => {
  assertDescribed(operation, seen)
  if (isOcs(operation)) {
    assert.strictEqual(seen.status, 200, operation.name)
    assert.isTrue(isOcsReply(seen.json) || isAdapterReply(seen.json), operation.name)
    assert.strictEqual(seen.json["code"], 0)
    assert.match(String(seen.json["msg"]), messages[status] ?? /./)
    return
  }
  assert.strictEqual(seen.status, status, `${operation.name}: ${seen.text}`)
  if (status === 401 || status === 403) assert.match(seen.headers.get("www-authenticate") ?? "", /^Bearer/)
  if (status === 429 || status === 503) assert.match(seen.headers.get("retry-after") ?? "", /^[1-9]\d*$/)
}

const start = startSiku({ known: everybody(known) })

/** Does something with every guarded route, some at a time. */
const ofEach = (check: (operation: Operation) => Effect.fn.Return<void>) =>
  Effect.forEach(guarded, Effect.fnUntraced(check), { concurrency: 8, discard: true })

describe("the public routes", () => {
  it("are these and no others", () => {
    assert.deepStrictEqual(
      operations.filter(({ scopes }) => scopes === undefined).map(({ name }) => name),
      [
        "GET /",
        "GET /api/v1/ocs/config",
        "POST /api/v1/auth/token",
        "POST /api/v1/auth/revoke",
        "GET /api/v1/auth/jwks",
        "GET /health/live",
        "GET /health/ready",
        "GET /health",
        "GET /api/v1/health"
      ]
    )
    assert.deepStrictEqual(
      accessRulesOf(Api)
        .filter(({ isLimited }) => !isLimited)
        .map(({ route }) => route),
      ["GET /health/live", "GET /health/ready", "GET /health", "GET /api/v1/health", "GET /metrics"]
    )
  })

  it.live("answer whoever asks, as do the pages of the documentation", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ known: everybody(known), set: ["security.authentication=required"] })
      const open = operations
        .filter(({ method, scopes }) => scopes === undefined && method === "GET")
        .map(({ path }) => path)
      for (const path of [...open, "/docs", "/redoc", "/openapi.json", "/redoc/redoc.standalone.js"]) {
        const seen = yield* send(`${base}${path}`, {
          headers: { "x-forwarded-for": elsewhere, authorization: "Bearer sk-siku-revoked" }
        })
        assert.strictEqual(seen.status, 200, path)
      }
    })
  )
})

describe("all other routes", () => {
  it("stand behind the way in, and ask for a scope that there is", () => {
    const rules = accessRulesOf(Api)
    const described = new Map(operations.map(({ name, scopes }) => [name.replace(/\{(\w+)\}/g, ":$1"), scopes]))
    for (const { needs, path, route } of rules) {
      // The one route that the description leaves out is that of a model's name with slashes.
      if (path.endsWith("*")) continue
      assert.deepStrictEqual(
        described.get(route),
        needs === "public" ? undefined : needs === "any" ? [] : [needs],
        route
      )
    }
    for (const group of Object.values(Api.groups)) {
      for (const { identifier, middlewares } of Object.values(group.endpoints)) {
        const guards = [...middlewares].filter(({ key }) => /^siku\/platform\/\w*Access$/.test(key))
        assert.strictEqual(guards.length, 1, identifier)
      }
    }
  })

  it("ask for what they do", () => {
    const needs = new Map(guarded.map(({ name, scopes }) => [name, scopes?.[0] ?? "any"]))
    assert.deepStrictEqual(Object.fromEntries(needs), {
      "GET /api/v1/query": "ask",
      "POST /api/v1/query": "ask",
      "GET /api/query": "ask",
      "POST /api/query": "ask",
      "POST /adapter-service/search": "ask",
      "POST /api/v1/adapter-service/search": "ask",
      "GET /api/v1/questions": "bank:read",
      "POST /api/v1/questions": "bank:write",
      "POST /api/v1/questions/bulk": "bank:write",
      "GET /api/v1/questions/stats": "bank:read",
      "GET /api/v1/questions/review": "bank:read",
      "GET /api/v1/questions/{id}": "bank:read",
      "PUT /api/v1/questions/{id}": "bank:write",
      "PATCH /api/v1/questions/{id}": "bank:write",
      "DELETE /api/v1/questions/{id}": "bank:write",
      "GET /api/v1/questions/{id}/history": "bank:read",
      "POST /api/v1/questions/{id}/feedback": "bank:write",
      "POST /api/v1/questions/{id}/review": "bank:write",
      "GET /api/v1/tags": "bank:read",
      "POST /api/v1/questions/import": "bank:write",
      "GET /api/v1/questions/export": "bank:read",
      "GET /api/v1/jobs": "admin",
      "GET /api/v1/jobs/{id}": "admin",
      "GET /api/v1/jobs/{id}/events": "admin",
      "POST /api/v1/jobs/{id}/cancel": "admin",
      "POST /api/v1/predict": "chat",
      "POST /v1/chat/completions": "chat",
      "GET /v1/models": "chat",
      "GET /v1/models/{id}": "chat",
      "POST /v1/runs": "chat",
      "GET /v1/runs": "chat",
      "GET /v1/runs/{id}": "chat",
      "DELETE /v1/runs/{id}": "chat",
      "GET /v1/runs/{id}/events": "chat",
      "POST /v1/messages": "chat",
      "POST /v1/messages/count_tokens": "chat",
      "POST /v1/responses": "chat",
      "GET /v1/responses/{id}": "chat",
      "DELETE /v1/responses/{id}": "chat",
      "POST /v1/responses/{id}/cancel": "chat",
      "GET /v1/responses/{id}/input_items": "chat",
      "POST /v1/embeddings": "chat",
      "GET /api/v1/providers": "admin",
      "POST /api/v1/providers": "admin",
      "GET /api/v1/providers/{id}": "admin",
      "PATCH /api/v1/providers/{id}": "admin",
      "DELETE /api/v1/providers/{id}": "admin",
      "POST /api/v1/providers/{id}/default": "admin",
      "POST /api/v1/providers/{id}/test": "admin",
      "GET /api/v1/calls": "admin",
      "GET /api/v1/audit": "admin",
      "GET /api/v1/settings": "admin",
      "PATCH /api/v1/settings": "admin",
      "GET /api/v1/usage": "admin",
      "POST /api/v1/accounts/{account_id}/orders": "admin",
      "GET /metrics": "admin",
      // These look at who it is by themselves.
      "GET /api/v1/users": "any",
      "POST /api/v1/users": "any",
      "GET /api/v1/users/me": "any",
      "PATCH /api/v1/users/me": "any",
      "GET /api/v1/users/{user_id}": "any",
      "PATCH /api/v1/users/{user_id}": "any",
      "DELETE /api/v1/users/{user_id}": "any",
      "GET /api/v1/accounts": "any",
      "POST /api/v1/accounts": "any",
      "GET /api/v1/accounts/{account_id}": "any",
      "PATCH /api/v1/accounts/{account_id}": "any",
      "GET /api/v1/accounts/{account_id}/members": "any",
      "PUT /api/v1/accounts/{account_id}/members/{user_id}": "any",
      "DELETE /api/v1/accounts/{account_id}/members/{user_id}": "any",
      "GET /api/v1/accounts/{account_id}/keys": "any",
      "POST /api/v1/accounts/{account_id}/keys": "any",
      "GET /api/v1/accounts/{account_id}/keys/{key_id}": "any",
      "PATCH /api/v1/accounts/{account_id}/keys/{key_id}": "any",
      "DELETE /api/v1/accounts/{account_id}/keys/{key_id}": "any",
      "GET /api/v1/accounts/{account_id}/orders": "any",
      "GET /api/v1/accounts/{account_id}/orders/{order_id}": "any",
      "GET /api/v1/accounts/{account_id}/usage": "any",
      "GET /api/v1/keys": "admin",
      "POST /api/v1/keys": "admin",
      "GET /api/v1/keys/{key_id}": "admin",
      "PATCH /api/v1/keys/{key_id}": "admin",
      "DELETE /api/v1/keys/{key_id}": "admin"
    })
  })

  it.live("refuse whoever is nobody, or not any more, as they say they do", () =>
    Effect.gen(function* () {
      const base = yield* start
      yield* ofEach(function* (operation) {
        assertRefused(operation, yield* ask(base, operation), 401)
        for (const credential of [
          "made-up",
          "sk-siku-made-up",
          "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
          `${adminKey}0`,
          "sk-siku-expired",
          "sk-siku-revoked",
          "sk-siku-inactive"
        ]) {
          const seen = yield* ask(base, operation, credential)
          assertRefused(operation, seen, 401)
          assert.notInclude(seen.text, credential)
        }
        assertRefused(operation, yield* ask(base, operation, "sk-siku-unavailable"), 503)
      })
    })
  )

  it.live("refuse who lacks their scope though they have every other one, and name it", () =>
    Effect.gen(function* () {
      const base = yield* start
      yield* ofEach(function* (operation) {
        for (const scope of (operation.scopes ?? []).filter(isScope)) {
          for (const credential of ["sk-siku-nothing", `sk-siku-without-${scope}`]) {
            const seen = yield* ask(base, operation, credential)
            assertRefused(operation, seen, 403)
            assert.include(seen.text, scope)
          }
        }
      })
    })
  )

  it.live("refuse who asks too much", () =>
    Effect.gen(function* () {
      const base = yield* start
      yield* ofEach(function* (operation) {
        // What machines look at all the time is not counted.
        if (operation.name === "GET /metrics") return
        for (const [from, credential] of [
          ["203.0.113.1", "sk-siku-everything"],
          ["203.0.113.2", "sk-siku-made-up"]
        ] as const) {
          assertRefused(operation, yield* ask(base, operation, credential, from), 429)
        }
      })
    })
  )

  it.live("let in who has their scope alone, and the admin key, from anywhere", () =>
    Effect.gen(function* () {
      const base = yield* start
      // Those that only make or end something are not asked to, here.
      for (const operation of guarded.filter(({ method }) => method === "GET")) {
        const scope = operation.scopes?.[0]
        const credentials = [adminKey, scope === undefined ? "sk-siku-nothing" : `sk-siku-only-${scope}`]
        for (const credential of credentials) {
          const seen = yield* ask(base, operation, credential)
          // What takes any good credential looks at who it is by itself.
          const refusals = scope === undefined ? [401, 429, 503] : [401, 403, 429, 503]
          assert.notInclude([...refusals, 500], seen.status, `${operation.name} ${credential}`)
          assert.notMatch(seen.text, /密钥/)
        }
      }
    })
  )

  it.live("are open to this machine as far as they say so, and not at all where a key is required", () =>
    Effect.gen(function* () {
      const base = yield* start
      const strict = yield* startSiku({ known: everybody(known), set: ["security.authentication=required"] })
      yield* ofEach(function* (operation) {
        const seen = yield* ask(base, operation, undefined, null)
        assertRefused(operation, yield* ask(strict, operation, undefined, null), 401)
        if (!operation.isFreeHere) assertRefused(operation, seen, 401)
        else {
          assert.notInclude([401, 403], seen.status, operation.name)
          assert.notMatch(seen.text, /密钥/)
        }
      })
      assert.deepStrictEqual(
        guarded
          .filter(({ isFreeHere, scopes }) => isFreeHere !== (scopes?.[0] === "ask" || scopes?.[0] === "chat"))
          .map(({ name }) => name),
        ["POST /api/v1/questions/{id}/feedback", "GET /v1/runs", "GET /metrics"]
      )
    })
  )
})
