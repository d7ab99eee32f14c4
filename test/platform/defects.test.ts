import { assert, describe, it } from "@effect/vitest"
import { Cause } from "effect"
import { HttpServerRequest } from "effect/http"
import { problemOf, problemResponse } from "../../src/platform/Problem.ts"
import { publicUrlOf } from "../../src/platform/publicUrl.ts"

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

describe("publicUrlOf", () => {
  const asked = (headers: Record<string, string>) =>
    publicUrlOf(undefined, HttpServerRequest.fromWeb(new Request("http://x/", { headers })))

  it("takes the configured address before what a request says", () => {
    const request = HttpServerRequest.fromWeb(
      new Request("http://x/", { headers: { "x-forwarded-host": "evil.example" } })
    )
    assert.strictEqual(publicUrlOf("https://siku.example/", request), "https://siku.example")
  })

  it("takes sane hosts from the request, behind a proxy too, and nothing else", () => {
    assert.strictEqual(
      asked({ "x-forwarded-host": "a.example:8443", "x-forwarded-proto": "https" }),
      "https://a.example:8443"
    )
    assert.strictEqual(asked({ "x-forwarded-host": "a.example/<script>" }), "http://127.0.0.1")
  })
})
