import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Schema } from "effect"
import { makeFairTurns } from "../../../src/thinking/runs/FairTurns.ts"

// What may happen: an owner brings work, one that works ends, one that waits or works leaves.
const Happening = Schema.Union([
  Schema.Struct({ what: Schema.Literal("brings"), owner: Schema.Literals(["a", "a", "a", "b", "c"]) }),
  Schema.Struct({ what: Schema.Literals(["ends", "leaves", "leaves as it is given a turn"]), which: Schema.Int })
])

describe("fair turns", () => {
  it.effect.prop(
    "are never more than there are, none is lost, and each goes to an owner with the fewest",
    [Schema.Array(Happening).check(Schema.isMinLength(20), Schema.isMaxLength(80)), Schema.Literals([1, 2, 5])],
    ([happenings, atOnce]) =>
      Effect.gen(function* () {
        const turns = makeFairTurns(atOnce)
        interface Work {
          readonly owner: string
          readonly end: Deferred.Deferred<void>
          readonly fiber: Fiber.Fiber<void>
          isWorking: boolean
          isOver: boolean
        }
        const all: Array<Work> = []
        const waiting = () => all.filter(({ isOver, isWorking }) => !isOver && !isWorking)
        const working = () => all.filter(({ isWorking }) => isWorking)
        const workingOf = (owner: string) => working().filter((work) => work.owner === owner).length
        for (const happening of happenings) {
          const before = waiting()
          if (happening.what === "brings") {
            const { owner } = happening
            const end = yield* Deferred.make<void>()
            const isThere = yield* Deferred.make<Work>()
            const fiber = yield* Effect.forkScoped(
              Effect.flatMap(Deferred.await(isThere), (work) =>
                turns.inTurn(
                  owner,
                  Effect.suspend(() => {
                    work.isWorking = true
                    assert.isAtMost(working().length, atOnce)
                    return Effect.ensuring(
                      Deferred.await(end),
                      Effect.sync(() => {
                        work.isWorking = false
                        work.isOver = true
                      })
                    )
                  })
                )
              )
            )
            const work: Work = { owner, end, fiber, isWorking: false, isOver: false }
            all.push(work)
            yield* Deferred.succeed(isThere, work)
          } else {
            const some = happening.what === "ends" ? working() : all.filter(({ isOver }) => !isOver)
            const work = some[Math.abs(happening.which) % Math.max(1, some.length)]
            if (work === undefined) continue
            if (happening.what === "ends") yield* Deferred.succeed(work.end, undefined)
            else {
              // In the same breath as a turn becomes free, which may be just its own.
              const ending = working()[0]
              if (happening.what === "leaves as it is given a turn" && ending !== undefined)
                Deferred.doneUnsafe(ending.end, Effect.void)
              yield* Fiber.interrupt(work.fiber)
              work.isOver = true
            }
          }
          for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
          assert.isTrue(waiting().length === 0 || working().length === atOnce)
          // Whoever was given the turn that became free had no more than those who still wait.
          if (happening.what === "ends")
            for (const { owner } of before.filter(({ isWorking }) => isWorking))
              for (const other of waiting()) assert.isAtMost(workingOf(owner) - 1, workingOf(other.owner))
          // What one owner brings is begun in its order.
          for (const one of before.filter(({ isWorking }) => isWorking))
            assert.isFalse(
              waiting().some((other) => other.owner === one.owner && all.indexOf(other) < all.indexOf(one)),
              "begun before its turn"
            )
        }
      }).pipe(Effect.scoped)
  )
})
