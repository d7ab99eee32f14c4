import { assert, describe, it } from "@effect/vitest"
import { shareCalls } from "../../src/platform/Durability.ts"

describe("shareCalls", () => {
  it("gives each caller a run that began after its call, and one to all who call meanwhile", async () => {
    const ends: Array<() => void> = []
    const flush = shareCalls(() => new Promise<void>((resolve) => ends.push(resolve)))
    const done: Array<string> = []
    const ask = (name: string) => flush().then(() => done.push(name))
    const first = ask("first")
    const [second, third] = [ask("second"), ask("third")]
    assert.strictEqual(ends.length, 1)
    ends[0]?.()
    await first
    assert.deepStrictEqual(done, ["first"])
    assert.strictEqual(ends.length, 2)
    ends[1]?.()
    await Promise.all([second, third])
    assert.deepStrictEqual(done, ["first", "second", "third"])
    assert.strictEqual(ends.length, 2)
  })

  it("goes on after a run that failed", async () => {
    let runs = 0
    const flush = shareCalls(() => (++runs === 1 ? Promise.reject(new Error("disk")) : Promise.resolve()))
    const failed = flush().catch((error: Error) => error.message)
    const next = flush()
    assert.strictEqual(await failed, "disk")
    await next
    assert.strictEqual(runs, 2)
  })
})
