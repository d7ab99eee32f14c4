import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Headers } from "effect/http"
import { credentialOf, kindOf } from "../../../src/accounts/access/credential.ts"

const of = (headers: Readonly<Record<string, string>>, url = "/", takesQuery = true) =>
  credentialOf({ headers: Headers.fromInput(headers), url }, takesQuery)

describe("the credential of a request", () => {
  it("is what stands behind Bearer, however that is spelt and spaced", () => {
    for (const value of ["Bearer abc", "bearer abc", "BEARER abc", "bEaReR   abc", "Bearer abc "]) {
      assert.strictEqual(of({ authorization: value }), "abc", value)
    }
    for (const value of ["", "Bearer", "Bearer ", "abc", "Basic YTpi", "Bearerabc", "Digest a=b", " Bearer"]) {
      assert.isUndefined(of({ authorization: value }), value)
    }
  })

  it("is Authorization before x-api-key before the query", () => {
    const all = { authorization: "Bearer one", "x-api-key": "two" }
    assert.strictEqual(of(all, "/?token=three"), "one")
    assert.strictEqual(of({ "x-api-key": " two " }, "/?token=three"), "two")
    assert.strictEqual(of({ "x-api-key": "" }, "/?token=three"), "three")
    assert.strictEqual(of({ ...all, authorization: "Basic YTpi" }), "two")
  })

  it("is in the query only where the route takes it there", () => {
    const url = "/api/v1/query?title=%E9%A2%98&token=three"
    assert.strictEqual(of({}, url), "three")
    assert.isUndefined(of({}, url, false))
  })

  it("is the parameter token or key, the first of them, decoded", () => {
    for (const [url, found] of [
      ["/?token=a%2Bb", "a+b"],
      ["/?key=abc&title=x", "abc"],
      ["/?title=x&key=abc#token=no", "abc"],
      ["/?token=one&token=two", "one"],
      ["/?token=%E0%A4%A", "%E0%A4%A"],
      ["/?token=", undefined],
      ["/?mytoken=abc", undefined],
      ["/?title=token%3Dabc", undefined],
      ["/?monkey=abc", undefined],
      ["/token=abc", undefined]
    ] as const) {
      assert.strictEqual(of({}, url), found, url)
    }
  })

  it("claims to be a key of ours, a token or neither", () => {
    for (const [credential, kind] of [
      ["sk-siku-", "key"],
      ["sk-siku-abc", "key"],
      ["SK-SIKU-abc", "other"],
      ["sk-abc", "other"],
      ["any", "other"],
      ["a.b.c", "other"],
      ["eyJhbGciOiJub25lIn0.e30.", "token"],
      ["eyJhbGciOiJub25lIn0.e30", "other"],
      ["eyJhbGciOiJub25lIn0.a.b.c.d", "other"]
    ] as const) {
      assert.strictEqual(kindOf(credential), kind, credential)
    }
  })

  it.prop(
    "is found or not in whatever is sent, and never more than was sent",
    { authorization: Schema.String, apiKey: Schema.String, url: Schema.String },
    ({ apiKey, authorization, url }) => {
      const found = of({ authorization, "x-api-key": apiKey }, `/?${url}`)
      if (found === undefined) return
      kindOf(found)
      assert.notStrictEqual(found, "")
    }
  )
})
