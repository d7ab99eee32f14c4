import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OcsWrapper } from "../../../src/bank/ocs/wrapper.ts"
import { everybody, type Known, keyOf } from "../../support/access.ts"
import { adminKey } from "../../support/config.ts"
import { query, send, startSiku } from "../../support/siku.ts"

const known = new Map<string, Known>([
  ["sk-siku-quiz", keyOf("acc_1", ["ask"])],
  ["sk-siku-chat", keyOf("acc_1", ["chat"])],
  ["sk-siku-old", "expired"],
  ["sk-siku-gone", "revoked"],
  ["sk-siku-off", "inactive"],
  ["sk-siku-dark", "unavailable"]
])

const start = startSiku({ known: everybody(known), set: ["bank.starter=true"] })
const title = "加拿大的首都是哪座城市？"
const elsewhere = { "x-forwarded-for": "203.0.113.9" }
const body = JSON.stringify({ title })

const paths = ["/api/v1/query", "/api/query"]
const adapters = ["/adapter-service/search", "/api/v1/adapter-service/search"]

describe("a quiz client", () => {
  it.live("needs no key on this machine", () =>
    Effect.gen(function* () {
      const base = yield* start
      assert.strictEqual((yield* query(base, { title })).json["answer"], "渥太华")
    })
  )

  it.live("corrects an answer from this machine without a key, and not from elsewhere", () =>
    Effect.gen(function* () {
      const base = yield* start
      const { id } = (yield* query(base, { title })).json
      const correct = (headers: Readonly<Record<string, string>>) =>
        send(`${base}/api/v1/questions/${String(id)}/feedback`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify({ verdict: "correction", answer: ["多伦多"] })
        })
      assert.strictEqual((yield* correct(elsewhere)).status, 401)
      assert.strictEqual((yield* query(base, { title })).json["answer"], "渥太华")
      assert.strictEqual((yield* correct({})).status, 200)
      assert.strictEqual((yield* query(base, { title })).json["answer"], "多伦多")
    })
  )

  it.live("from elsewhere names its key in a header or in the address, by GET and by POST", () =>
    Effect.gen(function* () {
      const base = yield* start
      const bearer = { ...elsewhere, authorization: "Bearer sk-siku-quiz" }
      const asked = new URLSearchParams({ title }).toString()
      for (const path of paths) {
        for (const [address, init] of [
          [`${path}?${asked}`, { headers: bearer }],
          [`${path}?${asked}`, { headers: { ...elsewhere, "x-api-key": "sk-siku-quiz" } }],
          [`${path}?${asked}&token=sk-siku-quiz`, { headers: elsewhere }],
          [`${path}?key=sk-siku-quiz&${asked}`, { headers: elsewhere }],
          [`${path}?token=sk-siku-old&${asked}`, { headers: bearer }],
          [path, { headers: bearer, method: "POST", body }],
          [`${path}?token=sk-siku-quiz`, { headers: elsewhere, method: "POST", body }]
        ] as const) {
          const seen = yield* send(`${base}${address}`, init)
          assert.deepStrictEqual([seen.status, seen.json["answer"]], [200, "渥太华"], address)
        }
      }
      for (const path of adapters) {
        const seen = yield* send(`${base}${path}?token=sk-siku-quiz`, {
          headers: elsewhere,
          method: "POST",
          body: JSON.stringify({ question: title, options: [], type: 0 })
        })
        assert.deepInclude(Object(seen.json["answer"]), { allAnswer: [["渥太华"]], bestAnswer: ["渥太华"] })
      }
    })
  )

  it.live("is told in plain words why it gets no answer, in the form it reads", () =>
    Effect.gen(function* () {
      const base = yield* start
      for (const [credential, says] of [
        ["", "需要密钥"],
        ["sk-siku-nobody", "密钥无效"],
        ["sk-siku-old", "密钥已过期"],
        ["sk-siku-gone", "密钥已被撤销"],
        ["sk-siku-off", "已停用"],
        ["sk-siku-dark", "暂时无法核对密钥"],
        ["sk-siku-chat", "没有权限"]
      ] as const) {
        for (const path of [...paths, ...adapters]) {
          const seen = yield* send(`${base}${path}?token=${credential}`, { headers: elsewhere, method: "POST", body })
          assert.strictEqual(seen.status, 200)
          assert.strictEqual(seen.json["code"], 0)
          assert.include(String(seen.json["msg"]), says)
          assert.strictEqual(seen.json["request_id"], seen.headers.get("x-request-id"))
          if (adapters.includes(path))
            assert.deepInclude(Object(seen.json["answer"]), { allAnswer: [], bestAnswer: [] })
          else assert.isNull(seen.json["answer"])
        }
      }
      const full = yield* send(`${base}/api/v1/query?token=sk-siku-quiz&title=x`, {
        headers: { "x-forwarded-for": "203.0.113.1" }
      })
      assert.deepStrictEqual([full.status, full.json["msg"]], [200, "请求太频繁，请在 7 秒后重试"])
    })
  )

  it.live("is given a wrapper that asks with the key it was asked for with, and with no other credential", () =>
    Effect.gen(function* () {
      const base = yield* start
      const headersOf = (path: string, headers: Readonly<Record<string, string>> = {}) =>
        Effect.map(send(`${base}${path}`, { headers }), ({ headers, text }) => {
          const [wrapper] = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(OcsWrapper)))(text)
          return [wrapper?.headers, headers.get("cache-control")]
        })
      const config = "/api/v1/ocs/config"
      const withKey = [{ Authorization: "Bearer sk-siku-quiz" }, "no-store"]
      assert.deepStrictEqual(yield* headersOf(`${config}?token=sk-siku-quiz`), withKey)
      assert.deepStrictEqual(yield* headersOf(config, { authorization: "Bearer sk-siku-quiz" }), withKey)
      for (const other of [
        "",
        "any",
        adminKey,
        "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
        "sk-siku-%0D%0Ax",
        "sk-siku-%E9%A2%98"
      ]) {
        assert.deepStrictEqual(yield* headersOf(`${config}?token=${other}`), [{}, null], other)
      }
    })
  )

  it.live("finds the bank there when it looks whether it is", () =>
    Effect.gen(function* () {
      const base = yield* start
      for (const path of ["/?t=1", "/api/v1/query", "/api/v1/ocs/config"]) {
        const seen = yield* send(`${base}${path}`, { method: "HEAD", headers: elsewhere })
        assert.deepStrictEqual([seen.status, seen.text], [200, ""], path)
      }
    })
  )
})
