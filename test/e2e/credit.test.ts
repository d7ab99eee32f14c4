import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runKills } from "../../scripts/credit/kills.ts"

describe("a service that spends an account's credit", () => {
  // `npm run kills` does it a hundred times.
  it.live(
    "loses and doubles no charge of a reply that came whole, and holds nothing for the dead, however often it is killed",
    () =>
      Effect.gen(function* () {
        const books = yield* runKills({ kills: 3, concurrency: 16 })
        assert.deepStrictEqual(books.wrong, [])
        assert.isAtLeast(books.requests.whole, 3)
        assert.isAbove(books.credit.charged, 0)
      }),
    120_000
  )
})
