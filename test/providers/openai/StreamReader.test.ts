import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { decodeReply } from "../../../src/providers/openai/decodeReply.ts"
import { makeStreamReader } from "../../../src/providers/openai/StreamReader.ts"
import { chunk, done, failure, finish, fold, pieces, read, reply } from "./streams.ts"

const usage = { prompt_tokens: 24, completion_tokens: 5, total_tokens: 29 }
const counted = {
  promptTokens: 24,
  completionTokens: 5,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false
}

describe("a streamed reply", () => {
  it("is read to its end: role, thoughts, text, finish, usage, [DONE]", () => {
    const events = Result.getOrThrow(
      read([
        chunk({ role: "assistant", content: "", refusal: null }, null, { usage: null }),
        chunk({ reasoning_content: "Hm." }),
        chunk({ content: "Pa" }),
        chunk({ content: "ris" }),
        finish("stop"),
        JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [], usage }),
        done
      ])
    )
    assert.deepStrictEqual(events, [
      { _tag: "ReasoningDelta", text: "Hm." },
      { _tag: "TextDelta", text: "Pa" },
      { _tag: "TextDelta", text: "ris" },
      { _tag: "UsageReported", usage: counted },
      { _tag: "Finish", reason: "stop" }
    ])
  })

  it("may say and think in one chunk", () => {
    const { reasoning, text } = reply([
      chunk({ content: "Paris", reasoning_content: "Hm." }),
      chunk({ content: null, reasoning: "Well." }),
      finish("stop"),
      done
    ])
    assert.deepStrictEqual({ reasoning, text }, { reasoning: "Hm.Well.", text: "Paris" })
  })

  it("is not read twice where a server gives its thoughts both names", () => {
    assert.strictEqual(
      reply([chunk({ content: "a", reasoning_content: "Hm.", reasoning: "Hm." }), finish("stop"), done]).reasoning,
      "Hm."
    )
  })

  it("may come as parts", () => {
    const { reasoning, text } = reply([
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }] }),
      chunk({ content: [{ type: "text", text: "Paris" }] }),
      finish("stop"),
      done
    ])
    assert.deepStrictEqual({ reasoning, text }, { reasoning: "Hm.", text: "Paris" })
  })

  it("tells its usage once, the last that came, wherever it stands", () => {
    const partial = { ...usage, completion_tokens: 1 }
    for (const datas of [
      [chunk({ content: "a" }), finish("stop", { usage }), done],
      [chunk({ content: "a" }, null, { usage: partial }), finish("stop", { usage }), done],
      [chunk({ content: "a" }, null, { usage }), finish("stop"), done],
      [chunk({ content: "a" }), finish("stop"), JSON.stringify({ choices: [], usage }), done],
      [
        chunk({ content: "a" }, null, { usage: partial }),
        finish("stop", { usage: null }),
        JSON.stringify({ usage }),
        done
      ]
    ]) {
      assert.deepStrictEqual(reply(datas).usage, counted)
    }
    assert.isUndefined(reply([chunk({ content: "a" }), finish("stop", { usage: {} }), done]).usage)
    assert.isUndefined(reply([chunk({ content: "a" }), finish("stop", { usage: "none" }), done]).usage)
  })

  it("holds back what may be a tag no longer than to its end", () => {
    assert.strictEqual(reply([chunk({ content: " <th" }), finish("stop"), done]).text, " <th")
  })

  it("is finished by its finish_reason when the body ends without [DONE]", () => {
    assert.strictEqual(reply([chunk({ content: "a" }), finish("length")]).finish, "length")
    assert.strictEqual(reply([chunk({ content: "a" }, "stop")]).finish, "stop")
  })

  it("keeps the first of two finish reasons, and takes an empty one for none", () => {
    assert.strictEqual(reply([chunk({ content: "a" }, ""), finish("length"), finish("stop"), done]).finish, "length")
    assert.strictEqual(failure([chunk({ content: "a" }, ""), done])._tag, "Malformed")
  })

  it("is cut when it ends without a finish_reason, with [DONE] or without", () => {
    for (const datas of [[chunk({ content: "a" })], [chunk({ content: "a" }), done]]) {
      const reason = failure(datas)
      assert.strictEqual(reason._tag, "Malformed")
      assert.match(reason.detail, /^cut/)
    }
  })

  it("is malformed when it says nothing", () => {
    for (const datas of [
      [],
      [done],
      [""],
      [finish("stop"), done],
      [chunk({ role: "assistant", content: "" }), finish("stop")],
      [chunk({ content: " \n" }), finish("stop"), done],
      [chunk({ reasoning_content: "Hm." }), finish("length"), done],
      [chunk({ content: "<think>Hm." }), finish("length"), done],
      [JSON.stringify({ choices: [] }), done]
    ]) {
      assert.strictEqual(failure(datas)._tag, "Malformed")
    }
  })

  it("is filtered when it is withheld or refused, and says so when it was only cut short", () => {
    assert.strictEqual(failure([finish("content_filter"), done])._tag, "ContentFiltered")
    const refused = failure([chunk({ refusal: "I can" }), chunk({ refusal: "not." }), finish("stop"), done])
    assert.strictEqual(refused._tag, "ContentFiltered")
    assert.include(refused.detail, "I cannot.")
    assert.strictEqual(reply([chunk({ content: "a" }), finish("content_filter"), done]).finish, "filter")
  })

  it("is malformed by a chunk that is none", () => {
    for (const data of [
      '{"id":"c","choices":[{"index":0,"delta":{"content":"the ans',
      "upstream error",
      "null",
      "42"
    ]) {
      assert.strictEqual(failure([chunk({ content: "a" }), data])._tag, "Malformed")
    }
  })

  it("passes over blank data and chunks without a word for it", () => {
    assert.strictEqual(
      reply(["", "  ", JSON.stringify({ type: "ping" }), chunk({ content: "a" }), finish("stop"), done]).text,
      "a"
    )
  })

  it("is over after [DONE]: what comes then is ignored", () => {
    const { finish: reason, text } = reply([
      chunk({ content: "a" }),
      finish("stop"),
      done,
      chunk({ content: "b" }),
      "junk",
      done
    ])
    assert.deepStrictEqual({ reason, text }, { reason: "stop", text: "a" })
  })

  it("stays failed once it failed", () => {
    const reader = makeStreamReader()
    assert.isTrue(Result.isFailure(reader.push({ event: "message", data: "junk" })))
    assert.isTrue(Result.isFailure(reader.push({ event: "message", data: finish("stop") })))
    assert.isTrue(Result.isFailure(reader.end()))
  })

  const Scraps = Schema.Array(
    Schema.Literals(["<think>", "</think>", "<th", "ink>", " ", "\n", "思考", "a", '"', "🙂"])
  )
  it.prop(
    "is the same text and the same thoughts however it was cut, and as a whole",
    [Scraps, Schema.Array(Schema.Natural)],
    ([scraps, cuts]) => {
      const written = `${scraps.join("")}</think>.`
      // only a whole reply can know a thought without its opening tag
      const text = written.trimStart().startsWith("<think>") ? written : `<think>${written}`
      const streamed = Result.map(
        read([...pieces(text, cuts).map((piece) => chunk({ content: piece })), finish("stop"), done]),
        fold
      )
      const whole = decodeReply(
        JSON.stringify({ choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }] })
      )
      const seen = Result.map(streamed, ({ reasoning, text }) => ({ reasoning, text }))
      assert.deepStrictEqual(
        seen,
        Result.map(whole, ({ reasoning, text }) => ({ reasoning, text }))
      )
      assert.isTrue(Result.isSuccess(seen))
    }
  )
})
