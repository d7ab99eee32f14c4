import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { everybody, type Known, keyOf } from "../../support/access.ts"
import { adminKey } from "../../support/config.ts"
import { type Seen, send, startSiku } from "../../support/siku.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"

const token = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
const known = new Map<string, Known>([
  ["sk-siku-a", keyOf("acc_a", ["chat"])],
  ["sk-siku-a2", keyOf("acc_a", ["chat"], { keyId: "key_second_of_a" })],
  ["sk-siku-b", keyOf("acc_b", ["chat"])],
  ["sk-siku-house", keyOf(null, ["chat"])],
  ["sk-siku-boss", keyOf("acc_boss", ["chat", "admin"])],
  [token, { ...keyOf("acc_a", ["chat"]), kind: "user", keyId: null, userId: "usr_of_a" }],
  ["sk-siku-few", keyOf("acc_few", ["chat"], { models: ["siku-lite", "up/m"] })]
])

type Who = "sk-siku-a" | "sk-siku-a2" | "sk-siku-b" | "sk-siku-house" | "sk-siku-boss" | "sk-siku-few" | string | null

const call = (base: string, who: Who, method: string, path: string, body?: unknown, headers = {}) =>
  send(`${base}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(who === null ? {} : { authorization: `Bearer ${who}` }),
      ...headers
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })

const setUp = Effect.fnUntraced(function* () {
  const model = yield* upstream({ answer: () => "It scatters." })
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const start = startSiku({
    known: everybody(known),
    home,
    set: [
      "ai.providers.up.preset=custom",
      `ai.providers.up.base_url=${model.url}`,
      "ai.providers.up.model=m",
      "ai.max_retries=0",
      `database.url=sqlite:///${file}`
    ]
  })
  const base = yield* start
  const database = new DatabaseSync(file)
  for (const { accountId } of [...known.values()].filter((who) => typeof who === "object")) {
    if (accountId === null) continue
    database.prepare("INSERT OR IGNORE INTO accounts VALUES (?, 'of a test', 1, 0, 0, 0, 0, 0)").run(accountId)
  }
  database.close()
  return { model, start, base }
})

const question = {
  model: "siku",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  thinking: { mode: "direct" }
}
const runBy = (base: string, who: Who) =>
  Effect.gen(function* () {
    const accepted = yield* call(base, who, "POST", "/v1/runs", question)
    assert.strictEqual(accepted.status, 202, accepted.text)
    const id = String(accepted.json["id"])
    // Its events end with it.
    yield* call(base, who, "GET", `/v1/runs/${id}/events`)
    return id
  })
const responseBy = (base: string, who: Who, more = {}) =>
  Effect.map(call(base, who, "POST", "/v1/responses", { model: "up/m", input: "Why?", ...more }), (seen) => {
    assert.strictEqual(seen.status, 200, seen.text)
    return String(seen.json["id"])
  })

/** What is said of an object that is not there, whatever the id and the request were. */
const told = ({ status, text }: Seen, id: string) => [
  status,
  text.replaceAll(id, "<id>").replace(/"request_id":"[^"]+"/, "")
]

const Page = Schema.Struct({ runs: Schema.Array(Schema.Struct({ id: Schema.String })) })
const listed = (base: string, who: Who) =>
  Effect.map(call(base, who, "GET", "/v1/runs"), ({ json }) =>
    Schema.decodeUnknownSync(Page)(json).runs.map(({ id }) => id)
  )

