import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { OwnedPlaces } from "../../src/platform/OwnedPlaces.ts"

const Owner = Schema.Literals(["a", "b", "c", "d"])
const Steps = Schema.Array(
  Schema.Struct({ owner: Owner, does: Schema.Literals(["take", "take", "take", "give back"]) })
)

describe("places of owners", () => {
  it.prop(
    "are never more than there are, and none has more than are left to the others when it takes one",
    [Steps, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))],
    ([steps, total]) => {
      const places = new OwnedPlaces(total)
      const held = new Map<string, number>()
      const heldBy = (owner: string) => held.get(owner) ?? 0
      const all = () => [...held.values()].reduce((sum, count) => sum + count, 0)
      for (const { does, owner } of steps) {
        if (does === "take") {
          const left = total - all()
          const isTaken = places.take(owner)
          assert.strictEqual(isTaken, heldBy(owner) < left)
          if (isTaken) held.set(owner, heldBy(owner) + 1)
        } else if (heldBy(owner) > 0) {
          places.giveBack(owner)
          held.set(owner, heldBy(owner) - 1)
        }
        assert.strictEqual(places.taken, all())
        assert.strictEqual(places.takenBy(owner), heldBy(owner))
        assert.isAtMost(all(), total)
      }
    }
  )
})
