import { assert, describe, it } from "@effect/vitest"
import { Cause, Option } from "effect"
import { HttpServerRequest } from "effect/http"
import { problemOf, problemResponse } from "../../src/platform/Problem.ts"
import { makePublicUrlOf } from "../../src/platform/publicUrl.ts"

describe("a defect", () => {
  it("is a 500 that names the request and nothing of the inside", () => {
    const { isDefect, problem } = problemOf(Cause.die(new Error("SELECT secret FROM table at /home/me/file.ts")))
    assert.isTrue(isDefect)
    const response = problemResponse(problem, "r-1")
    assert.strictEqual(response.status, 500)
    const body = response.body._tag === "Uint8Array" ? new TextDecoder().decode(response.body.body) : ""
    assert.include(body, "r-1")
    assert.notMatch(body, /SELECT|file\.ts|Error:/)
  })
})

describe("the address of a service as a caller reached it", () => {
  const asked = (headers: Record<string, string>, peer = "10.0.0.1", publicUrl?: string) =>
    makePublicUrlOf({ publicUrl, trustedProxies: ["10.0.0.1"] })(
      HttpServerRequest.fromWeb(new Request("http://x/", { headers })).modify({ remoteAddress: Option.some(peer) })
    )
  const forwarded = { host: "b.example:8000", "x-forwarded-host": "a.example:8443", "x-forwarded-proto": "https" }

  it("is the configured one before what a request says", () => {
    assert.strictEqual(asked(forwarded, "10.0.0.1", "https://siku.example/"), "https://siku.example")
  })

  it("is what a trusted proxy says, the nearest one where there are several, and is said by nobody else", () => {
    assert.strictEqual(asked(forwarded), "https://a.example:8443")
    assert.strictEqual(
      asked({ ...forwarded, "x-forwarded-host": "evil.example, a.example", "x-forwarded-proto": "http, https" }),
      "https://a.example"
    )
    for (const peer of ["127.0.0.1", "203.0.113.9"])
      assert.strictEqual(asked(forwarded, peer), "http://b.example:8000", peer)
  })

  it("has a sane host, or that of this machine", () => {
    for (const host of ["a.example/<script>", "a b", ""])
      assert.strictEqual(asked({ "x-forwarded-host": host }), "http://127.0.0.1", host)
  })
})
