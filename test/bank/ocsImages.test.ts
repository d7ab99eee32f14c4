import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { readQuestion } from "../../src/bank/ocs/OcsRequest.ts"
import { ocsWrappers } from "../../src/bank/ocs/wrapper.ts"
import { writeAnswer } from "../../src/bank/ocs/writeAnswer.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { largestImage } from "../../src/platform/SafeFetchType.ts"
import { query, send, startSiku } from "../support/siku.ts"

const image = (name: string) => Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(name)])
const dataUrl = (name: string) => `data:image/png;base64,${image(name).toString("base64")}`

/** The body that OCS makes of the wrapper: a placeholder that is all of a value gives a list, where there is one. */
const bodyOf = (known: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(ocsWrappers("http://127.0.0.1:8000")[0]?.data ?? {}).map(([name, value]) => {
      const found = known[value.replace(/^\$\{(\w+)\}$/, "$1")]
      return [name, Array.isArray(found) ? found : String(found)]
    })
  )
const read = (input: unknown) => Result.getOrThrow(readQuestion(input))

// a page of this machine, which nobody may make the service fetch
const first = "http://127.0.0.1:9/1.png"
const second = "http://127.0.0.1:9/2.png"
const asked = { title: `如图 ${first} ，下列哪个是正方形？`, options: `A. ${second}\nB. 都不是`, type: "single" }
const withImages = {
  ...asked,
  images: [dataUrl("one"), dataUrl("two")],
  suggestion_title: "如图  [图片1]  ，下列哪个是正方形？",
  suggestion_options: "A.  [图片2] \nB. 都不是"
}

describe("the wrapper for OCS", () => {
  it("asks for images, which newer clients send as contents, and says nothing of them from older ones", () => {
    const old = read(bodyOf(asked))
    assert.deepStrictEqual(
      old.images.map((image) => image._tag),
      ["Address", "Address"]
    )
    const loaded = read(bodyOf(withImages))
    assert.strictEqual(loaded.key, old.key)
    assert.deepStrictEqual(
      loaded.images.map((image) => image._tag === "Address" && [image.url, image.content?.base64]),
      [
        [first, image("one").toString("base64")],
        [second, image("two").toString("base64")]
      ]
    )
  })

  it("tells the contents of those that could be loaded from the addresses of those that could not", () => {
    const half = read(
      bodyOf({
        ...withImages,
        images: [dataUrl("two")],
        suggestion_title: asked.title,
        suggestion_options: "A. [图片1]"
      })
    )
    assert.deepStrictEqual(
      half.images.map((image) => image._tag === "Address" && image.content?.base64),
      [undefined, image("two").toString("base64")]
    )
    // not as many as there are places: they stand beside the question, and make it another one
    const other = read(bodyOf({ ...withImages, images: [dataUrl("two")] }))
    assert.strictEqual(other.images.length, 3)
    assert.notStrictEqual(other.key, half.key)
  })

  it.live("brings a model the images that the service itself may not load", () =>
    Effect.gen(function* () {
      const model = yield* upstream({ answer: () => '{"answer":["[图2]"]}' })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      // as older clients send it: no content type of JSON
      const post = (body: unknown) => send(`${base}/api/v1/query`, { method: "POST", body: JSON.stringify(body) })
      assert.match(String((yield* post(bodyOf(asked))).json["msg"]), /图片无法读取/)
      const seen = yield* post(bodyOf(withImages))
      assert.deepStrictEqual([seen.json["code"], seen.json["answer"]], [1, second], seen.text)
      const again = yield* post(bodyOf(asked))
      assert.deepStrictEqual([again.json["source"], again.json["answer"]], ["memory", second])
      assert.strictEqual(model.calls, 1)
    })
  )
})

const Described = Schema.Struct({ description: Schema.String })
const Description = Schema.Struct({
  paths: Schema.Struct({
    "/api/v1/query": Schema.Struct({
      get: Schema.Struct({ parameters: Schema.Array(Schema.Struct({ name: Schema.String, schema: Described })) })
    })
  }),
  components: Schema.Struct({
    schemas: Schema.Struct({
      OcsQuestion: Schema.Struct({
        properties: Schema.Record(Schema.String, Schema.Unknown)
      })
    })
  })
})