describe("a run", () => {
  it.live("is there for its account and who manages, and for others as if it were not", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const id = yield* runBy(base, "sk-siku-a")
      const none = `run_${"0".repeat(8)}-0000-7000-8000-${"0".repeat(12)}`
      for (const [method, tail] of [
        ["GET", ""],
        ["GET", "/events"],
        ["DELETE", ""]
      ] as const) {
        for (const who of ["sk-siku-b", "sk-siku-house", null]) {
          const seen = yield* call(base, who, method, `/v1/runs/${id}${tail}`)
          assert.strictEqual(seen.status, 404, `${method} ${who}`)
          assert.deepStrictEqual(told(seen, id), told(yield* call(base, who, method, `/v1/runs/${none}${tail}`), none))
        }
      }
      for (const who of ["sk-siku-a", "sk-siku-a2", token, "sk-siku-boss", adminKey]) {
        const seen = yield* call(base, who, "GET", `/v1/runs/${id}`)
        assert.deepStrictEqual([seen.status, seen.json["answer"]], [200, "It scatters."], who)
      }
    })
  )

  it.live("is listed for its account; who manages sees them all", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const [ofA, ofHouse, ofLocal, ofB] = [
        yield* runBy(base, "sk-siku-a"),
        yield* runBy(base, "sk-siku-house"),
        yield* runBy(base, null),
        yield* runBy(base, "sk-siku-b")
      ]
      assert.deepStrictEqual(yield* listed(base, "sk-siku-a"), [ofA])
      assert.deepStrictEqual(yield* listed(base, token), [ofA])
      assert.deepStrictEqual(yield* listed(base, "sk-siku-b"), [ofB])
      assert.deepStrictEqual(yield* listed(base, "sk-siku-house"), [ofLocal, ofHouse])
      assert.deepStrictEqual(yield* listed(base, adminKey), [ofB, ofLocal, ofHouse, ofA])
      assert.deepStrictEqual(yield* listed(base, "sk-siku-boss"), [ofB, ofLocal, ofHouse, ofA])
      // What is thought through in a conversation is a run as well.
      yield* call(base, "sk-siku-b", "POST", "/v1/chat/completions", question)
      assert.strictEqual((yield* listed(base, "sk-siku-b")).length, 2)
      assert.strictEqual((yield* listed(base, "sk-siku-a")).length, 1)
    })
  )

  it.live("is still its account's when it goes on after a restart", () =>
    Effect.gen(function* () {
      const { model, start } = yield* setUp()
      model.configure({ fallback: { kind: "stallMidBody" } })
      const id = yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* start
          const accepted = yield* call(base, "sk-siku-a", "POST", "/v1/runs", question)
          yield* Effect.promise(() => model.when(({ calls }) => calls === 1))
          return String(accepted.json["id"])
        })
      )
      model.configure({ fallback: "ok" })
      const base = yield* start
      assert.include((yield* call(base, "sk-siku-a", "GET", `/v1/runs/${id}/events`)).text, "RunResumed")
      assert.strictEqual((yield* call(base, "sk-siku-b", "GET", `/v1/runs/${id}`)).status, 404)
      assert.deepStrictEqual(yield* listed(base, "sk-siku-a"), [id])
    })
  )
})

describe("a response", () => {
  it.live("is there for its account and who manages, and for others as if it were not", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const ids = [
        yield* responseBy(base, "sk-siku-a"),
        yield* responseBy(base, "sk-siku-a", { model: "siku", background: true })
      ]
      const none = `resp_${"0".repeat(32)}`
      for (const id of ids) {
        for (const [method, tail] of [
          ["GET", ""],
          ["GET", "?stream=true"],
          ["POST", "/cancel"],
          ["GET", "/input_items"],
          ["DELETE", ""]
        ] as const) {
          for (const who of ["sk-siku-b", "sk-siku-house", null]) {
            const seen = yield* call(base, who, method, `/v1/responses/${id}${tail}`)
            assert.strictEqual(seen.status, 404, `${method} ${tail} ${who}`)
            assert.deepStrictEqual(
              told(seen, id),
              told(yield* call(base, who, method, `/v1/responses/${none}${tail}`), none)
            )
          }
        }
        for (const who of ["sk-siku-a", "sk-siku-a2", token, "sk-siku-boss", adminKey]) {
          assert.strictEqual((yield* call(base, who, "GET", `/v1/responses/${id}`)).status, 200, who)
        }
      }
    })
  )

  it.live("is gone on from by its account alone", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const id = yield* responseBy(base, "sk-siku-a")
      const onward = (who: Who, previous: string) =>
        call(base, who, "POST", "/v1/responses", { model: "up/m", input: "And?", previous_response_id: previous })
      const { calls } = model
      const none = `resp_${"0".repeat(32)}`
      assert.deepStrictEqual(told(yield* onward("sk-siku-b", id), id), told(yield* onward("sk-siku-b", none), none))
      const items = yield* call(base, "sk-siku-a", "GET", `/v1/responses/${id}/input_items`)
      const { data } = Schema.decodeUnknownSync(
        Schema.Struct({ data: Schema.Array(Schema.Struct({ id: Schema.String })) })
      )(items.json)
      const reference = { model: "up/m", input: [{ type: "item_reference", id: data[0]?.id }] }
      assert.strictEqual((yield* call(base, "sk-siku-b", "POST", "/v1/responses", reference)).status, 400)
      assert.strictEqual(model.calls, calls)
      assert.strictEqual((yield* call(base, "sk-siku-a2", "POST", "/v1/responses", reference)).status, 200)
      assert.strictEqual((yield* onward("sk-siku-a2", id)).status, 200)
    })
  )
})

