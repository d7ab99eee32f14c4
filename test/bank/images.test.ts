import { hash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { addressId } from "../../src/bank/imageAddress.ts"
import { hasSameImages } from "../../src/bank/images.ts"
import { matchAnswer } from "../../src/bank/OptionMatch.ts"
import { readQuestion } from "../../src/bank/ocs/OcsRequest.ts"
import { imageReferences, makeQuestion } from "../../src/bank/Question.ts"

const image = (name: string) => Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from(name)])
const base64 = (name: string) => image(name).toString("base64")
const dataUrl = (name: string) => `data:image/png;base64,${base64(name)}`
const idOf = (name: string) => `sha256:${hash("sha256", image(name), "base64url")}`

const make = (title: string, options: ReadonlyArray<string> = [], images: ReadonlyArray<string> = []) =>
  makeQuestion({ title, options, type: options.length === 0 ? "unknown" : "single", images })
const key = (...input: Parameters<typeof make>) => make(...input).key
const read = (input: unknown) => {
  const result = readQuestion(input)
  return Result.isSuccess(result) ? result.success : undefined
}

describe("the address of an image", () => {
  it("is the same under any scheme, host case, fragment, signature and order of parameters", () => {
    const forms = [
      "https://Img.Example/a/B.png?w=1&h=2",
      "http://img.example/a/B.png?h=2&w=1#top",
      "//img.example/a/B.png?w=1&h=2",
      "https://img.example:443/a/B.png?w=1&h=2&Expires=1700000000&OSSAccessKeyId=k&Signature=s%2B",
      "https://img.example/a/B.png?w=1&x-oss-date=20240101&x-oss-signature=abc&h=2",
      "https://img.example/a/B.png?w=1&h=2&X-Amz-Signature=1&X-Amz-Date=2&X-Amz-Expires=3",
      "https://img.example/a/B.png?q-sign-algorithm=sha1&q-ak=1&q-signature=2&w=1&h=2",
      "https://img.example/a/B.png?w=1&h=2&e=1700000000&token=k:s",
      "https://img.example/a/B.png?w=1&h=2&t=1700000000000&_=1",
      "https://img.example/a/B.png?w=1&h=2&auth_key=1-2-3"
    ]
    for (const form of forms) assert.strictEqual(addressId(form), addressId(forms[0] ?? ""), form)
  })

  it("differs in what chooses or changes the image", () => {
    const forms = [
      "https://img.example/a/B.png",
      "https://img.example/a/b.png",
      "https://other.example/a/B.png",
      "https://img.example/a/B.png?id=1",
      "https://img.example/a/B.png?id=2",
      "https://img.example/a/B.png?t=3",
      "https://img.example/a/B.png?v=2",
      "https://img.example/a/B.png?x-oss-process=image/crop,w_100",
      "https://img.example/image?token=first",
      "https://img.example/image?token=second",
      "https://img.example:8443/a/B.png"
    ]
    assert.strictEqual(new Set(forms.map(addressId)).size, forms.length)
  })
})

