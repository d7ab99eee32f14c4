import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { OcsWrapper } from "../../src/bank/ocs/wrapper.ts"
import { query, type Seen, send, startSiku } from "../support/siku.ts"

const options = "A. 北京\nB. 上海\nC. 广州\nD. 深圳"
const withUpstream = Effect.gen(function* () {
  const model = yield* upstream({
    answer: ({ messages }) =>
      messages.at(-1)?.text.includes("北京") === true ? '{"answer":["北京"]}' : '{"answer":["甲"]}'
  })
  const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
  return { base, model }
})

const answered = (seen: Seen, answer: string) => {
  assert.strictEqual(seen.status, 200)
  assert.strictEqual(seen.json["code"], 1, seen.text)
  assert.strictEqual(seen.json["answer"], answer)
  assert.strictEqual(seen.json["data"], answer)
}
const missed = (seen: Seen, message: RegExp) => {
  assert.strictEqual(seen.status, 200, seen.text)
  assert.strictEqual(seen.json["code"], 0)
  assert.isNull(seen.json["answer"])
  assert.match(String(seen.json["msg"]), message)
}

describe("the OCS routes", () => {
  it.live("answer every form in which clients ask, all with one model call", () =>
    Effect.gen(function* () {
      const { base, model } = yield* withUpstream
      const title = "中国的首都是哪里？"
      const url = `${base}/api/v1/query`
      const post = (body: string, type: string, to = url) =>
        send(to, { method: "POST", body, headers: { "content-type": type } })
      const asList = ["A. 北京", "B. 上海", "C. 广州", "D. 深圳"]
      answered(yield* query(base, { title, options, type: "single" }), "北京")
      answered(yield* post(JSON.stringify({ title, options, type: "single" }), "text/plain;charset=UTF-8"), "北京")
      answered(yield* post(JSON.stringify({ title, options: asList, type: 0 }), "application/json"), "北京")
      answered(
        yield* post(
          JSON.stringify({ question: title, options: { A: "北京", B: "上海", C: "广州", D: "深圳" }, type: "0" }),
          ""
        ),
        "北京"
      )
      answered(
        yield* post(`${new URLSearchParams({ title, options, type: "single" })}`, "application/x-www-form-urlencoded"),
        "北京"
      )
      answered(yield* send(`${base}/api/query?${new URLSearchParams({ title, options, type: "single" })}`), "北京")
      // manual search: the title alone, the rest is the word "undefined"
      answered(
        yield* query(base, { title: "【单选题】中国的首都是哪里（　）", options: "undefined", type: "undefined" }),
        "北京"
      )
      for (const path of ["/adapter-service/search", "/api/v1/adapter-service/search?use=local"]) {
        const seen = yield* post(
          JSON.stringify({ question: title, options: asList, type: 0 }),
          "application/json",
          base + path
        )
        assert.deepStrictEqual(
          seen.json["answer"],
          {
            answerKey: ["A"],
            answerKeyText: "A",
            answerIndex: [0],
            answerText: "北京",
            bestAnswer: ["北京"],
            allAnswer: [["北京"]]
          },
          seen.text
        )
      }
      assert.strictEqual(model.calls, 1)
    })
  )

  it.live("take every type that sites send for none of an error", () =>
    Effect.gen(function* () {
      const { base } = yield* withUpstream
      for (const type of [
        "single",
        "multiple",
        "judgment",
        "completion",
        "unknown",
        "",
        "undefined",
        "line",
        "fill",
        "reader",
        "7"
      ]) {
        const seen = yield* query(base, {
          title: `类型${type}的题目`,
          options: type === "judgment" ? "" : "A. 甲\nB. 乙",
          type
        })
        if (type !== "judgment") answered(seen, "甲")
        else missed(seen, /不符/)
      }
    })
  )

  it.live("answer a probe without asking anybody", () =>
    Effect.gen(function* () {
      const { base, model } = yield* withUpstream
      for (const path of ["/?t=1", "/api/v1/query?title=x", "/api/v1/query"]) {
        const seen = yield* send(base + path, { method: "HEAD" })
        assert.deepStrictEqual([seen.status, seen.text], [200, ""])
      }
      assert.strictEqual(model.calls, 0)
    })
  )

  it.live("give out a wrapper that OCS can import from any page", () =>
    Effect.gen(function* () {
      const { base } = yield* withUpstream
      const seen = yield* send(`${base}/api/v1/ocs/config`, { headers: { origin: "https://mooc.example" } })
      const [wrapper] = yield* Schema.decodeEffect(Schema.fromJsonString(Schema.Array(OcsWrapper)))(seen.text)
      assert.strictEqual(wrapper?.url, `${base}/api/v1/query`)
      assert.strictEqual(seen.headers.get("access-control-allow-origin"), "*")
      const preflight = yield* send(`${base}/api/v1/query`, {
        method: "OPTIONS",
        headers: {
          origin: "https://mooc.example",
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type",
          "access-control-request-private-network": "true"
        }
      })
      assert.strictEqual(preflight.status, 204)
      assert.strictEqual(preflight.headers.get("access-control-allow-private-network"), "true")
      assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /content-type|\*/i)
    })
  )

  it.live("run in OCS's own handler", () =>
    Effect.gen(function* () {
      const { base } = yield* withUpstream
      const found = yield* query(base, { title: "中国的首都是哪里？", options, type: "single" })
      const missing = yield* query(base, { title: "" })
      // the handler text of the wrapper, as the client evaluates it
      const handler = (res: Record<string, unknown>) =>
        res["code"] === 1 ? [res["question"], res["answer"]] : [res["msg"], undefined]
      assert.deepStrictEqual(handler(found.json), ["中国的首都是哪里？", "北京"])
      assert.strictEqual(handler(missing.json)[1], undefined)
    })
  )

  it.live("write answers so that clients tick the right boxes", () =>
    Effect.gen(function* () {
      const model = yield* upstream({
        answer: ({ messages }) => {
          const text = messages.at(-1)?.text ?? ""
          if (text.includes("多选")) return '{"answer":["甲","丙"]}'
          if (text.includes("语言")) return text.includes("微软") ? '{"answer":["C#"]}' : '{"answer":["C++"]}'
          if (text.includes("判断")) return '{"answer":["true"]}'
          return '{"answer":["李白","唐"]}'
        }
      })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      answered(yield* query(base, { title: "多选甲丙", options: "甲\n乙\n丙", type: "multiple" }), '["甲","丙"]')
      // The text would tick C in OCS 4.14, the letter does not.
      const languages = "A. C\nB. C++\nC. C#"
      answered(yield* query(base, { title: "带类的语言", options: languages, type: "single" }), "B")
      // Whatever is sent would tick C there.
      missed(yield* query(base, { title: "微软的语言", options: languages, type: "single" }), /手动选择：C#/)
      answered(yield* query(base, { title: "判断一", options: "A. 对\nB. 错", type: "judgement" }), "对")
      answered(yield* query(base, { title: "判断二", type: "judgement" }), "正确")
      answered(yield* query(base, { title: "____是____朝人", type: "completion" }), '["李白","唐"]')
    })
  )

  it.live("answer bad input clearly and go on", () =>
    Effect.gen(function* () {
      const { base, model } = yield* withUpstream
      const url = `${base}/api/v1/query`
      const post = (body: string) => send(url, { method: "POST", body })
      missed(yield* query(base, {}), /没有题目/)
      missed(yield* query(base, { title: "undefined" }), /没有题目/)
      missed(yield* query(base, { title: "\u0000\u0007 \u200b" }), /没有题目/)
      missed(yield* post('{"title": "北'), /格式不对/)
      missed(yield* post("[1,2]"), /格式不对/)
      missed(yield* post("null"), /格式不对/)
      missed(yield* post('{"title": {"a": 1}}'), /格式不对/)
      missed(yield* post(""), /格式不对/)
      missed(yield* post(JSON.stringify({ title: "长".repeat(1_000_000 / 3) })), /题目太长/)
      missed(
        yield* post(JSON.stringify({ title: "题", options: Array.from({ length: 10_000 }, (_, n) => `选项${n}`) })),
        /选项太多/
      )
      missed(yield* post(JSON.stringify({ title: "题", options: ["长".repeat(200_000), "乙"] })), /选项太长/)
      missed(yield* post("x".repeat(9 * 1024 * 1024)), /太大/)
      missed(yield* post(`{"title":${"[".repeat(100_000)}`), /格式不对/)
      missed(yield* send(`${url}?title=a&title=b&options=%FF%FE`), /./)
      const put = yield* send(url, { method: "PUT", body: "{}" })
      assert.strictEqual(put.status, 405)
      assert.strictEqual(put.headers.get("allow"), "GET, HEAD, POST")
      assert.strictEqual(put.headers.get("content-type"), "application/problem+json")
      assert.isAtMost(model.calls, 2)
      answered(yield* query(base, { title: "中国的首都是哪里？", options, type: "single" }), "北京")
    })
  )

  it.live("take a question of several thousand characters in the query", () =>
    Effect.gen(function* () {
      const { base } = yield* withUpstream
      answered(yield* query(base, { title: "很长的题干".repeat(1000), options: "甲\n乙", type: "single" }), "甲")
    })
  )
})
