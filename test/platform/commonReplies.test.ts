import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OpenApi } from "effect/http-api"
import { Api } from "../../src/Api.ts"
import { send, startSiku } from "../support/siku.ts"

const Description = Schema.Struct({
  paths: Schema.Record(
    Schema.String,
    Schema.Record(Schema.String, Schema.Struct({ responses: Schema.Record(Schema.String, Schema.Json) }))
  )
})

const statusesOf = (method: string, path: string) =>
  Effect.map(Schema.decodeUnknownEffect(Description)(OpenApi.fromApi(Api)), ({ paths }) =>
    Object.keys(paths[path]?.[method]?.responses ?? {})
  )

describe("what is refused before a handler", () => {
  it.effect("is declared of every address where it can happen, and of no other", () =>
    Effect.gen(function* () {
      assert.includeMembers(yield* statusesOf("post", "/api/v1/questions"), ["201", "400", "413", "415", "422"])
      assert.includeMembers(yield* statusesOf("get", "/api/v1/questions"), ["200", "422"])
      assert.includeMembers(yield* statusesOf("get", "/v1/responses/{id}/input_items"), ["200", "400"])
      assert.includeMembers(yield* statusesOf("get", "/v1/runs/{id}/events"), ["200", "204", "422"])
      assert.notIncludeMembers(yield* statusesOf("get", "/health/live"), ["400", "413", "415", "422"])
      assert.deepStrictEqual(yield* statusesOf("post", "/api/v1/query"), ["200"])
    })
  )

  it.live("is a problem where the body is of a type that the address does not take", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const headers = { "content-type": "text/plain", "x-request-id": "r1" }
      const seen = yield* send(`${base}/api/v1/predict`, { method: "POST", headers, body: "{}" })
      assert.deepStrictEqual([seen.status, seen.headers.get("content-type")], [415, "application/problem+json"])
      assert.deepInclude(seen.json, { status: 415, title: "Unsupported Media Type", request_id: "r1" })
    })
  )

  it.live("is a 404, and no 405 of the very method, where an id is longer than any", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const seen = yield* send(`${base}/v1/runs/${"9".repeat(400)}`)
      assert.deepStrictEqual([seen.status, seen.headers.get("allow")], [404, null])
    })
  )
})