describe("a question's images", () => {
  it("tell questions of the same words apart, by address and by content", () => {
    const keys = [
      key("求面积"),
      key("求面积 https://h.example/1.png"),
      key("求面积 https://h.example/2.png"),
      key("求面积 https://h.example/a.png"),
      key("求面积 https://h.example/A.png"),
      key("求面积", [], ["https://h.example/3.png"]),
      key("求面积", [], [dataUrl("a")]),
      key("求面积", [], [dataUrl("b")]),
      key("求面积", [], [dataUrl("a"), dataUrl("b")]),
      key("求面积", [], [dataUrl("b"), dataUrl("a")]),
      key(`求<img src="${dataUrl("a")}">面积`),
      key(`<img src="${dataUrl("a")}">求面积`)
    ]
    assert.strictEqual(new Set(keys).size, keys.length)
  })

  it("tell questions apart that are nothing but an image", () => {
    const keys = [
      key("https://h.example/1.png"),
      key("https://h.example/2.png"),
      key('<img src="https://h.example/image?id=1">'),
      key('<img src="https://h.example/image?id=2">'),
      key(`<img src="${dataUrl("a")}">`),
      key("", [], [dataUrl("b")]),
      key("", [], ["https://h.example/4.png"])
    ]
    assert.strictEqual(new Set(keys).size, keys.length)
  })

  it("are the same in every form in which they are sent", () => {
    const bare = key("看", [], [base64("a")])
    assert.strictEqual(key("看", [], [dataUrl("a")]), bare)
    assert.strictEqual(key("看", [], [base64("a").replace(/(.{8})/g, "$1\n")]), bare)
    assert.strictEqual(key("看", [], [idOf("a")]), bare)
    assert.strictEqual(
      key('看<img class="x" src="https://h.example/1.png?Expires=1700000000&amp;Signature=x" alt="图">'),
      key("看 https://H.example/1.png")
    )
    assert.strictEqual(
      key("看", ["https://h.example/1.png?sign=1", "https://h.example/2.png?sign=1"]),
      key("看", ["https://h.example/2.png?sign=2", '<img src="//h.example/1.png">'])
    )
  })

  it("count once where they come in the text and beside it", () => {
    const beside = make("看 https://h.example/1.png", [], ["https://h.example/1.png"])
    assert.strictEqual(beside.key, key("看 https://h.example/1.png"))
    assert.strictEqual(beside.images.length, 1)
  })

  it("make the same key again from what is stored of them", () => {
    const questions = [
      make(
        "求面积 https://h.example/1.png 和",
        ["https://h.example/2.png", "5"],
        [dataUrl("a"), "https://h.example/3"]
      ),
      make(`求<img src='${dataUrl("a")}'>面积`, [`<img src="${dataUrl("b")}">`, "无"]),
      make('看<img src="https://h.example/image?id=3&token=x">'),
      make('看<img src="//h.example/image?id=3">和<img src="https://h.example/图.png">'),
      make("", [], [dataUrl("a")]),
      make("没有图")
    ]
    for (const question of questions) {
      const again = makeQuestion({ ...question, images: imageReferences(question) })
      assert.strictEqual(again.key, question.key, question.title)
      assert.isBelow(JSON.stringify([question.title, question.options, imageReferences(question)]).length, 500)
    }
    assert.deepStrictEqual(imageReferences(make("没有图")), [])
  })

  it("are compared with those a stored question is written down with", () => {
    const question = make("看 https://h.example/1.png?sign=1", [], [dataUrl("a")])
    assert.isTrue(hasSameImages(question.images, ["https://h.example/1.png?sign=2", idOf("a")]))
    for (const stored of [null, [], [idOf("a")], ["https://h.example/1.png", idOf("b")]]) {
      assert.isFalse(hasSameImages(question.images, stored))
    }
    assert.isTrue(hasSameImages(make("看").images, null))
    assert.isFalse(hasSameImages(make("看").images, [idOf("a")]))
  })

  it("that are options are answered with, whatever signature they were stored under", () => {
    const asked = make("选图", ["A. https://h.example/1.png?sign=new", "B. https://h.example/2.png?sign=new"])
    assert.deepStrictEqual(matchAnswer(asked, ["https://h.example/2.png?sign=old"]), [
      "https://h.example/2.png?sign=new"
    ])
  })

  it("are not every address in a text", () => {
    assert.deepStrictEqual(make("参见 https://www.w3.org/TR/ 与 a//b").images, [])
    assert.strictEqual(make("（https://h.example/1.png）。").images[0]?.id, "h.example/1.png")
  })

  it("are known by digest alone where models take no such type, or they are too large", () => {
    const svg = Buffer.from("<svg/>").toString("base64")
    const large = Buffer.concat([image("a"), Buffer.alloc(5 * 1024 * 1024)]).toString("base64")
    for (const data of [svg, large]) {
      assert.strictEqual(make("看", [], [`data:image/png;base64,${data}`]).images[0]?._tag, "Digest")
    }
    const found = make("看", [], [`data:image/jpeg;base64,${base64("a")}`]).images[0]
    assert.deepStrictEqual(found, { _tag: "Content", id: idOf("a"), mediaType: "image/png", base64: base64("a") })
  })
})

describe("images as clients send them", () => {
  const one = read({ title: "看图", images: [dataUrl("a")] })?.key
  const two = read({ title: "看图", images: [base64("a"), base64("b")] })?.key

  it("may be a text, a list, a JSON list, addresses or objects with an address", () => {
    assert.isDefined(one)
    assert.notStrictEqual(one, two)
    for (const images of [base64("a"), dataUrl("a"), [base64("a"), null, ""], JSON.stringify([dataUrl("a")])]) {
      assert.strictEqual(read({ title: "看图", images })?.key, one)
    }
    assert.strictEqual(read({ title: "看图", images: [{ url: dataUrl("a") }] })?.key, one)
    for (const images of [
      `${base64("a")},${base64("b")}`,
      `${dataUrl("a")},${dataUrl("b")}`,
      `${base64("a")}\n${base64("b")}`,
      `${dataUrl("a")}|${dataUrl("b")}`,
      `${base64("a").replace(/(.{8})/g, "$1\r\n")}\r\n${base64("b")}`,
      JSON.stringify([base64("a"), base64("b")])
    ]) {
      assert.strictEqual(read({ title: "看图", images })?.key, two, images)
    }
    assert.strictEqual(
      read({ title: "看", images: "https://h.example/1.png?x-oss-process=image/resize,w_1,https://h.example/2.png" })
        ?.images.length,
      2
    )
  })

  it("may be missing in every way", () => {
    const without = read({ title: "看图" })?.key
    for (const images of ["", "undefined", "null", "[]", null, [], ["undefined"], [null]]) {
      assert.strictEqual(read({ title: "看图", images })?.key, without)
    }
  })

  it("are a question without any words, and large ones in the text do not make it too long", () => {
    assert.strictEqual(read({ title: "", images: dataUrl("a") })?.images.length, 1)
    assert.isUndefined(read({ title: "", images: "" }))
    const large = `data:image/png;base64,${Buffer.concat([image("a"), Buffer.alloc(300_000)]).toString("base64")}`
    const question = read({ title: `看<img src="${large}">`, options: [`<img src="${large}">`, "乙"], type: "single" })
    assert.strictEqual(question?.images.length, 1)
    assert.isBelow(question?.title.length ?? 0, 100)
  })

  it("do not mix up questions that are remembered by their words", () => {
    const asked = (images: string) => read({ title: "同样的题", images })?.key
    assert.notStrictEqual(asked("https://h.example/1.png"), asked("https://h.example/2.png"))
  })
})