describe("a request with an Idempotency-Key", () => {
  it.live("is known again for the same caller alone", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const body = { model: "up/m", messages: question.messages }
      const ask = (who: Who) =>
        Effect.map(
          call(base, who, "POST", "/v1/chat/completions", body, { "idempotency-key": "one" }),
          ({ json }) => json["id"]
        )
      const first = yield* ask("sk-siku-a")
      assert.strictEqual(yield* ask("sk-siku-a"), first)
      assert.strictEqual(model.calls, 1)
      const others = [yield* ask("sk-siku-a2"), yield* ask(token), yield* ask("sk-siku-b"), yield* ask(null)]
      assert.strictEqual(new Set([first, ...others]).size, 5)
      assert.strictEqual(model.calls, 5)
    })
  )
})

describe("a key for some models only", () => {
  it.live("finds these and no others, on all routes", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const who = "sk-siku-few"
      const List = Schema.Struct({ data: Schema.Array(Schema.Struct({ id: Schema.String })) })
      const models = Schema.decodeUnknownSync(List)((yield* call(base, who, "GET", "/v1/models")).json)
      assert.deepStrictEqual(
        models.data.map(({ id }) => id),
        ["siku-lite", "up/m"]
      )
      assert.strictEqual((yield* call(base, who, "GET", "/v1/models/up/m")).status, 200)
      const { messages } = question
      const refused: ReadonlyArray<readonly [string, object]> = [
        ["/v1/chat/completions", { model: "siku", messages }],
        ["/v1/chat/completions", { model: "up/other", messages }],
        ["/v1/chat/completions", { model: "siku:lite@up/m", messages }],
        ["/v1/responses", { model: "siku", input: "Why?" }],
        ["/v1/responses", { model: "siku", input: "Why?", background: true }],
        ["/v1/embeddings", { model: "up/vectors", input: "Why?" }],
        ["/v1/messages", { model: "up/other", messages, max_tokens: 10 }],
        ["/v1/messages/count_tokens", { model: "up/other", messages }],
        ["/v1/runs", { model: "siku", messages }],
        ["/api/v1/predict", { text: "Why?", model_name: "up/other" }],
        ["/api/v1/predict", { text: "Why?", model_name: "up" }]
      ]
      for (const [path, body] of refused) {
        const seen = yield* call(base, who, "POST", path, body)
        assert.strictEqual(seen.status, 404, `${path} ${JSON.stringify(body)}: ${seen.text}`)
        if (/completions|responses|embeddings/.test(path)) assert.include(seen.text, '"code":"model_not_found"')
        // Not allowed is told like not there.
        assert.strictEqual(
          (yield* call(base, "sk-siku-a", "POST", path, { ...body, model: "nobody/x", model_name: "nobody/x" })).status,
          404
        )
      }
      assert.strictEqual((yield* call(base, who, "GET", "/v1/models/siku")).status, 404)
      assert.strictEqual(model.calls, 0)
      const allowed: ReadonlyArray<readonly [string, object]> = [
        ["/v1/chat/completions", { model: "up/m", messages }],
        ["/v1/responses", { model: "up/m", input: "Why?" }],
        ["/v1/messages", { model: "up/m", messages, max_tokens: 10 }],
        ["/api/v1/predict", { text: "Why?", model_name: "up/m" }],
        // The default is up/m.
        ["/api/v1/predict", { text: "Why?" }]
      ]
      for (const [path, body] of allowed) {
        assert.strictEqual((yield* call(base, who, "POST", path, body)).status, 200, path)
      }
    })
  )
})