describe("the description of the API", () => {
  it.live("says what each part of a question may be, images too, in the query as in the body", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const { json } = yield* send(`${base}/openapi.json`)
      const { components, paths } = yield* Schema.decodeUnknownEffect(Description)(json)
      const inQuery = new Map(
        paths["/api/v1/query"].get.parameters.map(({ name, schema }) => [name, schema.description])
      )
      assert.deepStrictEqual([...inQuery.keys()], ["title", "question", "options", "type", "images"])
      const inBody = components.schemas.OcsQuestion.properties
      for (const [name, description] of inQuery) {
        assert.isNotEmpty(description)
        assert.include(JSON.stringify(inBody[name]), JSON.stringify(description))
      }
      assert.match(inQuery.get("images") ?? "", /addresses.*base64.*5 MB.*In a URL only addresses fit/)
    })
  )
})

describe("an inline image of the largest size", () => {
  it.live("fits into a body, and a larger body is refused in words", () =>
    Effect.gen(function* () {
      const model = yield* upstream({ answer: () => '{"answer":["4"]}' })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      const post = (bytes: number) =>
        send(`${base}/api/v1/query`, {
          method: "POST",
          body: JSON.stringify({
            title: "如图，求面积",
            type: "completion",
            images: [dataUrl("x".repeat(bytes - image("").length))]
          })
        })
      const seen = yield* post(largestImage)
      assert.deepStrictEqual([seen.json["code"], seen.json["answer"]], [1, "4"], seen.text)
      const refused = yield* post(largestImage * 2)
      assert.deepStrictEqual([refused.status, refused.json["code"]], [200, 0])
      assert.match(String(refused.json["msg"]), /太大/)
    })
  )
})

describe("an answer that is an inline image", () => {
  const inline = (name: string) => `<img src="${dataUrl(name)}">`

  it.live("is told by the letter of its option, from the model as from memory", () =>
    Effect.gen(function* () {
      const model = yield* upstream({
        answer: ({ messages }) =>
          messages.at(-1)?.text.includes("哪些") === true ? '{"answer":["[图1]","都不是"]}' : '{"answer":["[图2]"]}'
      })
      const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
      const post = (question: unknown) =>
        send(`${base}/api/v1/query`, { method: "POST", body: JSON.stringify(question) })
      const single = { title: "下列哪个是正方形", options: [`A. ${inline("a")}`, `B. ${inline("b")}`], type: "single" }
      for (const source of ["ai", "memory"]) {
        const { json } = yield* post(single)
        assert.deepStrictEqual([json["source"], json["answer"], json["answers"]], [source, "B", ["B"]])
      }
      const turned = yield* post({ ...single, options: [inline("b"), inline("a")] })
      assert.deepStrictEqual([turned.json["source"], turned.json["answer"]], ["memory", "A"])
      const several = yield* post({
        title: "下列哪些是正方形",
        options: `${inline("a")}\n${inline("b")}\n都不是`,
        type: "multiple"
      })
      assert.deepStrictEqual([several.json["answer"], several.json["answers"]], ["AC", ["A", "C"]])
      const adapter = yield* send(`${base}/adapter-service/search`, { method: "POST", body: JSON.stringify(single) })
      assert.deepInclude(Object(adapter.json["answer"]), { allAnswer: [["B"]], bestAnswer: ["B"], answerIndex: [1] })
      const text = yield* query(base, { title: "下列哪些是正方形", options: "x\n都不是", type: "multiple" })
      assert.notStrictEqual(text.json["answer"], "B")
    })
  )

  it("is written as the texts where a letter would tick another option, or nothing was cut", () => {
    const make = (...options: ReadonlyArray<string>) => makeQuestion({ title: "题", options, type: "single" })
    const written = (question: ReturnType<typeof make>, place: number) =>
      writeAnswer(question, [question.options[place] ?? ""]).text
    const cut = make(inline("a"), inline("b"))
    assert.strictEqual(written(cut, 0), "A")
    assert.match(written(make(inline("a"), "A"), 0) ?? "", /^sha256:/)
    assert.strictEqual(written(make("A", inline("b")), 1), "B")
    assert.strictEqual(written(make(...cut.options), 1), cut.options[1])
    assert.strictEqual(written(make(inline("a"), "乙"), 1), "乙")
  })
})
