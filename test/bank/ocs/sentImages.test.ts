import { assert, describe, it } from "@effect/vitest"
import { readImages } from "../../../src/bank/ocs/sentImages.ts"

describe("images as clients send them", () => {
  it("are none where megabytes of separators part nothing", () => {
    assert.deepStrictEqual(readImages("|".repeat(7_000_000)), [])
    assert.deepStrictEqual(readImages(`a${" \n|".repeat(30)}b`), ["ab"])
  })
})
