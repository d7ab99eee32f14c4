import { assert, describe, it } from "@effect/vitest"
import { makeSink } from "../../src/platform/LogSink.ts"

describe("the log sink", () => {
  it("writes lines in order, many at once", () => {
    const written: Array<string> = []
    const sink = makeSink(
      (text) => written.push(text),
      () => 0
    )
    for (let n = 0; n < 3; n++) sink.write(`line ${n}`)
    assert.deepStrictEqual(written, [])
    sink.flush()
    assert.deepStrictEqual(written, ["line 0\nline 1\nline 2\n"])
  })

  it("drops lines while its reader takes none, and tells how many", () => {
    const written: Array<string> = []
    let pending = 64 * 1024 * 1024
    const sink = makeSink(
      (text) => written.push(text),
      () => pending
    )
    for (let n = 0; n < 1000; n++) sink.write("x".repeat(100))
    pending = 0
    sink.write("after")
    sink.flush()
    assert.deepStrictEqual(written.join("").trim().split("\n"), [
      "after",
      '{"level":"WARN","message":"log lines dropped","count":1000}'
    ])
  })
})
