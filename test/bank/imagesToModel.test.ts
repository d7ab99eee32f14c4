import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Result } from "effect"
import { AiAnswerer } from "../../src/bank/AiAnswerer.ts"
import { unansweredMessage } from "../../src/bank/ocs/messages.ts"
import { makeQuestion, type Question } from "../../src/bank/Question.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { PromptFiles } from "../../src/platform/PromptFiles.ts"
import { NotFetched, SafeFetch } from "../../src/platform/SafeFetch.ts"
import * as Sql from "../../src/platform/Sql.ts"
import type { ChatRequest, ContentPart } from "../../src/providers/ChatModel.ts"
import { BadRequest, ModelNotFound, type ProviderErrorReason, Unavailable } from "../../src/providers/ProviderError.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { testConfig } from "../support/config.ts"
import { scriptedModel } from "../support/scriptedModel.ts"
import { send, startSiku } from "../support/siku.ts"

const png = Buffer.from("89504e470d0a1a0a00", "hex")
const dataUrl = `data:image/png;base64,${png.toString("base64")}`
const inline = { type: "image" as const, mediaType: "image/png", base64: png.toString("base64") }
const answering = (...texts: ReadonlyArray<string>) =>
  Effect.succeed(JSON.stringify({ answer: texts, confidence: 0.9 }))

const fetcherOf = (has: (url: string) => boolean) => {
  const asked: Array<string> = []
  const layer = Layer.succeed(
    SafeFetch,
    SafeFetch.of({
      image: (url) =>
        Effect.suspend(() => {
          asked.push(url)
          return has(url)
            ? Effect.succeed({ mediaType: "image/png", bytes: png })
            : Effect.fail(new NotFetched({ reason: "status" }))
        })
    })
  )
  return { asked, layer }
}

const partsOf = (request: ChatRequest | undefined): ReadonlyArray<ContentPart> => {
  const message = request?.messages.find(({ role }) => role === "user")
  return message?.role !== "user"
    ? []
    : typeof message.content === "string"
      ? [{ type: "text", text: message.content }]
      : message.content
}
const imagesOf = (request: ChatRequest | undefined) => partsOf(request).filter(({ type }) => type === "image")
const textOf = (request: ChatRequest | undefined) => {
  const part = partsOf(request)[0]
  return part?.type === "text" ? part.text : ""
}

/** Asks a model that says `reply`; gives the outcome, what the model was asked, and what was fetched. */
const answered = Effect.fnUntraced(function* (
  question: Question,
  reply: (request: ChatRequest, call: number) => Effect.Effect<string, ProviderErrorReason>,
  has: (url: string) => boolean = () => true
) {
  const model = scriptedModel(reply)
  const fetcher = fetcherOf(has)
  const result = yield* Effect.flatMap(AiAnswerer, (answerer) => Effect.result(answerer.answer(question))).pipe(
    Effect.provide(
      AiAnswerer.layerWithoutFetch.pipe(
        Layer.provide(Reasoner.layer),
        Layer.provide(Layer.mergeAll(QuestionRepo.layer, PromptFiles.layer, RunLog.layer, model.layer, fetcher.layer)),
        Layer.provide(Sql.layer),
        Layer.provide(testConfig({ set: [] })),
        Layer.provide(NodeServices.layer)
      )
    )
  )
  return {
    calls: model.calls,
    fetched: fetcher.asked,
    answer: Result.isSuccess(result) ? result.success.answer : undefined,
    confidence: Result.isSuccess(result) ? result.success.confidence : undefined,
    reason: Result.isFailure(result) ? result.failure.reason : undefined
  }
})

const make = (title: string, options: ReadonlyArray<string> = [], images: ReadonlyArray<string> = []) =>
  makeQuestion({ title, options, type: options.length === 0 ? "completion" : "single", images })
const refusing = (request: ChatRequest, isRefused: (images: ReadonlyArray<ContentPart>) => boolean) =>
  isRefused(imagesOf(request)) ? Effect.fail(new BadRequest({ detail: "image_url: no" })) : answering("4")
