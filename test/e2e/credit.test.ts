import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runKills } from "../../scripts/credit/kills.ts"

describe("a process that spends an account's credit", () => {
  // `npm run kills` does it a hundred times.
  it.live(
    "loses and doubles no charge of what was answered, however often it is killed",
    () =>
      Effect.gen(function* () {
        const books = yield* runKills({ kills: 4, concurrency: 16 })
        assert.deepStrictEqual(books.wrong, [])
        assert.isAtLeast(books.acknowledged, 4)
        assert.isAbove(books.charged, 0)
      }),
    120_000
  )
})
