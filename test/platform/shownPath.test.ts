import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { newKeyText } from "../../src/accounts/keys/keyText.ts"
import { shownPath } from "../../src/platform/shownPath.ts"

describe("a path in the log", () => {
  it("is shown as far as its route says, with ids, and without its query", () => {
    const id = "run_01a22f59-cd01-7000-b4d9-e833fbc7c5b2"
    for (const [url, route, shown] of [
      ["/api/v1/query?title=x", "/api/v1/query", "/api/v1/query"],
      ["/api/v1/adapter-service/search", "/api/v1/adapter-service/search", "/api/v1/adapter-service/search"],
      [`/v1/runs/${id}/events?after=1`, "/v1/runs/:id/events", `/v1/runs/${id}/events`],
      ["/v1/runs/7", "/v1/runs/:id", "/v1/runs/7"],
      ["/v1/models/deepseek/chat", "/v1/models/:provider/:model/*", "/v1/models/deepseek/chat"],
      ["/.env", "other", "/.env"],
      ["/v1/Zm9vYmFy/q83vEjRWeA==/chat", "other", "/v1/…/…/chat"],
      ["/SK-1/eyJhbGciOi/v1", "other", "/…/…/v1"],
      ["/a#sk-siku-0123456789abcdef", "other", "/a"],
      ["", "other", ""],
      ["*", "other", "*"]
    ] as const)
      assert.strictEqual(shownPath(url, route), shown, url)
  })

  const Place = Schema.Literals(["/", "/v1/", "/v1/models/", "/api/v1/query/", "//", `/${"a/".repeat(90)}`])
  const Before = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 250 }))
  it.prop("holds no part of a key that anybody could use, wherever it stands", [Place, Before], ([place, before]) => {
    const key = newKeyText()
    for (const secret of [key, encodeURIComponent(key).replaceAll("-", "%2d"), key.replace("sk-siku-", "")]) {
      const shown = shownPath(`${place}${"x".repeat(before)}${secret}/y?z=1`, "/v1/models/:id")
      for (let at = 0; at + 8 <= secret.length; at++) assert.notInclude(shown, secret.slice(at, at + 8))
    }
  })
})