const hasImages = (images: ReadonlyArray<ContentPart>) => images.length > 0
const hasAddress = (images: ReadonlyArray<ContentPart>) => images.some((part) => "url" in part)

describe("the images of a question", () => {
  it.effect("go to the model beside the text, each after its name in it: title, options, beside", () =>
    Effect.gen(function* () {
      const seen = yield* answered(
        make(
          '求<img src="https://h.example/1.png">的面积，选出下图',
          ["A. https://h.example/2.png", "B. 都不是"],
          [dataUrl]
        ),
        () => answering("[图2]")
      )
      const text = textOf(seen.calls[0])
      assert.match(text, /求 \[图1\] 的面积，选出下图 \[图3\]/)
      assert.include(text, "A. [图2]")
      assert.notInclude(text, "h.example")
      assert.deepStrictEqual(partsOf(seen.calls[0]).slice(1), [
        { type: "text", text: "[图1]" },
        { type: "image", url: "https://h.example/1.png" },
        { type: "text", text: "[图2]" },
        { type: "image", url: "https://h.example/2.png" },
        { type: "text", text: "[图3]" },
        inline
      ])
      assert.deepStrictEqual(seen.answer, ["https://h.example/2.png"])
      assert.deepStrictEqual(seen.fetched, [])
    })
  )

  it.effect("are told of in English to those who ask in English, and answered by name or letter", () =>
    Effect.gen(function* () {
      const question = make("Which figure is a square?", ["https://h.example/1.png", "https://h.example/2.png"])
      for (const said of ["[Figure 2]", "Figure 2", "B", "B. [Figure 2]"]) {
        const seen = yield* answered(question, () => answering(said))
        assert.include(textOf(seen.calls[0]), "B. [Figure 2]")
        assert.deepStrictEqual(seen.answer, ["https://h.example/2.png"], said)
        assert.strictEqual(seen.calls.length, 1)
      }
    })
  )

  it.effect("are all there again when the first answer does not fit", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("看图选择", ["甲", "乙"], [dataUrl]), (_, call) =>
        answering(call === 1 ? "丙" : "乙")
      )
      assert.deepStrictEqual(seen.answer, ["乙"])
      assert.strictEqual(seen.calls.length, 2)
      assert.deepStrictEqual(imagesOf(seen.calls[1]), [inline])
    })
  )

  it.effect("are at most eight", () =>
    Effect.gen(function* () {
      const images = Array.from({ length: 10 }, (_, n) => `https://h.example/${n}.png`)
      const seen = yield* answered(make("水的化学式怎么写", [], images), () => answering("H2O"))
      assert.strictEqual(imagesOf(seen.calls[0]).length, 8)
    })
  )

  it.effect("of http addresses are fetched here", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("如图，求面积 http://h.example/1.png"), () => answering("4"))
      assert.deepStrictEqual(seen.fetched, ["http://h.example/1.png"])
      assert.deepStrictEqual(imagesOf(seen.calls[0]), [inline])
    })
  )

  it.effect("go as contents where the platform does not take their addresses", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("如图，求面积 https://h.example/1.png"), (request) =>
        refusing(request, hasAddress)
      )
      assert.deepStrictEqual(seen.answer, ["4"])
      assert.strictEqual(seen.confidence, 0.9)
      assert.deepStrictEqual(seen.calls.map(imagesOf), [[{ type: "image", url: "https://h.example/1.png" }], [inline]])
    })
  )

  it.effect("are left out where the model takes none and the words stand alone, with less confidence", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("水的化学式怎么写？", [], [dataUrl]), (request) => refusing(request, hasImages))
      assert.deepStrictEqual(seen.answer, ["4"])
      assert.strictEqual(seen.confidence, 0.5)
      assert.deepStrictEqual(
        seen.calls.map((call) => imagesOf(call).length),
        [1, 0]
      )
    })
  )

  it.effect("that the words need are not left out: who asks is told that the model takes none", () =>
    Effect.gen(function* () {
      const needing = [
        make("如图，求阴影部分的面积", [], [dataUrl]),
        make("", [], [dataUrl]),
        make("https://h.example/1.png"),
        make("已知 https://h.example/1.png 求x的值等于多少"),
        make("下列哪个正确？请选择", ["https://h.example/1.png", "https://h.example/2.png"])
      ]
      for (const reason of [new BadRequest({ detail: "no images" }), new ModelNotFound({ detail: "no endpoints" })]) {
        for (const question of needing) {
          const seen = yield* answered(question, () => Effect.fail(reason))
          assert.isTrue(seen.calls.every((call) => imagesOf(call).length > 0))
          assert.strictEqual(seen.reason?._tag, "ImagesNotSeen")
          if (seen.reason !== undefined) assert.match(unansweredMessage(seen.reason), /不接受图片/)
        }
      }
    })
  )

  it.effect("that cannot be read leave a question unanswered, without a call, unless its words stand alone", () =>
    Effect.gen(function* () {
      const needing = yield* answered(
        make("如图，求面积 http://h.example/1.png"),
        () => answering("4"),
        () => false
      )
      assert.strictEqual(needing.calls.length, 0)
      if (needing.reason !== undefined) assert.match(unansweredMessage(needing.reason), /图片无法读取/)
      assert.strictEqual(needing.reason?._tag, "ImagesNotSeen")
      const alone = yield* answered(
        make("水的化学式怎么写？http://h.example/1.png"),
        () => answering("H2O"),
        () => false
      )
      assert.deepStrictEqual([alone.answer, alone.confidence], [["H2O"], 0.5])
    })
  )

  it.effect("change nothing about other failures", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("水的化学式怎么写？", [], [dataUrl]), () =>
        Effect.fail(new Unavailable({ detail: "HTTP 500" }))
      )
      assert.strictEqual(seen.reason?._tag, "ModelFailed")
      assert.strictEqual(seen.calls.length, 1)
    })
  )

  it.effect("are nothing where there are none: the text goes as it always has", () =>
    Effect.gen(function* () {
      const seen = yield* answered(make("水的化学式怎么写？"), () => Effect.fail(new BadRequest({ detail: "no" })))
      assert.strictEqual(seen.reason?._tag, "ModelFailed")
      assert.isString(seen.calls[0]?.messages[1]?.content)
      assert.strictEqual(seen.calls.length, 1)
    })
  )
})

