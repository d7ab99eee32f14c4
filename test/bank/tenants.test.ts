import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { manage, query, startSiku } from "../support/siku.ts"

const options = "北京\n上海\n广州\n深圳"
const withModel = Effect.gen(function* () {
  const model = yield* upstream({ answer: () => '{"answer":["北京"]}' })
  const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
  return { base, model }
})
const titles = ["中国的首都是哪里？", "1、中国的首都是哪里（　）", "[单选题,5分] 中国的首都是哪里"]

describe("every reply carries the title of whoever asks", () => {
  it.live("from the model, from memory and from the bank", () =>
    Effect.gen(function* () {
      const { base } = yield* withModel
      const seen = []
      for (const title of titles) seen.push((yield* query(base, { title, options, type: "single" })).json)
      assert.deepStrictEqual(
        seen.map(({ question, source }) => [source, question]),
        [
          ["ai", titles[0]],
          ["memory", titles[1]],
          ["memory", titles[2]]
        ]
      )
      const alone = yield* query(base, { title: titles[1] ?? "" })
      assert.deepStrictEqual([alone.json["source"], alone.json["question"]], ["bank", titles[1]])
    })
  )

  it.live("of all who join one flight", () =>
    Effect.gen(function* () {
      const { base, model } = yield* withModel
      const asking = yield* Effect.forkChild(
        Effect.forEach(titles, (title) => query(base, { title, options, type: "single" }), { concurrency: 3 })
      )
      const replies = yield* Fiber.join(asking)
      assert.deepStrictEqual(
        replies.map(({ json }) => json["question"]),
        titles
      )
      assert.strictEqual(model.requests.length, 1)
    })
  )

  it.live("in other words than the row, which is shown beside it where it is no model's", () =>
    Effect.gen(function* () {
      const { base } = yield* withModel
      yield* manage(base, "POST", "/api/v1/questions", {
        title: "中国的首都是哪里？",
        options: options.split("\n"),
        type: "single",
        answer: ["北京"]
      })
      yield* query(base, { title: "世界上流经国家最多的河流是哪一条河流", options, type: "single" })
      const asked = "请问中國的首都是哪裡呢"
      const near = (yield* query(base, { title: asked, options, type: "single" })).json
      assert.deepStrictEqual(
        [near["source"], near["question"], near["matched"]],
        ["similar", asked, "中国的首都是哪里？"]
      )
      const other = "请问世界上流經国家最多的河流是哪一条河流呢"
      const ofModel = (yield* query(base, { title: other, options, type: "single" })).json
      assert.deepStrictEqual([ofModel["source"], ofModel["question"], ofModel["matched"]], ["similar", other, null])
    })
  )
})
