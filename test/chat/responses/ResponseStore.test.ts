import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { Migrator } from "effect/sql"
import { TestClock } from "effect/testing"
import { keptFor, ResponseStore } from "../../../src/chat/responses/ResponseStore.ts"
import { migrations } from "../../../src/platform/migrations/index.ts"
import { emptyDatabase } from "../../support/tables.ts"
import { newResponse } from "./support.ts"

const store = ResponseStore.layer.pipe(
  Layer.provide(Layer.effectDiscard(Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "done" }))),
  Layer.provide(emptyDatabase)
)

const item = {
  type: "message" as const,
  id: "msg_1_i0",
  status: "completed" as const,
  role: "user" as const,
  content: [{ type: "input_text" as const, text: "Why?" }]
}
const stored = (id: string) => ({
  id,
  previous_id: null,
  account_id: null,
  run_id: null,
  items: [item],
  response: { ...newResponse, id }
})

describe("the store of responses", () => {
  it.effect("gives back what it was given, and its latest state", () =>
    Effect.gen(function* () {
      const { add, find, remove, sizeOf, update } = yield* ResponseStore
      yield* add(stored("resp_1"))
      assert.deepStrictEqual(yield* find("resp_1"), stored("resp_1"))
      assert.isAbove(yield* sizeOf("resp_1"), 100)
      const later = { ...newResponse, status: "completed" as const }
      yield* update(later)
      assert.deepStrictEqual((yield* find("resp_1"))?.response, later)
      yield* remove("resp_1")
      assert.isUndefined(yield* find("resp_1"))
      assert.strictEqual(yield* sizeOf("resp_1"), 0)
    }).pipe(Effect.provide(store))
  )

  it.effect("forgets a response when its time is over, however many there are, and no earlier one", () =>
    Effect.gen(function* () {
      const { add, find } = yield* ResponseStore
      const old = Array.from({ length: 250 }, (_, index) => `resp_old${index}`)
      yield* Effect.forEach(old, (id) => add(stored(id)), { discard: true })
      yield* TestClock.adjust(Duration.days(1))
      yield* add(stored("resp_young"))
      yield* TestClock.adjust(Duration.subtract(keptFor, Duration.hours(25)))
      assert.isDefined(yield* find("resp_old0"))
      yield* TestClock.adjust("3 hours")
      const left = yield* Effect.forEach(old, find)
      assert.strictEqual(left.filter((each) => each !== undefined).length, 0)
      assert.isDefined(yield* find("resp_young"))
    }).pipe(Effect.provide(store))
  )
})