/** A model over HTTP that answers 4; keeps what it is asked. */
const modelServer = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly bodies: Array<string>; readonly close: () => void }>((resume) => {
    const bodies: Array<string> = []
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += String(chunk)))
      request.on("end", () => {
        bodies.push(body)
        const message = { role: "assistant", content: '{"answer":["4"]}' }
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] }))
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" ? (address?.port ?? 0) : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}/v1`, bodies, close: () => server.closeAllConnections() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

describe("images over HTTP", () => {
  it.live("reach the model, and another image is another question", () =>
    Effect.gen(function* () {
      const model = yield* modelServer
      const base = yield* startSiku({
        environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" }
      })
      const post = (images: unknown) =>
        send(`${base}/api/v1/query`, {
          method: "POST",
          body: JSON.stringify({ title: "如图，求面积", type: "completion", images })
        })
      const other = `data:image/gif;base64,${Buffer.from("GIF89a1").toString("base64")}`
      for (const images of [dataUrl, [dataUrl], JSON.stringify([inline.base64]), other]) {
        const seen = yield* post(images)
        assert.deepStrictEqual([seen.json["code"], seen.json["answer"]], [1, "4"], seen.text)
      }
      assert.strictEqual(model.bodies.length, 2)
      assert.include(model.bodies[0], `"image_url":{"url":"${dataUrl}"}`)
      assert.include(model.bodies[1], other)
      const inside = yield* post("http://127.0.0.1:8000/secret.png")
      assert.deepStrictEqual([inside.json["code"], model.bodies.length], [0, 2])
      assert.match(String(inside.json["msg"]), /图片无法读取/)
    })
  )
})
